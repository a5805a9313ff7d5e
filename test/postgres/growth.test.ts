import assert from 'node:assert/strict';
import type pg from 'pg';
import { loadBlog } from '../../examples/blog/scripts/load.mjs';
import { grow } from '../../src/database/growth/growth';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexDefinition } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { planShape } from '../../src/plan/shape';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { snapshotOf, snapshotWith, startWhatIf } from '../support/what-if';

/** Look-ups, pages, joins, groups and searches of a blog. */
const queries = [
  'SELECT * FROM posts WHERE id = 77',
  `SELECT * FROM users WHERE username = 'nobody'`,
  'SELECT * FROM posts WHERE author_id = 17 ORDER BY created_at DESC LIMIT 10',
  'SELECT count(*) FROM posts WHERE author_id = 17',
  `SELECT id, title FROM posts WHERE status = 'published' ORDER BY created_at DESC LIMIT 20`,
  `SELECT id, title FROM posts WHERE status = 'draft' ORDER BY created_at DESC LIMIT 20`,
  `SELECT count(*) FROM posts WHERE status = 'archived'`,
  'SELECT status, count(*) FROM posts GROUP BY status',
  'SELECT author_id, count(*) FROM posts GROUP BY author_id ORDER BY 2 DESC LIMIT 10',
  'SELECT u.username, count(*) FROM users u JOIN posts p ON p.author_id = u.id GROUP BY u.username ORDER BY 2 DESC LIMIT 10',
  'SELECT * FROM comments WHERE post_id = 77 ORDER BY created_at',
  'SELECT c.*, u.username FROM comments c JOIN users u ON u.id = c.author_id WHERE c.post_id = 77',
  `SELECT p.title, u.username, c.body FROM posts p JOIN users u ON u.id = p.author_id JOIN comments c ON c.post_id = p.id
   WHERE p.author_id = 17`,
  `SELECT * FROM posts WHERE created_at > timestamptz '2025-12-25' ORDER BY created_at DESC`,
  `SELECT count(*) FROM posts WHERE created_at > timestamptz '2025-06-01' AND status = 'draft'`,
  'SELECT * FROM posts ORDER BY created_at DESC LIMIT 20 OFFSET 1000',
  `SELECT * FROM posts WHERE title ILIKE '%postgres%'`,
  'SELECT max(created_at) FROM posts',
  'SELECT t.name, count(*) AS posts FROM tags t JOIN post_tags pt ON pt.tag_id = t.id GROUP BY t.name ORDER BY posts DESC',
  `SELECT a.tag_id AS tag, b.tag_id AS other, count(*) AS posts FROM post_tags a
   JOIN post_tags b ON b.post_id = a.post_id AND b.tag_id > a.tag_id GROUP BY 1, 2 ORDER BY posts DESC LIMIT 25`,
  `SELECT p.id, p.title FROM posts p WHERE p.status = 'published' AND p.created_at >= '2025-01-01'
   AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id) ORDER BY p.created_at DESC LIMIT 50`,
  `SELECT u.username, sum(p.view_count) AS views FROM posts p JOIN users u ON u.id = p.author_id
   WHERE p.created_at >= '2025-12-01' GROUP BY u.username ORDER BY views DESC LIMIT 100`,
  `SELECT p.* FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id
   WHERE t.slug = 'postgresql' ORDER BY p.created_at DESC LIMIT 20`,
  'SELECT * FROM users ORDER BY created_at DESC LIMIT 10',
  'SELECT role, count(*) FROM users GROUP BY role',
  'SELECT count(*) FROM comments',
  'SELECT post_id, count(*) FROM comments GROUP BY post_id HAVING count(*) > 50',
  'SELECT * FROM comments WHERE author_id = 5 ORDER BY created_at DESC LIMIT 20',
  'SELECT p.id FROM posts p WHERE p.id IN (SELECT post_id FROM comments WHERE author_id = 5)',
  `SELECT date_trunc('month', p.created_at) AS month, u.username, count(DISTINCT p.id) AS posts,
   count(DISTINCT c.author_id) AS readers FROM posts p JOIN users u ON u.id = p.author_id
   LEFT JOIN comments c ON c.post_id = p.id WHERE p.status = 'published' GROUP BY 1, 2 ORDER BY month DESC, readers DESC`,
  'SELECT DISTINCT author_id FROM comments',
  'SELECT * FROM posts WHERE id > 1000 ORDER BY id LIMIT 20',
  'SELECT * FROM posts WHERE id BETWEEN 500 AND 600',
  'DELETE FROM comments WHERE post_id = 12',
  `UPDATE posts SET view_count = view_count + 1 WHERE slug = 'x'`,
  'SELECT p.title, count(*) FROM posts p JOIN comments c ON c.post_id = p.id GROUP BY p.id ORDER BY 2 DESC LIMIT 10',
  'SELECT * FROM comments c JOIN posts p ON p.id = c.post_id JOIN users u ON u.id = p.author_id',
  'SELECT * FROM users u WHERE NOT EXISTS (SELECT 1 FROM posts p WHERE p.author_id = u.id)',
  `SELECT * FROM users u WHERE u.role = 'author' AND EXISTS (SELECT 1 FROM comments c WHERE c.author_id = u.id)`,
  'SELECT * FROM comments c JOIN posts p ON p.id = c.post_id ORDER BY c.created_at DESC LIMIT 20',
  'SELECT * FROM comments ORDER BY id DESC LIMIT 20',
  `SELECT * FROM posts WHERE author_id IN (SELECT id FROM users WHERE role = 'author') ORDER BY created_at DESC LIMIT 20`,
  'SELECT a.id, b.id FROM comments a JOIN comments b ON a.post_id = b.post_id AND a.author_id = b.author_id WHERE a.id < b.id',
  'SELECT author_id, created_at::date, count(*) FROM posts GROUP BY 1, 2',
  'SELECT u.id, (SELECT count(*) FROM posts p WHERE p.author_id = u.id) FROM users u',
  'SELECT p.id, u.username FROM posts p LEFT JOIN users u ON u.id = p.author_id ORDER BY p.id',
  `SELECT count(*) FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id
   JOIN users u ON u.id = p.author_id WHERE u.role = 'reader'`,
  'SELECT * FROM posts p JOIN users u ON u.id = p.author_id WHERE u.id BETWEEN 10 AND 30',
  `SELECT p.id, max(c.created_at) FROM posts p LEFT JOIN comments c ON c.post_id = p.id
   WHERE p.created_at >= '2025-12-01' GROUP BY p.id ORDER BY 2 DESC NULLS LAST LIMIT 30`,
  'SELECT * FROM comments c JOIN posts p ON p.id = c.post_id WHERE p.author_id = c.author_id',
];

