import assert from 'node:assert/strict';
import { adviseQuery } from '../../src/advisor/query/advise-query';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexColumn, IndexDefinition } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { createIndexSql } from '../../src/sql/create-index';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { Statements } from '../support/statements';
import { shapeOf, snapshotOf, startWhatIf } from '../support/what-if';

/** 20,000 users, 200,000 posts of Zipf-like authors, 90 % published, and 800,000 comments. */
const blog = `
  CREATE EXTENSION pg_trgm;
  CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, created_at timestamptz NOT NULL);
  CREATE TABLE posts (id serial PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text NOT NULL, body text NOT NULL,
    status text NOT NULL, created_at timestamptz NOT NULL);
  CREATE TABLE comments (id serial PRIMARY KEY, post_id int NOT NULL REFERENCES posts, author_id int NOT NULL REFERENCES users,
    body text NOT NULL, created_at timestamptz NOT NULL);
  CREATE VIEW live AS SELECT p.id, p.author_id AS writer, p.title, p.created_at, u.name FROM posts p JOIN users u ON u.id = p.author_id
    WHERE p.status <> 'archived';
  SELECT setseed(0.42);
  INSERT INTO users (name, email, created_at)
    SELECT 'user ' || i, 'user' || i || '@example.com', timestamptz '2024-01-01' + random() * interval '700 days'
    FROM generate_series(1, 20000) AS i;
  INSERT INTO posts (author_id, title, body, status, created_at)
    SELECT least(20000, 1 + floor(20000 * power(random(), 3)))::int, 'title ' || i || ' ' || md5(i::text),
      (SELECT string_agg((string_to_array('the query plan index table scan join postgres database filter sort row cost time
        buffer page tree hash merge nested loop statistics column value where order limit author comment draft cat dog house
        river mountain summer winter', ' '))[1 + floor(random() * 38)::int], ' ') FROM generate_series(1, 30 + (i % 20))),
      CASE WHEN random() < 0.9 THEN 'published' WHEN random() < 0.8 THEN 'draft' ELSE 'archived' END,
      timestamptz '2024-01-01' + power(random(), 0.5) * interval '700 days'
    FROM generate_series(1, 200000) AS i;
  INSERT INTO comments (post_id, author_id, body, created_at)
    SELECT 1 + floor(200000 * power(random(), 2))::int, 1 + floor(20000 * random())::int, 'comment ' || md5(i::text),
      timestamptz '2024-01-01' + random() * interval '700 days'
    FROM generate_series(1, 800000) AS i;`;

interface Case {
  readonly name: string;
  readonly sql: string;
  readonly index: readonly [table: string, ...columns: readonly (string | IndexColumn)[]];
}

const cases: readonly Case[] = [
  {
    name: 'the posts of an author by date',
    sql: 'SELECT * FROM posts WHERE author_id = 1234 ORDER BY created_at DESC LIMIT 10',
    index: ['posts', 'author_id', { name: 'created_at', descending: true }],
  },
  {
    name: 'the latest published posts',
    sql: `SELECT * FROM posts WHERE status = 'published' ORDER BY created_at DESC LIMIT 20`,
    index: ['posts', 'created_at'],
  },
  {
    name: 'the comments of a post by date',
    sql: 'SELECT * FROM comments WHERE post_id = 77 ORDER BY created_at',
    index: ['comments', 'post_id', 'created_at'],
  },
  {
    name: 'a search in the body',
    sql: `SELECT * FROM posts WHERE body ILIKE '%summerhouse%'`,
    index: ['posts', { name: 'body', operatorClass: 'gin_trgm_ops' }],
  },
  {
    name: 'a join with a filter',
    sql: `SELECT p.title, u.name, c.body FROM posts p JOIN users u ON u.id = p.author_id JOIN comments c ON c.post_id = p.id
      WHERE p.author_id = 15000`,
    index: ['comments', 'post_id'],
  },
  {
    name: 'a grouped join',
    sql: 'SELECT u.name, count(*) FROM users u JOIN posts p ON p.author_id = u.id GROUP BY u.name ORDER BY 2 DESC LIMIT 10',
    index: ['posts', 'author_id'],
  },
  { name: 'a lookup by key', sql: `SELECT * FROM users WHERE email = 'user5@example.com'`, index: ['users', 'name'] },
];

function definition([table, ...columns]: Case['index']): IndexDefinition {
  const full = columns.map((column) => (typeof column === 'string' ? { name: column } : column));
  const method = full.some((column) => column.operatorClass) ? 'gin' : 'btree';
  return { schema: 'public', table, name: `${table}_tried`, method, columns: full };
}

