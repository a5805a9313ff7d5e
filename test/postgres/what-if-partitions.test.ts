import assert from 'node:assert/strict';
import { adviseQuery } from '../../src/advisor/query/advise-query';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexFix } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { planNodes } from '../../src/plan/walk-plan';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { Statements } from '../support/statements';
import { shapeOf, snapshotOf, startWhatIf } from '../support/what-if';

const schema = `
  CREATE TABLE events (id bigint, at date NOT NULL, user_id int NOT NULL, kind text CONSTRAINT named CHECK (kind <> ''), PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
  CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  -- Its columns stand in another order, and it was attached later.
  CREATE TABLE events_2024 (user_id int NOT NULL, id bigint NOT NULL, kind text CONSTRAINT named CHECK (kind <> ''), at date NOT NULL);
  ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY HASH (id);
  CREATE TABLE events_2025_a PARTITION OF events_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE events_2025_b PARTITION OF events_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE events_rest PARTITION OF events DEFAULT;
  CREATE INDEX events_at ON events (at);
  CREATE TABLE users (id int PRIMARY KEY, region text NOT NULL);
  CREATE TABLE orders (id int, region text NOT NULL, user_id int REFERENCES users, amount int) PARTITION BY LIST (region);
  CREATE TABLE orders_north PARTITION OF orders FOR VALUES IN ('north', 'west');
  CREATE TABLE orders_south PARTITION OF orders FOR VALUES IN ('south', NULL);
  -- One partition has already what the whole lacks.
  CREATE INDEX orders_north_user ON orders_north (user_id);
  SELECT setseed(0.5);
  INSERT INTO users SELECT i, (ARRAY['north', 'west', 'south'])[1 + i % 3] FROM generate_series(1, 3000) AS i;
  INSERT INTO events SELECT i, date '2023-01-01' + (power(random(), 0.5) * 1090)::int, 1 + (random() * 2999)::int, 'k' || i % 7
    FROM generate_series(1, 120000) AS i;
  INSERT INTO orders SELECT i, (ARRAY['north', 'west', 'south'])[1 + i % 3], 1 + (random() * 2999)::int, i % 100
    FROM generate_series(1, 60000) AS i;
  VACUUM ANALYZE;
  ANALYZE events; ANALYZE orders;
  SET max_parallel_workers_per_gather = 0`;

