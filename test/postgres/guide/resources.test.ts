import assert from 'node:assert/strict';
import type pg from 'pg';
import type { WhatIfPlanner } from '../../../src/database/what-if/planner';
import { autovacuumPace } from '../../../src/guide/resources/autovacuum-pace';
import { checkpoints } from '../../../src/guide/resources/checkpoints';
import { effectiveCacheSize } from '../../../src/guide/resources/effective-cache-size';
import { hugePages } from '../../../src/guide/resources/huge-pages';
import { jit } from '../../../src/guide/resources/jit';
import { maintenanceWorkMem } from '../../../src/guide/resources/maintenance-work-mem';
import { parallelWorkers } from '../../../src/guide/resources/parallel-workers';
import { plans } from '../../../src/guide/resources/plans';
import { sharedBuffers } from '../../../src/guide/resources/shared-buffers';
import { machineSize } from '../../../src/guide/resources/size';
import { storageCosts } from '../../../src/guide/resources/storage-costs';
import { workMem } from '../../../src/guide/resources/work-mem';
import { eventually } from '../../support/eventually';
import { runGuide } from '../../support/guide-run';
import { flushStatistics, oldestAndNewest } from '../../support/health';
import { blog, connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { startWhatIf } from '../../support/what-if';

const all = [
  ...[sharedBuffers, workMem, effectiveCacheSize, storageCosts, checkpoints],
  ...[maintenanceWorkMem, parallelWorkers, autovacuumPace, jit, hugePages],
];

/** As a person would set a machine of 4 GB with 2 cores, which is what the test says of it. */
const tuned = {
  shared_preload_libraries: 'pg_stat_statements',
  shared_buffers: '1GB',
  effective_cache_size: '3GB',
  work_mem: '6MB',
  maintenance_work_mem: '256MB',
  random_page_cost: '1.1',
  fsync: 'on',
  full_page_writes: 'on',
} as const;

const stressed = {
  ...tuned,
  shared_buffers: '2GB',
  work_mem: '64kB',
  max_wal_size: '32MB',
  min_wal_size: '32MB',
  checkpoint_timeout: '1h',
  max_parallel_workers_per_gather: 8,
} as const;

for (const major of oldestAndNewest()) {
  const make = async (settings: Record<string, string | number>) =>
    createDatabase(await sharedServer(major, { settings }), `${blog} CREATE EXTENSION pg_stat_statements;`);
  const judged = async (database: TestDatabase, user?: string) => {
    const { results } = await runGuide(all, database.gateOptions(user === undefined ? {} : { user }));
    return results;
  };

  describe(`settings that fit the machine, on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    before(async () => {
      database = await make(tuned);
      await database.admin.query('SELECT pg_stat_statements_reset()');
      for (let id = 1; id <= 50; id++) await database.admin.query('SELECT * FROM posts WHERE id = $1', [id]);
    });
    after(() => database?.drop());

    it('need nothing', async () => {
      const found = [...(await judged(database))].filter(([, { state }]) => !/^(?:passed|not applicable)$/.test(state));
      const compiled = major >= 15 ? [] : ['resources/jit'];
      assert.deepEqual(
        found.map(([id]) => id),
        compiled,
        JSON.stringify(found),
      );
    });

    it('are seen by a plain user, too', async () => {
      const user = `tuned_${major}`;
      await database.admin.query(`CREATE ROLE ${user} LOGIN`);
      try {
        const results = await judged(database, user);
        assert.equal(results.get('resources/shared-buffers')?.state, 'passed');
        assert.equal(results.get('resources/work-mem')?.state, 'passed');
        assert.ok(results.get('resources/work-mem')?.missing?.length, 'that statements of others are hidden is said');
      } finally {
        await database.admin.query(`DROP ROLE ${user}`);
      }
    });
  });

  describe(`settings that do not fit the machine, on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    before(async () => {
      database = await make(stressed);
    });
    after(() => database?.drop());
    const run = (client: pg.Client, sql: string) => client.query(sql);

    it('are found with their numbers, and what is proposed is taken by the server', async () => {
      const { admin } = database;
      await run(admin, 'SELECT pg_stat_statements_reset()');
      await run(admin, `SELECT pg_stat_reset_shared('bgwriter')`);
      if (major >= 17) await run(admin, `SELECT pg_stat_reset_shared('checkpointer')`);
      await run(admin, 'CREATE TABLE pages (id int, filler text)');
      for (let call = 0; call < 2; call++)
        await run(admin, 'SELECT n, repeat(md5(n::text), 3) FROM generate_series(1, 60000) n ORDER BY 2');
      const view = major >= 17 ? 'pg_stat_checkpointer' : 'pg_stat_bgwriter';
      const column = major >= 17 ? 'num_requested' : 'checkpoints_req';
      // How much WAL goes into one checkpoint depends on how fast the checkpointer is.
      const dozen = async () => {
        await run(admin, `INSERT INTO pages SELECT n, repeat(md5(n::text), 8) FROM generate_series(1, 60000) n`);
        await run(admin, 'TRUNCATE pages');
        const { rows } = await run(admin, `SELECT ${column} >= 12 AS enough FROM ${view}`);
        return rows[0].enough;
      };
      await eventually('a dozen checkpoints', dozen, 60_000);
      await flushStatistics(admin);
      const results = await judged(database);
      const says = (name: string) => `${results.get(name)?.state}: ${results.get(name)?.says}`;
      assert.match(says('resources/shared-buffers'), /^attention: shared_buffers is 2GB, 50 % of 4 GB: more than 40 %/);
      assert.match(
        says('resources/work-mem'),
        /^attention: work_mem is 64kB, and \d+ statements? writes? temporary files/,
      );
      assert.match(says('resources/parallel-workers'), /^attention: One query takes 8 workers at most/);
      assert.match(
        says('resources/checkpoints'),
        /^attention: \d+ of \d+ checkpoints were requested, one every .*: the WAL reaches max_wal_size \(32MB\) before/,
      );
      const server = [...results.values()].flatMap(({ fixes = [] }) => fixes);
      assert.ok(server.length > 3);
      // The test's server is given all of its settings on its command line, which ALTER SYSTEM does not reach.
      const given = server.filter((fix) => fix.kind === 'command');
      assert.ok(given.some(({ command }) => command === 'postgres -c shared_buffers=1GB'));
      for (const fix of server) if (fix.kind === 'setting') await run(admin, fix.sql);
      await run(admin, 'ALTER SYSTEM RESET ALL');
    });
  });
}

