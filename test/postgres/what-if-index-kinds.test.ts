import assert from 'node:assert/strict';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexColumn, IndexDefinition } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { createIndexSql } from '../../src/sql/create-index';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { shapeOf, snapshotOf, startWhatIf } from '../support/what-if';

/** ANALYZE reads tables of 30,000 rows whole: the statistics are the same each time. */
const schema = `
  CREATE EXTENSION pg_trgm;
  SELECT setseed(0.3);
  CREATE TABLE words AS SELECT i AS id, substr(md5(i::text), 1, 3 + i % 7) AS word FROM generate_series(1, 800) AS i;
  CREATE TABLE people (id serial PRIMARY KEY, author int, wide bigint, key uuid, few int, flag boolean, steep int, at timestamptz,
    came timestamp, born date, rare int, half text, email text, name text, note text, price numeric(12,2), status text, address inet,
    data jsonb, tags text[], numbers int[], during tstzrange, span int4range, place point);
  INSERT INTO people (author, wide, key, few, flag, steep, at, came, born, rare, half, email, name, note, price, status, address, data,
      tags, numbers, during, span, place)
    SELECT floor(random() * 5000), floor(random() * 1e15), md5(i::text)::uuid, floor(random() * 20), random() < 0.1,
      floor(5000 * power(random(), 3)), timestamptz '2024-01-01' + i * interval '10 minutes',
      timestamp '2024-01-01' + random() * interval '200 days', date '2020-01-01' + floor(random() * 900)::int,
      CASE WHEN random() < 0.1 THEN floor(random() * 400) END, CASE WHEN random() < 0.5 THEN md5(random()::text) END,
      'User' || i || '@' || (array['Example.com', 'gmail.com', 'Mail.example.org'])[1 + floor(random() * 3)::int],
      'name ' || floor(power(random(), 2) * 6000),
      (SELECT string_agg(word, ' ') FROM words WHERE id IN (SELECT 1 + floor(800 * power(random(), 2))::int + i * 0
        FROM generate_series(1, 4 + i % 9))),
      round((random() * 10000)::numeric, 2), (array['published', 'draft', 'archived', 'deleted'])[1 + floor(4 * power(random(), 3))::int],
      ('10.' || floor(random() * 3) || '.' || floor(random() * 255) || '.' || floor(random() * 255))::inet,
      jsonb_build_object('kind', 'k' || floor(random() * 30), 'name', 'n' || i, 'nested', jsonb_build_object('x', floor(random() * 100))),
      (SELECT array_agg('tag' || floor(200 * power(random(), 2))) FROM generate_series(1, 1 + i % 5)),
      (SELECT array_agg(floor(random() * 20000)::int) FROM generate_series(1, 1 + i % 6)),
      tstzrange(timestamptz '2024-01-01' + i * interval '10 minutes', timestamptz '2024-01-01' + i * interval '10 minutes' + random() * interval '3 hours'),
      int4range(floor(random() * 100000)::int, 100001 + floor(random() * 1000)::int), point(random() * 100, random() * 50)
    FROM generate_series(1, 30000) AS i;
  CREATE TABLE items (order_id int NOT NULL, line int NOT NULL, part int NOT NULL, quantity numeric(15,2) NOT NULL, ship date NOT NULL,
    PRIMARY KEY (order_id, line));
  INSERT INTO items SELECT o * 4, l, 1 + floor(random() * 2000), 1 + floor(random() * 50), date '1992-01-01' + floor(random() * 2500)::int
    FROM generate_series(1, 7400) AS o CROSS JOIN LATERAL generate_series(1, 1 + (o * 7919) % 7) AS l;
  CREATE TABLE days (id bigint NOT NULL, at date NOT NULL, user_id int, kind text) PARTITION BY RANGE (at);
  CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
  CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
  INSERT INTO days SELECT i, date '2024-01-01' + floor(366 * random())::int, floor(random() * 3000), 'kind ' || floor(random() * 8)
    FROM generate_series(1, 30000) AS i;`;

type Column = string | IndexColumn;

function index(table: string, columns: readonly Column[], more: Partial<IndexDefinition> = {}): IndexDefinition {
  const full = columns.map((column) => {
    if (typeof column !== 'string') return column;
    return column.includes('(') ? { name: column, isExpression: true } : { name: column };
  });
  return { schema: 'public', table, name: `${table}_tried`, method: 'btree', columns: full, ...more };
}

const by = (name: string, operatorClass: string): IndexColumn => ({
  name,
  operatorClass,
  ...(name.includes('(') && { isExpression: true }),
});

interface Case {
  readonly index: IndexDefinition;
  readonly sql: string;
  /** How far the cost may be off, where more than 2 %: the size or the statistics are estimates. */
  readonly off?: number;
}

