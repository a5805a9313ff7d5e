import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { adviseQuery } from '../../src/advisor/query/advise-query';
import { EmbeddedTarget } from '../../src/database/embedded-target';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexDefinition } from '../../src/nouns/fix';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';
import { shapeOf, snapshotWith, startWhatIf } from '../support/what-if';

const posts = snapshotWith({
  posts: { id: 'integer', author_id: 'integer', title: 'text', created_at: 'timestamptz' },
});
const byAuthor: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_author_id_idx',
  method: 'btree',
  columns: [{ name: 'author_id' }],
};
const ofAuthor = 'SELECT * FROM posts WHERE author_id = 5';

/** With statistics for a column that has few equal values. */
function selective(snapshot: Snapshot, column: string): Snapshot {
  const statistics = { nullFraction: 0, averageWidth: 4, distinct: -0.5, correlation: 0 };
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({
      ...table,
      columns: table.columns.map((one) => (one.name === column ? { ...one, statistics } : one)),
    })),
  };
}

describe('the process of the planner in memory', function () {
  this.timeout(60_000);
  let whatIf: WhatIfPlanner;
  const problems: string[] = [];

  beforeEach(async () => {
    problems.length = 0;
    whatIf = await startWhatIf({ onProblem: (message) => problems.push(message) });
  });
  afterEach(() => whatIf.dispose());

  it('tells a crash once, fails what it was working on, and answers the next request', async () => {
    const database = await whatIf.open(posts);
    const hit = database.plan({ sql: ofAuthor, indexes: [] });
    process.kill(whatIf.pid ?? assert.fail('no process'), 'SIGKILL');
    await problemOf(hit, 'server');
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /stopped \(signal SIGKILL\)/);
    assert.equal(shapeOf((await database.plan({ sql: ofAuthor, indexes: [] })).plan), 'Seq Scan');
    assert.equal(problems.length, 1);
  });

  it('answers a cancelled request at once and goes on with the others', async () => {
    const database = await whatIf.open(posts);
    const controller = new AbortController();
    const cancelled = database.plan({ sql: ofAuthor, indexes: [], signal: controller.signal });
    const other = database.plan({ sql: ofAuthor, indexes: [] });
    controller.abort();
    await problemOf(cancelled, 'cancelled');
    assert.equal(shapeOf((await other).plan), 'Seq Scan');
    assert.deepEqual(problems, []);
  });

  it('ends when nobody asks, and starts again when somebody does', async () => {
    await whatIf.dispose();
    whatIf = await startWhatIf({ idleMs: 50, onProblem: (message) => problems.push(message) });
    const database = await whatIf.open(posts);
    while (whatIf.pid !== undefined) await sleep(20);
    assert.equal(shapeOf((await database.plan({ sql: ofAuthor, indexes: [] })).plan), 'Seq Scan');
    assert.deepEqual(problems, []);
  });

  it('is replaced when it takes more memory than it may, and than its snapshot alone takes', async () => {
    await whatIf.dispose();
    whatIf = await startWhatIf({ memoryMb: 1, onProblem: (message) => problems.push(message) });
    const small = await whatIf.open(posts);
    const first = whatIf.pid;
    assert.equal(shapeOf((await small.plan({ sql: ofAuthor, indexes: [] })).plan), 'Seq Scan');
    assert.equal(whatIf.pid, first);
    const large = await whatIf.open({ ...posts, leftOut: ['x'.repeat(200_000_000)] });
    const plans = await Promise.all([1, 2, 3].map(() => large.plan({ sql: ofAuthor, indexes: [] })));
    assert.deepEqual(
      plans.map(({ plan }) => shapeOf(plan)),
      ['Seq Scan', 'Seq Scan', 'Seq Scan'],
    );
    assert.notEqual(whatIf.pid, first);
    assert.deepEqual(problems, []);
  });

  it('gives up a search that takes too long, stops a plan that goes on, and answers the next request', async () => {
    const tables: Record<string, Record<string, string>> = {};
    for (let i = 0; i < 14; i++) tables[`t${i}`] = { id: 'integer', next: 'integer', a: 'integer' };
    // Every order of fourteen joins is weighed: minutes, if nobody stops it.
    const settings = { geqo: 'off', join_collapse_limit: '20', from_collapse_limit: '20' };
    const snapshot = snapshotWith(tables, {}, { settings });
    const database = await whatIf.open(snapshot);
    const joins = Array.from({ length: 13 }, (_, i) => `JOIN t${i + 1} ON t${i + 1}.id = t0.next`).join(' ');
    const statement = (await Statements.load()).read(`SELECT * FROM t0 ${joins} WHERE t0.a = 5`);
    const search = { statement, valueSets: [], snapshot, planner: database, budgetMs: 300 };
    assert.deepEqual(await adviseQuery(search), []);
    assert.ok((await database.plan({ sql: 'SELECT * FROM t0', indexes: [] })).plan);
    assert.deepEqual(problems, []);
  });

  it('answers with what it found in time on a table of 500 columns', async () => {
    const columns = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`c${i}`, 'integer']));
    const snapshot = snapshotWith({ wide: columns });
    const database = await whatIf.open(snapshot);
    const conditions = Array.from({ length: 100 }, (_, i) => `c${i} > ${i}`).join(' AND ');
    const statement = (await Statements.load()).read(`SELECT * FROM wide WHERE ${conditions}`);
    const found = await adviseQuery({ statement, valueSets: [], snapshot, planner: database, budgetMs: 5_000 });
    // How many steps fit into the time depends on the machine; the first always does, and each has its proof.
    assert.ok(found.length > 0);
    for (const { title, proof } of found) assert.ok(proof.costAfter < proof.costBefore, title);
  });

  it('serves two snapshots in turn', async () => {
    const first = await whatIf.open(posts);
    const second = await whatIf.open(snapshotWith({ cats: { id: 'integer' } }));
    assert.ok((await first.plan({ sql: ofAuthor, indexes: [] })).plan);
    assert.ok((await second.plan({ sql: 'SELECT * FROM cats', indexes: [] })).plan);
    await problemOf(second.plan({ sql: ofAuthor, indexes: [] }), 'missing-object');
  });

  it('rejects with the place of the mistake', async () => {
    const database = await whatIf.open(posts);
    const problem = await problemOf(database.plan({ sql: 'SELECT nope FROM posts', indexes: [] }), 'missing-object');
    assert.deepEqual(problem.range, { start: 7, end: 11 });
    await problemOf(database.plan({ sql: 'SELECT 1; DROP TABLE posts', indexes: [] }));
    await problemOf(database.plan({ sql: 'SELECT $1::int; DROP TABLE posts', indexes: [] }));
    await problemOf(database.plan({ sql: 'DROP TABLE posts', indexes: [] }), 'unsupported');
    assert.ok((await database.plan({ sql: ofAuthor, indexes: [] })).plan);
  });

  it('shows each request only the indexes that it names', async () => {
    const database = await whatIf.open(selective(posts, 'author_id'));
    const without = await database.plan({ sql: ofAuthor, indexes: [] });
    const first = await database.plan({ sql: ofAuthor, indexes: [byAuthor] });
    const again = await database.plan({ sql: ofAuthor, indexes: [] });
    assert.match(shapeOf(first.plan), /posts_author_id_idx/);
    assert.equal(first.indexes[0]?.used, true);
    assert.deepEqual(again.plan.json, without.plan.json);
  });

  it('plans generically without values, and with them as the server would', async () => {
    const database = await whatIf.open(selective(posts, 'author_id'));
    const sql = 'SELECT * FROM posts WHERE author_id = $1 AND created_at > $2 LIMIT $3';
    assert.deepEqual(await database.parameterTypes(sql), ['integer', 'timestamp with time zone', 'bigint']);
    assert.deepEqual(await database.parameterTypes('SELECT $1'), ['text']);
    const generic = await database.plan({ sql, indexes: [byAuthor] });
    assert.match(JSON.stringify(generic.plan.json), /author_id = \$1/);
    const custom = await database.plan({ sql, values: ['5', null, '3'], indexes: [byAuthor] });
    assert.doesNotMatch(JSON.stringify(custom.plan.json), /\$1/);
  });

  it('plans tables of several gigabytes and builds candidates on them', async () => {
    const big = snapshotWith({ posts: { id: 'integer', author_id: 'integer' } }, { pages: 400_000, rows: 40_000_000 });
    const database = await whatIf.open(selective(big, 'author_id'));
    const { plan } = await database.plan({ sql: 'SELECT * FROM posts', indexes: [] });
    assert.equal(plan.root.planRows, 40_000_000);
    assert.equal(plan.root.totalCost, 400_000 + 40_000_000 * 0.01);
    const indexed = await database.plan({ sql: ofAuthor, indexes: [byAuthor] });
    assert.match(shapeOf(indexed.plan), /posts_author_id_idx/);
    const again = await database.plan({ sql: 'SELECT * FROM posts', indexes: [] });
    assert.equal(again.plan.root.totalCost, plan.root.totalCost);
  });

  it('takes hostile names for names', async () => {
    const hostile = 'a"b; DROP TABLE "victim\n';
    const database = await whatIf.open(
      snapshotWith({ victim: { id: 'integer' }, [hostile]: { [hostile]: 'integer', "it's": 'text' } }),
    );
    assert.deepEqual(database.leftOut, []);
    const indexes: IndexDefinition[] = [
      { schema: 'public', table: hostile, name: hostile, method: 'btree', columns: [{ name: hostile }] },
    ];
    assert.ok((await database.plan({ sql: 'SELECT * FROM victim', indexes })).plan);
  });

  it('says which table is missing in memory and why, and plans the rest', async () => {
    const snapshot = snapshotWith({ parts: { id: 'integer' } }, { kind: 'foreign table' });
    const places = snapshotWith({ places: { id: 'integer', spot: 'geometry(Point,4326)' } });
    const database = await whatIf.open({ ...posts, tables: [...posts.tables, ...snapshot.tables, ...places.tables] });
    assert.equal(database.leftOut.length, 2);
    assert.match(database.leftOut.join('\n'), /parts is left out: it is a foreign table/);
    assert.match(database.leftOut.join('\n'), /places\.spot has type geometry/);
    const problem = await problemOf(database.plan({ sql: 'SELECT * FROM parts', indexes: [] }), 'unsupported');
    assert.match(problem.message, /parts.*foreign/);
    assert.ok((await database.plan({ sql: 'SELECT spot FROM places', indexes: [] })).plan);
  });

  it('survives statistics that contradict themselves', async () => {
    const absurd = {
      nullFraction: Number.NaN,
      averageWidth: -5,
      distinct: Number.POSITIVE_INFINITY,
      histogramBounds: '{9,1,x}',
    };
    const [table] = posts.tables;
    assert.ok(table);
    const columns = table.columns.map((column) => ({ ...column, statistics: absurd }));
    const database = await whatIf.open({ ...posts, tables: [{ ...table, columns, rows: Number.NaN, pages: -3 }] });
    assert.ok((await database.plan({ sql: ofAuthor, indexes: [byAuthor] })).plan);
  });
});