const indexes = [
  'posts (author_id, created_at)',
  'posts (created_at)',
  'comments (post_id)',
  'comments (author_id)',
  'post_tags (tag_id)',
];

const kindsOfTables = `
  CREATE TABLE log (id bigserial, at timestamptz NOT NULL, kind text, data jsonb, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE INDEX ON log (kind);
  INSERT INTO log (at, kind, data) SELECT timestamptz '2024-01-01' + n * interval '3 hours', 'kind ' || n % 7, jsonb_build_object('n', n % 100)
    FROM generate_series(1, 5000) AS n;
  CREATE INDEX log_gin ON log USING gin (data);
  CREATE INDEX log_brin ON log USING brin (at);
  CREATE TABLE places (id serial PRIMARY KEY, name text, open int4range, tags text[]);
  CREATE TABLE cities (mayor text) INHERITS (places);
  INSERT INTO places (name, open, tags) SELECT 'Place ' || n, int4range(n % 10, n % 10 + 5), ARRAY['a', 'b' || n % 20] FROM generate_series(1, 3000) AS n;
  INSERT INTO cities (name, mayor) SELECT 'City ' || n, 'Mayor ' || n % 50 FROM generate_series(1, 1000) AS n;
  CREATE TABLE visits (visitor_id int, page_id int, status text);
  INSERT INTO visits SELECT n % 60, n % 20, 'status ' || n % 3 FROM generate_series(1, 5000) AS n;
  CREATE STATISTICS visits_together (ndistinct, dependencies) ON visitor_id, page_id, status FROM visits;
  CREATE INDEX ON places USING hash (name);
  CREATE INDEX ON places USING gist (open);
  CREATE INDEX ON places USING gin (tags);
  CREATE INDEX ON places (lower(name));
  CREATE INDEX ON places (id) WHERE name > 'Place 5';
  ANALYZE;`;