const cases: readonly Case[] = [
  { index: index('people', ['author']), sql: 'SELECT * FROM people WHERE author = 77' },
  {
    index: index('people', ['author'], { include: ['name'] }),
    sql: 'SELECT author, name FROM people WHERE author < 50',
  },
  {
    index: index('people', ['status', { name: 'at', descending: true }]),
    sql: `SELECT * FROM people WHERE status = 'deleted' ORDER BY at DESC LIMIT 20`,
  },
  { index: index('people', ['lower(email)']), sql: `SELECT * FROM people WHERE lower(email) = 'user77@gmail.com'` },
  { index: index('people', ['upper(name)']), sql: `SELECT * FROM people WHERE upper(name) = 'NAME 12'`, off: 0.1 },
  { index: index('people', ["(data->>'kind')"]), sql: `SELECT * FROM people WHERE data->>'kind' = 'k7'`, off: 0.5 },
  { index: index('people', ['(came::date)']), sql: `SELECT * FROM people WHERE came::date = '2024-03-05'`, off: 0.1 },
  {
    index: index('people', ["date_trunc('day', came)"]),
    sql: `SELECT * FROM people WHERE date_trunc('day', came) BETWEEN '2024-03-05' AND '2024-03-14'`,
    off: 0.1,
  },
  {
    index: index('people', ['at'], { where: `status = 'deleted'` }),
    sql: `SELECT * FROM people WHERE status = 'deleted' AND at > '2024-07-01'`,
  },
  { index: index('people', ['rare'], { where: 'rare IS NOT NULL' }), sql: 'SELECT * FROM people WHERE rare = 5' },
  {
    index: index('people', [by('email', 'text_pattern_ops')]),
    sql: `SELECT * FROM people WHERE email LIKE 'User12%'`,
    off: 0.05,
  },
  { index: index('people', ['key'], { method: 'hash' }), sql: `SELECT * FROM people WHERE key = md5('7')::uuid` },
  {
    index: index('people', ['at'], { method: 'brin' }),
    sql: `SELECT * FROM people WHERE at BETWEEN '2024-02-01' AND '2024-02-03'`,
  },
  {
    index: index('people', [by('note', 'gin_trgm_ops')], { method: 'gin' }),
    sql: `SELECT * FROM people WHERE note LIKE '%c4ca42%'`,
    off: 0.1,
  },
  {
    index: index('people', [by('data', 'jsonb_ops')], { method: 'gin' }),
    sql: `SELECT * FROM people WHERE data @> '{"kind": "k7"}'`,
    off: 0.1,
  },
  {
    index: index('people', [by('data', 'jsonb_path_ops')], { method: 'gin' }),
    sql: `SELECT * FROM people WHERE data @> '{"kind": "k7"}'`,
    off: 0.1,
  },
  {
    index: index('people', ['tags'], { method: 'gin' }),
    sql: `SELECT * FROM people WHERE tags @> '{tag150}'`,
    off: 0.1,
  },
  {
    index: index('people', ["to_tsvector('english', note)"], { method: 'gin' }),
    sql: `SELECT * FROM people WHERE to_tsvector('english', note) @@ 'c4ca'::tsquery`,
    off: 0.5,
  },
  {
    index: index('people', ['during'], { method: 'gist' }),
    sql: `SELECT * FROM people WHERE during && tstzrange('2024-02-01', '2024-02-02')`,
    off: 0.1,
  },
  {
    index: index('people', ['place'], { method: 'gist' }),
    sql: 'SELECT * FROM people ORDER BY place <-> point(10, 10) LIMIT 5',
    off: 0.1,
  },
  {
    index: index('people', [by('name', 'gist_trgm_ops')], { method: 'gist' }),
    sql: `SELECT * FROM people WHERE name LIKE '%ame 123%'`,
    off: 0.25,
  },
  { index: index('items', ['order_id', 'quantity']), sql: 'SELECT order_id, quantity FROM items WHERE order_id = 400' },
  {
    index: index('items', ['part']),
    sql: 'SELECT count(*) FROM items a JOIN items b ON a.part = b.part WHERE a.order_id = 400',
  },
  { index: index('days', ['user_id']), sql: 'SELECT * FROM days WHERE user_id = 77' },
  { index: index('days', ['user_id'], { method: 'hash' }), sql: 'SELECT * FROM days WHERE user_id = 77' },
  { index: index('days', ['at'], { method: 'brin' }), sql: `SELECT * FROM days WHERE at = '2024-02-03'` },
];

