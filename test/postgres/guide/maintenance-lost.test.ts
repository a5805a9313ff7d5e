import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/lib/postgres.mjs';
import { Server } from '../../../src/database/server';
import { invalidIndexes } from '../../../src/guide/maintenance/invalid-indexes';
import { eventually } from '../../support/eventually';
import { factsOf } from '../../support/guide-facts';
import { connectTo, gateOptions, type PostgresServer, startPostgres } from '../../support/postgres-server';
import { problemOf } from '../../support/problems';

describe('a server that goes away while it rebuilds an index', function () {
  this.timeout(90_000);

  let folder: string;
  let running: PostgresServer | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-lost-'));
    // Started as root, the server runs as somebody else.
    await chmod(folder, 0o755);
  });
  after(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is told, with the statement that cleans up; once it is back, the checklist finds what was left', async () => {
    const where = { port: await freePort(), dataFolder: join(folder, 'data') };
    running = await startPostgres(where);
    const admin = await connectTo(running.connectionString());
    await admin.query(
      `CREATE TABLE "Order Items" (note text); INSERT INTO "Order Items" SELECT 'n' || n FROM generate_series(1, 1000) n;
       CREATE INDEX "by note" ON "Order Items" (note)`,
    );
    const writer = await connectTo(running.connectionString());
    await writer.query(`BEGIN; INSERT INTO "Order Items" VALUES ('x')`);
    const server = new Server(
      gateOptions({
        name: 'lost',
        source: 'settings',
        host: running.host,
        port: running.port,
        database: 'postgres',
        user: running.superuser,
        ssl: 'disable',
        environment: 'development',
      }),
    );
    const phases: string[] = [];
    const rebuilding = problemOf(
      server.maintain(
        { kind: 'reindex', schema: 'public', table: 'Order Items', index: 'by note' },
        { confirmed: true, onProgress: (_, phase) => phases.push(phase) },
      ),
      'server',
    );
    await eventually('the wait', () => phases.some((phase) => phase.startsWith('waiting for pid')));
    await running.stop();
    const problem = await rebuilding;
    assert.match(problem.message, /It may have left the invalid index "by note_ccnew" behind\.$/);
    assert.equal(problem.hint, 'Run: DROP INDEX CONCURRENTLY IF EXISTS public."by note_ccnew"');

    running = await startPostgres(where);
    await server.test();
    const { fixes = [] } = invalidIndexes.judge(factsOf({ health: await server.health() }));
    const [drop] = fixes;
    assert.ok(drop?.kind === 'maintenance' && drop.task.kind === 'drop index');
    assert.equal(drop.task.index, 'by note_ccnew');
    await server.maintain(drop.task, { confirmed: true, onProgress: () => undefined });
    assert.equal(invalidIndexes.judge(factsOf({ health: await server.health() })).state, 'passed');
    await server.dispose();
  });
});
