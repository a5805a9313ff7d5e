import assert from 'node:assert/strict';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import { parsePlan } from '../../src/plan/parse-plan';
import { planNodes } from '../../src/plan/walk-plan';
import { AdviceTrial, type Advised } from '../support/advised';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { snapshotOf, startWhatIf } from '../support/what-if';

/** Big enough for an index's size to matter: 80 MB of jobs, long URLs. */
const queue = `
  CREATE TABLE jobs (
    id int PRIMARY KEY, state text NOT NULL, queue text NOT NULL, run_at timestamp NOT NULL, logged_at timestamp NOT NULL,
    payload text NOT NULL);
  INSERT INTO jobs SELECT n, CASE WHEN n % 200 = 0 THEN 'waiting' ELSE 'done' END, 'queue ' || n % 5,
    timestamp '2024-01-01' + (n::bigint * 7919 % 450000) * interval '1 minute',
    timestamp '2024-01-01' + n * interval '1 minute', repeat('p', 130) FROM generate_series(1, 450000) n;
  CREATE TABLE pages (id int PRIMARY KEY, url text NOT NULL, hits int NOT NULL);
  INSERT INTO pages SELECT n, 'https://example.com/' || repeat(md5(n::text), 12), n FROM generate_series(1, 29000) n;`;

/** In another collation than C, with expressions that nobody has statistics of yet. */
const people = `
  CREATE TABLE people (
    id int PRIMARY KEY, email varchar(80) NOT NULL, name text NOT NULL, born timestamp NOT NULL, data jsonb NOT NULL);
  INSERT INTO people SELECT n, 'User' || n || '@Example' || n % 97 || '.com', 'name ' || md5(n::text),
    timestamp '1950-01-01' + (n * 7907 % 25000) * interval '20 minutes', jsonb_build_object('kind', 'k' || n % 700)
    FROM generate_series(1, 25000) n;`;

describe('the indexes that are proposed for their size, created on a real server', function () {
  this.timeout(120_000);
  let whatIf: WhatIfPlanner;
  let database: TestDatabase;
  let trial: AdviceTrial;
  before(async () => {
    whatIf = await startWhatIf();
    database = await createDatabase(await sharedServer(), queue);
    await database.admin.query('VACUUM ANALYZE');
    trial = await AdviceTrial.of(database.admin, whatIf);
  });
  after(async () => {
    await database?.drop();
    await whatIf?.dispose();
  });

  it('are of the few rows that a constant condition keeps, instead of all', async () => {
    const advised = await trial.try(`SELECT * FROM jobs WHERE state = 'waiting' ORDER BY run_at LIMIT 10`);
    assert.deepEqual(advised.indexes, [`jobs (run_at) WHERE state = 'waiting'`]);
    assertProved(advised);
  });

  it('are of all rows where the value is a parameter: the next one is another', async () => {
    const advised = await trial.try('SELECT * FROM jobs WHERE state = $1 ORDER BY run_at LIMIT 10', ['waiting']);
    assert.deepEqual(advised.indexes, ['jobs (state, run_at)']);
    assertProved(advised);
  });

  it('are B-trees, not BRIN, below a gigabyte; the planner knows what BRIN would cost', async () => {
    const sql = `SELECT count(payload) FROM jobs WHERE logged_at BETWEEN timestamp '2024-03-01' AND timestamp '2024-06-01'`;
    const advised = await trial.try(sql);
    assert.deepEqual(advised.indexes, ['jobs (logged_at)']);
    assertProved(advised);
    const planner = await whatIf.open(await snapshotOf(database.admin));
    const { admin } = database;
    const predicted = await planner.plan({
      sql,
      indexes: [{ schema: 'public', table: 'jobs', name: 'b', method: 'brin', columns: [{ name: 'logged_at' }] }],
    });
    await admin.query('CREATE INDEX jobs_logged_at_brin ON jobs USING brin (logged_at)');
    const { rows } = await admin.query(`EXPLAIN (FORMAT JSON) ${sql}`);
    const real = parsePlan(rows[0]['QUERY PLAN'], 'estimate');
    assert.ok(planNodes(real.root).some(({ index }) => index === 'jobs_logged_at_brin'));
    const apart = predicted.plan.root.totalCost / real.root.totalCost - 1;
    assert.ok(Math.abs(apart) < 0.05, `${predicted.plan.root.totalCost} is ${real.root.totalCost}`);
    await admin.query('DROP INDEX jobs_logged_at_brin');
  });

  it('are of hashes for long keys that are only compared for equality', async () => {
    const advised = await trial.try('SELECT hits FROM pages WHERE url = $1', ['https://example.com/']);
    assert.deepEqual(advised.indexes, ['pages hash (url)']);
    assertProved(advised);
  });
});

describe('the indexes on expressions that are proposed, created on a real server', function () {
  this.timeout(120_000);
  let whatIf: WhatIfPlanner;
  let database: TestDatabase;
  let trial: AdviceTrial;
  before(async () => {
    whatIf = await startWhatIf();
    const server = await sharedServer();
    database = await createDatabase(server, people, `LOCALE_PROVIDER icu ICU_LOCALE 'en'`);
    await database.admin.query('VACUUM ANALYZE');
    trial = await AdviceTrial.of(database.admin, whatIf);
  });
  after(async () => {
    await database?.drop();
    await whatIf?.dispose();
  });

  for (const [sql, values, expected] of [
    ['SELECT * FROM people WHERE lower(email) = lower($1)', ['User77@example77.com'], 'people (lower(email))'],
    ['SELECT * FROM people WHERE lower(email) = $1', ['user77@example77.com'], 'people (lower(email))'],
    [`SELECT id FROM people WHERE data->>'kind' = 'k5'`, undefined, `people ((data ->> 'kind'))`],
    [
      `SELECT id FROM people WHERE date_trunc('day', born) = '1950-03-01'`,
      undefined,
      `people (date_trunc('day', born))`,
    ],
    [`SELECT id FROM people WHERE born::date = '1950-03-01'`, undefined, 'people (((born)::date))'],
    [`SELECT id FROM people WHERE name LIKE 'name abc%'`, undefined, 'people (name text_pattern_ops)'],
    [`SELECT id FROM people WHERE email LIKE $1 || '%'`, ['User77'], 'people (email varchar_pattern_ops)'],
    [`SELECT id FROM people WHERE name LIKE 'name abc%' AND email = 'x'`, undefined, 'people (email)'],
  ] as const) {
    it(`serve ${sql}`, async () => {
      const advised = await trial.try(sql, values);
      assert.deepEqual(advised.indexes, [expected]);
      // How many days there are is told by the column's histogram, roughly.
      assertProved(advised, sql.includes('born') ? 0.3 : undefined);
    });
  }
});

/** The server uses what was proposed, at the cost that was said, give or take a page. */
function assertProved({ created, fixes }: Advised, within = 0.05): void {
  for (const [i, { predicted, real, used }] of created.entries()) {
    assert.ok(used, `not used: ${fixes[i]?.title}`);
    assert.ok(Math.abs(predicted - real) <= Math.max(real * within, 1), `${predicted} is ${real}: ${fixes[i]?.title}`);
  }
}