/** Asked for their size only. */
const sized: readonly IndexDefinition[] = [
  ...[
    'wide',
    'few',
    'flag',
    'steep',
    'born',
    'rare',
    'half',
    'email',
    'name',
    'note',
    'price',
    'status',
    'address',
  ].map((column) => index('people', [column])),
  index('people', ['flag', 'few']),
  index('people', ['rare', 'half']),
  index('people', ['few', 'born', 'steep']),
  index('people', ['status'], { include: ['at', 'email'] }),
  index('people', ['steep'], { where: 'flag' }),
  ...['few', 'steep', 'half', 'status'].map((column) => index('people', [column], { method: 'hash' })),
  index('people', [by('email', 'gin_trgm_ops')], { method: 'gin' }),
  index('people', ['numbers'], { method: 'gin' }),
  index('people', ['span'], { method: 'gist' }),
  ...['order_id', 'line', 'quantity', 'ship'].map((column) => index('items', [column])),
  index('items', ['part', 'order_id']),
  index('items', ['ship'], { include: ['quantity'] }),
  index('days', ['kind', 'at']),
];

describe('indexes of every kind in memory, beside a PostgreSQL 18 with the rows', () => {
  let database: TestDatabase;
  let whatIf: WhatIfPlanner;
  let inMemory: WhatIfDatabase;
  const sizes: { what: string; predicted: number; real: number }[] = [];

  before(async function () {
    this.timeout(120_000);
    database = await createDatabase(await sharedServer(18, { settings: { shared_buffers: '256MB' } }));
    await database.admin.query('SET max_parallel_workers_per_gather = 0');
    await database.admin.query(schema);
    await database.admin.query('VACUUM ANALYZE');
    whatIf = await startWhatIf();
    inMemory = await whatIf.open(await snapshotOf(database.admin));
  });
  after(async () => {
    await whatIf?.dispose();
    await database?.drop();
  });

  async function onTheServer(sql: string): Promise<Plan> {
    return parsePlan((await database.admin.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows, 'estimate');
  }

  async function realSize(definition: IndexDefinition): Promise<number> {
    const { rows } = await database.admin.query(
      `SELECT sum(pg_relation_size(relid))::int AS bytes FROM (SELECT '${definition.name}'::regclass AS relid
         UNION SELECT relid FROM pg_partition_tree('${definition.name}')) AS parts`,
    );
    return rows[0].bytes;
  }

  const nameOf = (definition: IndexDefinition): string => createIndexSql(definition).replace(/^.* ON /, '');

  for (const { index: definition, sql, off = 0.02 } of cases) {
    it(`plans with ${nameOf(definition)} as the server does`, async () => {
      const predicted = await inMemory.plan({ sql, indexes: [definition] });
      await database.admin.query(createIndexSql(definition));
      try {
        await database.admin.query(`ANALYZE ${definition.table}`);
        const real = await onTheServer(sql);
        sizes.push({
          what: nameOf(definition),
          predicted: predicted.indexes[0]?.sizeBytes ?? 0,
          real: await realSize(definition),
        });
        const plain = (plan: Plan): string => shapeOf(plan).replace(/days_\d_\w+/g, 'days_tried');
        assert.equal(plain(predicted.plan), plain(real));
        const difference = predicted.plan.root.totalCost / real.root.totalCost - 1;
        assert.ok(Math.abs(difference) <= off, `${predicted.plan.root.totalCost}, really ${real.root.totalCost}`);
        assert.equal(predicted.indexes[0]?.used, /_tried/.test(plain(real)));
      } finally {
        await database.admin.query(`DROP INDEX ${definition.name}`);
      }
    }).timeout(30_000);
  }

  it('gives sizes within 10 % in the median', async () => {
    for (const definition of sized) {
      const [predicted] = (await inMemory.plan({ sql: 'SELECT 1', indexes: [definition] })).indexes;
      await database.admin.query(createIndexSql(definition));
      sizes.push({ what: nameOf(definition), predicted: predicted?.sizeBytes ?? 0, real: await realSize(definition) });
      await database.admin.query(`DROP INDEX ${definition.name}`);
    }
    const errors = sizes.map(({ what, predicted, real }) => ({ what, error: predicted / real - 1 }));
    errors.sort((a, b) => Math.abs(a.error) - Math.abs(b.error));
    const said = errors.map(({ what, error }) => `${(error * 100).toFixed(1)} % ${what}`).join('\n');
    if (process.env.PLANLIGHT_SIZES) console.log(said);
    const at = (share: number): number => Math.abs(errors[Math.floor((errors.length - 1) * share)]?.error ?? 1);
    assert.ok(at(0.5) <= 0.1 && at(0.9) <= 0.3, said);
  }).timeout(60_000);
});
