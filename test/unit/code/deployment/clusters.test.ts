import assert from 'node:assert/strict';
import { findClusters } from '../../../../src/code/deployment/clusters';
import { ormCallsIn } from '../../../support/orm-calls';

async function processesIn(text: string) {
  const { program } = await ormCallsIn({ '/app/server.js': text });
  return findClusters(program).map(({ kind, name, processes }) => [kind, name, processes]);
}

describe('programs that divide themselves', () => {
  it('run a process for each core where they ask for the cores', async () => {
    for (const text of [
      "const cluster = require('cluster');\nconst os = require('os');\nif (cluster.isMaster) {\n  for (let i = 0; i < os.cpus().length; i++) cluster.fork();\n}",
      "import cluster from 'node:cluster';\nimport { availableParallelism } from 'node:os';\nconst count = availableParallelism();\nif (cluster.isPrimary) { for (let i = 0; i < count; i++) { cluster.fork(); } }",
    ]) {
      assert.deepEqual(await processesIn(text), [['cluster', 'server.js', 'cores']], text);
    }
  });

  it('run as many as throng is told', async () => {
    assert.deepEqual(await processesIn("const throng = require('throng');\nthrong({ workers: 4, worker: start });"), [
      ['cluster', 'server.js', 4],
    ]);
  });

  it('run in a number that nobody says', async () => {
    const text = "const cluster = require('cluster');\nfor (let i = 0; i < process.env.N; i++) cluster.fork();";
    assert.deepEqual(await processesIn(text), [['cluster', 'server.js', undefined]]);
  });

  it('are none where a cluster of another library is used', async () => {
    assert.deepEqual(await processesIn("const { Cluster } = require('ioredis');\nnew Cluster([]).fork();"), []);
  });
});