describe('known queries under the settings that are proposed', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let whatIf: WhatIfPlanner;
  before(async () => {
    whatIf = await startWhatIf();
    const settings = { shared_preload_libraries: 'pg_stat_statements', shared_buffers: '16MB' };
    database = await createDatabase(
      await sharedServer(undefined, { settings }),
      `CREATE EXTENSION pg_stat_statements;
       CREATE TABLE items AS SELECT n AS id, repeat('x', 200) AS note FROM generate_series(1, 200000) n;
       CREATE UNIQUE INDEX items_id ON items (id);
       CREATE TABLE picks AS SELECT (n * 7919) % 200000 AS item FROM generate_series(1, 2000) n;`,
    );
    await database.admin.query('VACUUM ANALYZE items, picks');
    await database.admin.query('SELECT pg_stat_statements_reset()');
    for (let call = 0; call < 5; call++)
      await database.admin.query('SELECT i.note FROM picks p JOIN items i ON i.id = p.item');
  });
  after(async () => {
    await database?.drop();
    await whatIf?.dispose();
  });

  it('are told with their plans before and after', async () => {
    const options = { whatIf, machine: { storage: 'ssd' } } as const;
    const { results, facts } = await runGuide([storageCosts, plans], database.gateOptions(), options);
    assert.equal(results.get('resources/storage-costs')?.state, 'attention');
    assert.deepEqual(Object.keys(facts.settingPlans?.settings ?? {}), ['random_page_cost']);
    const found = results.get('resources/plans');
    assert.equal(found?.state, 'passed');
    assert.match(found.says, /^With random_page_cost = 1\.1 1 of \d+ known quer(?:y|ies) would run another way\.$/);
    const [change] = facts.settingPlans?.changes ?? [];
    assert.match(change?.sql ?? '', /^SELECT i\.note FROM picks/);
    assert.match(change?.change ?? '', /Seq Scan on items → Index Scan using items_id on items/);
    assert.equal(change?.calls, 5);
  });

  it('are not asked for where nothing is proposed', async () => {
    const { results } = await runGuide([plans], database.gateOptions(), { machine: { storage: 'disk' } });
    assert.equal(results.get('resources/plans')?.state, 'not applicable');
  });
});

describe('the size of a machine whose cores are all busy', function () {
  this.timeout(60_000);

  it('is too small while three sessions compute on one core, and enough when they have ended', async () => {
    const whatIf = await startWhatIf();
    const database = await createDatabase(await sharedServer(), blog);
    const sessions: pg.Client[] = [];
    const judge = async () =>
      (await runGuide([machineSize], database.gateOptions(), { whatIf, machine: { cores: 1 } })).results.get(
        'resources/size',
      );
    try {
      for (let n = 0; n < 3; n++) {
        const client = await connectTo(database.server.connectionString(database.name));
        sessions.push(client);
        client
          .query(`SELECT count(*) FROM generate_series(1, 10000) a, generate_series(1, 100000) b`)
          .catch(() => undefined); // It is cancelled.
      }
      const found = await eventually('sessions that compute', async () => {
        const result = await judge();
        return result?.state === 'failed' && result;
      });
      assert.match(
        found.says,
        /^The machine is too small: [\d.]+ sessions compute on 1 core\. The next size is a machine of 2 cores/,
      );
    } finally {
      await database.admin.query(
        'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      for (const session of sessions) await session.end();
    }
    assert.equal((await judge())?.state, 'passed');
    await database.drop();
    await whatIf.dispose();
  });
});
