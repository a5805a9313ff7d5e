import assert from 'node:assert/strict';
import type { DeployedProgram, Deployment } from '../../../src/code/deployment/deployment';
import type { PoolUse } from '../../../src/code/pools/pool-use';
import type { Connections } from '../../../src/database/health/health';
import { poolSize } from '../../../src/guide/connection-pool/size';
import type { GuideFacts } from '../../../src/guide/facts';
import { activityOf, connectionsOf, factsOf, healthOf, known } from '../../support/guide-facts';
import { deploymentOf, poolUseOf, programOf, workspaceOf } from '../../support/pool-facts';

interface Situation {
  readonly pools?: readonly PoolUse[];
  readonly programs?: readonly DeployedProgram[];
  readonly deployment?: Partial<Deployment>;
  readonly connections?: Partial<Connections>;
  readonly before?: Partial<Connections>;
  readonly cores?: number;
  readonly memoryBytes?: number;
}

const activity = (more: Partial<Connections> = {}) => activityOf({ connections: known(connectionsOf(more)) });

function factsWith({ pools = [poolUseOf()], programs = [programOf()], deployment, ...more }: Situation): GuideFacts {
  const { connections, before, cores = 4, memoryBytes } = more;
  return factsOf({
    health: healthOf({ activity: activity(connections) }),
    ...(before && { earlier: activity(before) }),
    machine: { cores, memoryBytes, source: 'this machine' },
    workspace: workspaceOf({ pools, deployment: deploymentOf({ programs, ...deployment }) }),
  });
}

const judge = (situation: Situation) => poolSize.judge(factsWith(situation));

const sized = (value: number): PoolUse =>
  poolUseOf({ max: { value, isDefault: false, range: { start: 100, end: 102 } } });

const atWork = (count: number): Partial<Connections> => ({
  total: count,
  byState: [{ name: 'active', count }],
  byWait: [{ name: 'CPU', count }],
});