const queriesOfKinds = [
  `SELECT * FROM log WHERE at > '2025-06-01' AND kind = 'kind 3'`,
  `SELECT * FROM log_1 WHERE data @> '{"n": 5}'`,
  `SELECT count(*) FROM log WHERE at BETWEEN '2024-02-01' AND '2024-02-02'`,
  `SELECT kind, count(*) FROM log WHERE at > now() - interval '1 day' GROUP BY kind`,
  'SELECT max(id) FROM log',
  `SELECT * FROM places WHERE name = 'Place 17'`,
  'SELECT * FROM ONLY places WHERE open @> 7',
  `SELECT * FROM ONLY places WHERE tags @> ARRAY['b7']`,
  `SELECT * FROM ONLY places WHERE lower(name) = 'place 17'`,
  `SELECT id FROM ONLY places WHERE name > 'Place 5' ORDER BY id LIMIT 5`,
  'SELECT p.name, c.mayor FROM places p JOIN cities c ON c.name = p.name',
  'SELECT mayor, count(*) FROM cities GROUP BY mayor',
  'SELECT visitor_id, page_id, count(*) FROM visits GROUP BY visitor_id, page_id',
  'SELECT page_id, status, count(*) FROM visits GROUP BY page_id, status',
];

/** With all that points at users; tags are as many as before, as in the sample at any size. */
const tenfold = { factor: 10, tables: ['users'] };