describe('partitioned tables in the planner in memory', function () {
  this.timeout(120_000);
  let statements: Statements;
  let database: TestDatabase;
  let whatIf: WhatIfPlanner;
  let snapshot: Snapshot;
  let inMemory: WhatIfDatabase;

  before(async () => {
    statements = await Statements.load();
    database = await createDatabase(await sharedServer(18));
    for (const statement of schema.split(/;\n/)) await database.admin.query(statement);
    snapshot = await snapshotOf(database.admin);
    whatIf = await startWhatIf();
    inMemory = await whatIf.open(snapshot);
  });
  after(async () => {
    await whatIf?.dispose();
    await database?.drop();
  });

  async function onTheServer(sql: string): Promise<Plan> {
    return parsePlan((await database.admin.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows, 'estimate');
  }

  function assertAlike(plan: Plan, real: Plan): void {
    assert.equal(shapeOf(plan).replace(/ \(\w+\)/g, ''), shapeOf(real).replace(/ \(\w+\)/g, ''));
    const difference = plan.root.totalCost / real.root.totalCost - 1;
    assert.ok(Math.abs(difference) <= 0.02, `${plan.root.totalCost} is not ${real.root.totalCost}: ${shapeOf(real)}`);
  }

  async function advise(sql: string): Promise<IndexFix[]> {
    return adviseQuery({ statement: statements.read(sql), valueSets: [], snapshot, planner: inMemory });
  }

  it('are as large as their partitions together', () => {
    const events = snapshot.tables.find(({ name }) => name === 'events');
    assert.equal(events?.rows, 120_000);
    assert.ok((events?.pages ?? 0) > 500);
    assert.equal(events?.partitionKey, 'RANGE (at)');
    assert.ok(events?.columns.find(({ name }) => name === 'user_id')?.statistics);
    assert.deepEqual(inMemory.leftOut, []);
  });

  for (const sql of [
    'SELECT * FROM events',
    `SELECT * FROM events WHERE at = '2024-05-05'`,
    `SELECT * FROM events WHERE at >= '2025-03-01' AND user_id = 7`,
    'SELECT * FROM events WHERE id = 77',
    'SELECT kind, count(*) FROM events GROUP BY kind',
    'SELECT * FROM events ORDER BY at DESC LIMIT 10',
    `SELECT * FROM orders WHERE region = 'west' AND user_id = 9`,
    'SELECT * FROM orders JOIN users ON users.id = user_id WHERE users.id = 5',
    'SELECT * FROM events_2025 WHERE user_id = 11',
    'SELECT * FROM events_2024 WHERE user_id = 11',
    'UPDATE events SET kind = $$x$$ WHERE user_id = 3',
  ]) {
    it(`have the plan that the server has for ${sql}`, async () => {
      assertAlike((await inMemory.plan({ sql, indexes: [] })).plan, await onTheServer(sql));
    });
  }

  for (const [sql, columns] of [
    ['SELECT * FROM events WHERE user_id = 17', 'events (user_id)'],
    ['SELECT * FROM events WHERE user_id = 17 ORDER BY at DESC LIMIT 5', 'events (user_id'],
    ['SELECT * FROM orders WHERE user_id = 17', 'orders (user_id)'],
    ['SELECT * FROM events_2024 WHERE user_id = 17', 'events_2024 (user_id)'],
    [`SELECT * FROM orders WHERE region = 'south' AND user_id = 17`, 'orders (user_id'],
  ] as const) {
    it(`get an index that the server uses at the predicted cost: ${sql}`, async () => {
      const [fix, ...others] = await advise(sql);
      assert.ok(fix, 'nothing is proposed');
      assert.deepEqual(others, []);
      assert.ok(fix.title.includes(columns), fix.title);
      await database.admin.query(fix.concurrently);
      try {
        const real = await onTheServer(sql);
        const { rows } = await database.admin.query(
          `SELECT c.relname AS name, pg_relation_size(c.oid)::int AS bytes FROM pg_class c
           WHERE c.oid IN (SELECT relid FROM pg_partition_tree($1)) OR c.oid = $1::regclass`,
          [fix.index.name],
        );
        const used = planNodes(real.root).some((node) => rows.some(({ name }) => name === node.index));
        assert.ok(used, shapeOf(real));
        assertAlike(fix.proof.after, real);
      } finally {
        await database.admin.query(`DROP INDEX ${fix.index.name}`);
      }
    });
  }

  it('say that their index cannot be built CONCURRENTLY; a partition’s can', async () => {
    const [fix] = await advise('SELECT * FROM events WHERE user_id = 17');
    assert.doesNotMatch(fix?.concurrently ?? '', /CONCURRENTLY/);
    assert.match(fix?.title ?? '', /partitioned: not CONCURRENTLY/);
    const [ofPartition] = await advise('SELECT * FROM events_2024 WHERE user_id = 17');
    assert.match(ofPartition?.concurrently ?? '', /CONCURRENTLY/);
    assert.doesNotMatch(ofPartition?.title ?? '', /partitioned/);
  });

  it('hide and show the indexes of all partitions, and never one that exists', async () => {
    const sql = 'SELECT * FROM orders WHERE user_id = 17';
    const before = await inMemory.plan({ sql, indexes: [] });
    const [fix] = await advise(sql);
    assert.ok(fix);
    await inMemory.plan({ sql, indexes: [fix.index] });
    assert.deepEqual((await inMemory.plan({ sql, indexes: [] })).plan.json, before.plan.json);
    assert.match(shapeOf(before.plan), /orders_north_user/);
  });

  it('with a foreign table among the partitions are left out whole, with the reason', async () => {
    const tables = snapshot.tables.map((table) =>
      table.name === 'orders_south' ? { ...table, kind: 'foreign table' as const } : table,
    );
    const database = await whatIf.open({ ...snapshot, tables });
    assert.match(
      database.leftOut.join('\n'),
      /^Table orders is left out: its partition orders_south is a foreign table/,
    );
    await assert.rejects(database.plan({ sql: 'SELECT * FROM orders_north', indexes: [] }), /orders_south/);
    assert.ok((await database.plan({ sql: 'SELECT * FROM events', indexes: [] })).plan);
  });
});