describe('the planner in memory, beside a PostgreSQL 18 with the rows', () => {
  let database: TestDatabase;
  let whatIf: WhatIfPlanner;
  let snapshot: Snapshot;
  let inMemory: WhatIfDatabase;

  before(async function () {
    this.timeout(180_000);
    database = await createDatabase(await sharedServer(18, { settings: { shared_buffers: '256MB' } }));
    await database.admin.query('SET max_parallel_workers_per_gather = 0');
    for (const statement of blog.split(/;\n/)) await database.admin.query(statement);
    await database.admin.query('VACUUM ANALYZE');
    // The texts' sizes are estimated from a sample: of so high a target it is the whole table, the same in every run.
    await database.admin.query('ALTER TABLE posts ALTER id SET STATISTICS 700');
    await database.admin.query('ANALYZE posts (id, body)');
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

  function assertAlike(inMemoryPlan: Plan, real: Plan): void {
    assert.equal(shapeOf(inMemoryPlan), shapeOf(real));
    const difference = inMemoryPlan.root.totalCost / real.root.totalCost - 1;
    assert.ok(Math.abs(difference) <= 0.02, `${inMemoryPlan.root.totalCost} is not ${real.root.totalCost}`);
  }

  for (const { name, sql, index } of cases) {
    it(`plans ${name} like the server, without and with an index`, async () => {
      assertAlike((await inMemory.plan({ sql, indexes: [] })).plan, await onTheServer(sql));

      const predicted = await inMemory.plan({ sql, indexes: [definition(index)] });
      await database.admin.query(createIndexSql(definition(index)));
      try {
        const real = await onTheServer(sql);
        assertAlike(predicted.plan, real);
        assert.equal(predicted.indexes[0]?.used, shapeOf(real).includes(`${index[0]}_tried`));
      } finally {
        await database.admin.query(`DROP INDEX ${index[0]}_tried`);
      }
    }).timeout(60_000);
  }

  it('estimates the size of B-trees as they are built', async () => {
    const indexes = [
      definition(['posts', 'author_id', 'created_at']),
      definition(['posts', 'status', 'created_at']),
      definition(['comments', 'author_id']),
      definition(['users', 'name']),
    ];
    for (const index of indexes) {
      const [predicted] = (await inMemory.plan({ sql: 'SELECT 1', indexes: [index] })).indexes;
      await database.admin.query(createIndexSql(index));
      const { rows } = await database.admin.query(`SELECT pg_relation_size('${index.name}')::int AS bytes`);
      await database.admin.query(`DROP INDEX ${index.name}`);
      const difference = (predicted?.sizeBytes ?? 0) / rows[0].bytes - 1;
      assert.ok(
        Math.abs(difference) <= 0.1,
        `${createIndexSql(index)}: ${predicted?.sizeBytes}, really ${rows[0].bytes}`,
      );
    }
  }).timeout(60_000);

  it('advises indexes that the server then really uses, at the predicted cost', async () => {
    const statements = await Statements.load();
    const queries: [sql: string, columns: RegExp][] = [
      [
        'SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT 10',
        /posts \(author_id, created_at DESC\)/,
      ],
      [
        `SELECT * FROM posts WHERE status = 'published' ORDER BY created_at DESC LIMIT 20`,
        /posts \((status, )?created_at( DESC)?\)/,
      ],
      [
        'SELECT * FROM comments WHERE post_id = $1 ORDER BY created_at DESC',
        /comments \(post_id(, created_at DESC)?\)/,
      ],
      [
        'SELECT * FROM live WHERE writer = $1 ORDER BY created_at DESC LIMIT 10',
        /posts \(author_id, created_at DESC\)/,
      ],
      ['SELECT max(created_at) FROM comments', /comments \(created_at\)/],
      [`SELECT * FROM posts WHERE body ILIKE '%' || $1 || '%'`, /GIN index on posts \(body gin_trgm_ops\)/],
    ];
    for (const [sql, expected] of queries) {
      const statement = statements.read(sql);
      const valueSets = sql.includes('ILIKE') ? [['summerhouse']] : sql.includes('$1') ? [['1234']] : [];
      const [fix, ...others] = await adviseQuery({
        statement,
        valueSets,
        snapshot,
        parser: statements.parser,
        planner: inMemory,
      });
      assert.ok(fix, sql);
      assert.deepEqual(others, []);
      assert.match(fix.title, expected);
      await database.admin.query(fix.concurrently);
      try {
        const real = await onTheServer(sql.replace('$1', sql.includes('ILIKE') ? `'summerhouse'` : '1234'));
        assert.ok(shapeOf(real).includes(fix.index.name), shapeOf(real));
        assert.ok(
          Math.abs(fix.proof.costAfter / real.root.totalCost - 1) < 0.05,
          `${fix.title}, really ${real.root.totalCost}`,
        );
      } finally {
        await database.admin.query(`DROP INDEX ${fix.index.name}`);
      }
    }
  }).timeout(60_000);

  it('proposes nothing where the plan is fine', async () => {
    const statements = await Statements.load();
    const fine = [
      'SELECT * FROM users WHERE id = $1',
      'SELECT * FROM users WHERE email = $1',
      'SELECT status, max(length(body)) FROM posts GROUP BY status',
      `SELECT * FROM posts WHERE status = 'published'`,
      'SELECT 1',
    ];
    for (const sql of fine) {
      assert.deepEqual(
        await adviseQuery({ statement: statements.read(sql), valueSets: [], snapshot, planner: inMemory }),
        [],
        sql,
      );
    }
  }).timeout(60_000);
});