describe('a schema from the SQL files of a workspace', function () {
  this.timeout(60_000);
  let whatIf: WhatIfPlanner;
  let statements: Statements;
  before(async () => {
    whatIf = await startWhatIf();
    statements = await Statements.load();
  });
  after(() => whatIf.dispose());

  const files = [
    {
      name: 'db/10_posts.sql',
      text: `BEGIN;
        CREATE TYPE status AS ENUM ('draft', 'published');
        CREATE TABLE posts (id bigserial PRIMARY KEY, author_id bigint NOT NULL REFERENCES users, title text NOT NULL,
          status status NOT NULL, spot geometry(Point, 4326), created_at timestamptz NOT NULL DEFAULT now());
        COMMIT;
        INSERT INTO posts (title) VALUES ('a;b');
        CREATE INDEX CONCURRENTLY ON posts (title);
        ALTER TABLE posts OWNER TO somebody;
        -- migrate:down
        DROP TABLE posts;`,
    },
    { name: 'db/10_posts.down.sql', text: 'DROP TABLE posts' },
    {
      name: 'db/2_users.sql',
      text: 'CREATE EXTENSION pgcrypto; CREATE TABLE users (id bigserial PRIMARY KEY, email text UNIQUE); CREATE TABLE broken (id int, id int); CREATE VIEW v AS SELECT * FROM users',
    },
  ];

  it('runs what shapes plans, names what failed, and assumes the sizes', async () => {
    const snapshot = await whatIf.snapshotOfScripts(files, { assumedRows: 100_000 });
    assert.equal(snapshot.assumed, true);
    assert.deepEqual(
      snapshot.tables.map((table) => [table.name, table.rows]),
      [
        ['users', 100_000],
        ['posts', 100_000],
      ],
    );
    assert.deepEqual(
      snapshot.tables[1]?.indexes.map((index) => index.name),
      ['posts_pkey', 'posts_title_idx'],
    );
    assert.equal(snapshot.views.length, 1);
    assert.deepEqual(snapshot.leftOut, [
      'CREATE TABLE broken in db/2_users.sql is left out: column "id" specified more than once.',
      'Type geometry is not known to the planner in memory: its columns are planned as text.',
    ]);
  });

  it('names three failures of a file and counts the rest', async () => {
    const text = Array.from({ length: 9 }, (_, i) => `CREATE TABLE t${i} (id UInt64) ENGINE = MergeTree`).join(';');
    const { leftOut } = await whatIf.snapshotOfScripts([{ name: 'db/other.sql', text }], { assumedRows: 1 });
    assert.equal(leftOut.length, 4);
    assert.match(leftOut[2] ?? '', /^CREATE TABLE t2 in db\/other\.sql is left out: syntax error/);
    assert.equal(leftOut[3], 'So are 6 more statements in db/other.sql.');
  });

  it('is a target for estimates, which says that sizes are assumed, and not for measuring', async () => {
    const target = new EmbeddedTarget({
      label: 'in memory: schema of 2 files',
      whatIf,
      read: (signal) => whatIf.snapshotOfScripts(files, { assumedRows: 100_000 }, signal),
    });
    const request = statements.request('SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT $2');
    const { plan, notices } = await target.explain(request);
    assert.match(shapeOf(plan), /Seq Scan/);
    assert.match(notices.join(' '), /Table sizes are assumed/);
    await problemOf(target.explain({ ...request, mode: 'analyze' }), 'unsupported');
  });
});