describe('the size of pools', () => {
  it('passes where all processes together fit the server and its cores', () => {
    const { state, says } = judge({});
    assert.equal(state, 'passed');
    assert.equal(says, 'The pools may open 10 connections (10 in 1 replica of api); the server takes 97.');
  });

  it('needs attention where all replicas together have more than the server takes', () => {
    const { state, says, fixes, places } = judge({
      pools: [sized(50)],
      programs: [programOf({ replicas: 3, processes: 2 })],
    });
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'The pools may open 300 connections (50 in 3 replicas × 2 processes of api); the server takes 97. A burst of requests is refused.',
    );
    assert.equal(places?.[0]?.uri, '/app/src/db.js');
    assert.deepEqual(
      fixes?.map(({ title }) => title),
      ['Set max of pool (pg) to 14', 'Raise max_connections from 100 to 340'],
    );
    const [edit, setting] = fixes ?? [];
    assert.deepEqual(edit?.kind === 'edit' && edit.edits, [
      { uri: '/app/src/db.js', range: { start: 100, end: 102 }, newText: '14' },
    ]);
    const note = '14 in 3 replicas × 2 processes of api: 84 at most; 87 fit the server.';
    assert.equal(edit?.kind === 'edit' && edit.note, note);
    assert.equal(setting?.kind === 'setting' && setting.sql, "ALTER SYSTEM SET max_connections = '340'");
    assert.match((setting?.kind === 'setting' && setting.note) || '', /must be restarted.*12.6 MB of shared memory/);
  });

  it('has failed where the server refuses connections already', () => {
    const { state } = judge({ pools: [sized(50)], programs: [programOf({ replicas: 3 })], connections: { total: 97 } });
    assert.equal(state, 'failed');
  });

  it('does not propose more connections than the machine has memory for', () => {
    const { fixes } = judge({ pools: [sized(50)], programs: [programOf({ replicas: 30 })], memoryBytes: 4e9 });
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['edit'],
    );
  });

  it('needs attention where it is far more than the cores do at once, with the formula', () => {
    const { state, says, evidence, fixes } = judge({ pools: [sized(60)], cores: 2 });
    assert.equal(state, 'attention');
    assert.equal(fixes?.[0]?.title, 'Set max of pool (pg) to 20');
    assert.equal(judge({ pools: [sized(20)], cores: 2 }).state, 'passed', 'what is proposed is enough');
    assert.match(says, /the server’s 2 cores do most with about 5 at once\.$/);
    const best = evidence?.find((one) => one.kind === 'fact' && one.label === 'Work best at once');
    assert.match((best?.kind === 'fact' && best.source) || '', /cores × 2 \+ 1/);
  });

  it('proposes no pool of a single connection', () => {
    const { fixes } = judge({ pools: [sized(60)], programs: [programOf({ replicas: 90 })], cores: 2 });
    assert.equal(fixes?.[0]?.title, 'Set max of pool (pg) to 2');
  });

  it('needs attention where more work at once than the cores can, twice in a row', () => {
    const situation = { pools: [sized(30)], connections: atWork(28), cores: 4 };
    assert.equal(judge({ ...situation, before: atWork(2) }).state, 'passed');
    const { state, says } = judge({ ...situation, before: atWork(25) });
    assert.equal(state, 'attention');
    assert.match(says, /^28 connections work at once on 4 cores, which do most with about 9/);
  });

  it('counts those that wait for a lock as waiting, not as working', () => {
    const connections = { ...atWork(28), byWait: [{ name: 'Lock: transactionid', count: 27 }] };
    assert.equal(judge({ pools: [sized(30)], connections, before: connections }).state, 'passed');
  });

  it('is too small where all of its connections work in both samples, and the cores could do more', () => {
    const { state, says, fixes } = judge({ connections: atWork(10), before: atWork(10), cores: 16 });
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'All 10 connections of the pools work, in two samples: requests wait for one. The server could do 33 at once.',
    );
    assert.equal(fixes?.[0]?.title, 'Set max of pool (pg) to 33');
  });

  it('takes a number from a variable of the manifests, and says which variable to change', () => {
    const max = { value: 10, isDefault: false, source: 'Number(process.env.POOL_MAX || 10)', variable: 'POOL_MAX' };
    const { says, fixes } = judge({
      pools: [poolUseOf({ max })],
      programs: [programOf({ replicas: 4, environment: { POOL_MAX: '40' } })],
    });
    assert.match(says, /^The pools may open 160 connections/);
    assert.equal(fixes?.[0]?.kind === 'command' && fixes[0].command, 'POOL_MAX=21');
  });

  it('adds the option where the library’s default is meant', () => {
    const { fixes } = judge({
      pools: [poolUseOf({ max: { value: 10, isDefault: true } })],
      programs: [programOf({ replicas: 20 })],
    });
    const [edit] = fixes ?? [];
    assert.equal(edit?.title, 'Add max: 4 to pool (pg)');
    assert.deepEqual(edit?.kind === 'edit' && edit.edits[0]?.newText, ', max: 4');
  });

  it('counts the programs whose folder the pool is in', () => {
    const { says } = judge({
      programs: [
        programOf({ name: 'api', folder: '/app', replicas: 2 }),
        programOf({ name: 'mail', folder: '/mail', replicas: 7 }),
      ],
    });
    assert.match(says, /^The pools may open 20 connections \(10 in 2 replicas of api\)/);
  });

  it('does not count the same program twice where several files speak of it', () => {
    const programs = (['dockerfile', 'compose', 'kubernetes'] as const).map((kind) =>
      programOf({ kind, folder: '/app' }),
    );
    assert.match(judge({ programs }).says, /^The pools may open 10 connections/);
  });

  it('leaves out replicas and what goes to a pooler', () => {
    const { state, says } = judge({
      pools: [
        poolUseOf({ connectsTo: { host: 'pgbouncer', port: 6432 } }),
        poolUseOf({ role: 'replica' }),
        poolUseOf({ connectsTo: { variable: 'DATABASE_POOLER_URL' } }),
      ],
    });
    assert.equal(state, 'passed');
    assert.equal(says, 'All pools go to a pooler, which opens the connections to the server.');
  });

  it('takes Prisma’s connection_limit from the connection string of the manifests', () => {
    const pool = poolUseOf({ library: 'prisma', max: { isDefault: true, source: 'cores × 2 + 1' } });
    const references = [
      {
        place: { path: '/app/.env.example', range: { start: 0, end: 1 } },
        variable: 'DATABASE_URL',
        host: 'db',
        parameters: { connection_limit: '25' },
        isUrl: true,
      },
    ];
    assert.match(judge({ pools: [pool], deployment: { references } }).says, /^The pools may open 25 connections/);
  });

  it('says what is not known', () => {
    const nowhere = judge({ programs: [] });
    assert.deepEqual(nowhere.missing, ['How many processes of the program run is in no manifest of the workspace.']);
    const late = judge({ pools: [poolUseOf({ max: { isDefault: false, source: 'options.size' } })] });
    assert.equal(late.state, 'unknown');
    assert.deepEqual(late.missing, ['How many connections pool (pg) has is known at run time only (options.size).']);
    const two = judge({ pools: [poolUseOf(), poolUseOf({ connectsTo: { variable: 'REPORTS_URL' } })] });
    assert.deepEqual(two.missing, [
      'The pools connect by DATABASE_URL, REPORTS_URL: whether all of them lead to this server is not known; they are counted together.',
    ]);
    assert.equal(judge({ pools: [] }).state, 'not applicable');
    const unread = poolSize.judge(factsOf({ missing: { code: 'There is no workspace.' } }));
    assert.deepEqual([unread.state, unread.missing], ['unknown', ['There is no workspace.']]);
  });
});