describe('growth, beside a PostgreSQL 18 with ten times the rows', function () {
  this.timeout(120_000);

  let today: TestDatabase;
  let later: TestDatabase;
  let whatIf: WhatIfPlanner;
  let snapshot: Snapshot;
  let inMemory: WhatIfDatabase;

  before(async () => {
    const server = await sharedServer(18, { settings: { shared_buffers: '256MB' } });
    today = await createDatabase(server);
    later = await createDatabase(server);
    for (const [database, factor] of [
      [today, 1],
      [later, 10],
    ] as const) {
      const amounts = { users: 200 * factor, posts: 2_000 * factor, comments: 8_000 * factor };
      await loadBlog(server.connectionString(database.name), { ...amounts, until: new Date('2026-01-01') });
      for (const index of indexes) await database.admin.query(`CREATE INDEX ON ${index}`);
      await database.admin.query('VACUUM ANALYZE');
      await database.admin.query('SET max_parallel_workers_per_gather = 0');
    }
    snapshot = await snapshotOf(today.admin);
    whatIf = await startWhatIf();
    inMemory = await whatIf.open(snapshot);
  });
  after(async () => {
    await whatIf?.dispose();
    await today?.drop();
    await later?.drop();
  });

  const planned = async (sql: string, growth?: typeof tenfold): Promise<Plan> =>
    (await inMemory.plan({ sql, indexes: [], growth })).plan;
  const reallyLater = async (client: pg.Client, sql: string): Promise<Plan> =>
    parsePlan((await client.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows, 'estimate');

  it('predicts the shape of nearly all plans, and their costs', async () => {
    const others: string[] = [];
    const differences: number[] = [];
    for (const sql of queries) {
      const predicted = await planned(sql, tenfold);
      const real = await reallyLater(later.admin, sql);
      if (planShape(predicted) !== planShape(real)) others.push(`${sql}\n${planShape(predicted)}\n${planShape(real)}`);
      differences.push(Math.abs(Math.log(predicted.root.totalCost / real.root.totalCost)));
    }
    differences.sort((a, b) => a - b);
    const at = (share: number): number => Math.exp(differences[Math.floor(share * (differences.length - 1))] ?? 0) - 1;
    // ANALYZE reads a sample of the large tables, another one each time.
    assert.ok(others.length <= queries.length / 10, others.join('\n\n'));
    assert.ok(at(0.5) <= 0.03, `median ${at(0.5)}`);
    assert.ok(at(0.85) <= 0.15, `85th percentile ${at(0.85)}`);
    assert.ok(at(1) <= 1.5, `most ${at(1)}`);
  });

  it('plans as a memory would that had loaded the grown tables', async () => {
    const grown = queries.map((sql) => planned(sql, tenfold));
    const before = await Promise.all(grown);
    const loaded = await whatIf.open(grow(snapshot, tenfold));
    for (const [i, sql] of queries.entries()) {
      const { plan } = await loaded.plan({ sql, indexes: [] });
      assert.deepEqual(before[i]?.root, plan.root, sql);
    }
    inMemory = await whatIf.open(snapshot);
  });

  it('does so for partitions, inherited tables and indexes of all kinds', async () => {
    const kinds = await createDatabase(
      await sharedServer(18, { settings: { shared_buffers: '256MB' } }),
      kindsOfTables,
    );
    try {
      const small = await snapshotOf(kinds.admin);
      const growth = { factor: 200 };
      const predicted: Plan[] = [];
      const asked = await whatIf.open(small);
      for (const sql of queriesOfKinds) predicted.push((await asked.plan({ sql, indexes: [], growth })).plan);
      const loaded = await whatIf.open(grow(small, growth));
      for (const [i, sql] of queriesOfKinds.entries()) {
        const { plan } = await loaded.plan({ sql, indexes: [] });
        assert.deepEqual(predicted[i]?.root, plan.root, sql);
      }
    } finally {
      await kinds.drop();
      inMemory = await whatIf.open(snapshot);
    }
  });

  it('leaves today as it was, also with proposed indexes, after an error and after a cancellation', async () => {
    const sql = 'SELECT * FROM posts WHERE status = $1 ORDER BY updated_at DESC LIMIT 10';
    const index: IndexDefinition = {
      schema: 'public',
      table: 'posts',
      name: 'proposed',
      method: 'btree',
      columns: [{ name: 'status' }, { name: 'updated_at' }],
    };
    for (const asked of [
      { sql, values: ['draft'], indexes: [] },
      { sql, indexes: [] },
      { sql, values: ['draft'], indexes: [index] },
      { sql: 'SELECT * FROM posts WHERE $1 IS NULL', indexes: [index] },
    ]) {
      const before = await inMemory.plan(asked);
      const later_ = await inMemory.plan({ ...asked, growth: { factor: 100 } });
      assert.notDeepEqual(later_.plan.root, before.plan.root);
      await problemOf(inMemory.plan({ ...asked, growth: { factor: 100, tables: ['nope'] } }), 'missing-object');
      await problemOf(
        inMemory.plan({ sql: 'SELECT * FROM nope', indexes: [], growth: { factor: 2 } }),
        'missing-object',
      );
      const controller = new AbortController();
      const abandoned = inMemory.plan({ ...asked, growth: { factor: 1_000 }, signal: controller.signal });
      controller.abort();
      await problemOf(abandoned, 'cancelled');
      assert.deepEqual(await inMemory.plan(asked), before);
      assert.deepEqual((await inMemory.plan({ ...asked, growth: { factor: 100 } })).plan, later_.plan);
    }
  });

  it('gives a proposed index the size that it will have', async () => {
    const sql = `SELECT * FROM posts WHERE title >= 'S' AND title < 'T'`;
    const index = {
      schema: 'public',
      table: 'posts',
      name: 'proposed',
      method: 'btree',
      columns: [{ name: 'title' }],
    } as const;
    const predicted = (await inMemory.plan({ sql, indexes: [index], growth: tenfold })).plan;
    await later.admin.query('CREATE INDEX proposed ON posts (title)');
    const real = await reallyLater(later.admin, sql);
    await later.admin.query('DROP INDEX proposed');
    assert.equal(planShape(predicted), planShape(real));
    assert.ok(
      Math.abs(predicted.root.totalCost / real.root.totalCost - 1) < 0.15,
      `${predicted.root.totalCost}, really ${real.root.totalCost}`,
    );
  });

  it('takes tables beyond 1 GB, and comes back from them', async () => {
    const large = await whatIf.open(snapshotWith({ large: { id: 'integer' } }, { pages: 100_000, rows: 20_000_000 }));
    const cost = async (factor: number): Promise<number> =>
      (await large.plan({ sql: 'SELECT * FROM large', indexes: [], growth: factor === 1 ? undefined : { factor } }))
        .plan.root.totalCost;
    const today_ = await cost(1);
    assert.ok(Math.abs((await cost(50)) / today_ - 50) < 0.01);
    assert.ok(Math.abs((await cost(2)) / today_ - 2) < 0.01);
    assert.equal(await cost(1), today_);
    inMemory = await whatIf.open(snapshot);
  });
});
