import assert from 'node:assert/strict';
import { type CliResult, folderOf, refusal, runCli } from '../support/cli';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';

const tables = `
  CREATE TABLE authors (id serial PRIMARY KEY, name text NOT NULL);
  CREATE TABLE posts (id serial PRIMARY KEY, author_id int NOT NULL REFERENCES authors, title text NOT NULL);
  CREATE TABLE empty (id int);`;

const source = `
export const byId = (pool, id) => pool.query('SELECT title FROM posts WHERE id = $1', [id]);
export const byTitle = (pool, title) => pool.query('SELECT id FROM posts WHERE title = $1', [title]);
export const lost = (pool) => pool.query('SELECT * FROM nowhere');
`;

interface Report {
  readonly tables: string;
  readonly queries: readonly {
    readonly file: string;
    readonly law: string;
    readonly today: { readonly cost: number };
    readonly steps: readonly { readonly factor: number; readonly cost: number }[];
    readonly overLimit: { readonly factor: number } | null;
  }[];
  readonly passedOver: readonly { readonly file: string; readonly why: string }[];
  readonly notes: readonly string[];
}

describe('planlight grow', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let folder: Awaited<ReturnType<typeof folderOf>>;

  before(async () => {
    database = await createDatabase(
      await sharedServer(),
      `${tables}
      INSERT INTO authors (name) SELECT 'author ' || n FROM generate_series(1, 100) n;
      INSERT INTO posts (author_id, title) SELECT 1 + n % 100, 'title ' || n FROM generate_series(1, 5000) n;
      ANALYZE;`,
    );
    folder = await folderOf({ 'src/posts.js': source, 'db/schema.sql': tables });
  });
  after(async () => {
    folder?.remove();
    await database?.drop();
  });

  const run = (...args: string[]): Promise<CliResult> => runCli(['grow', ...args], { cwd: folder.path });
  const onServer = (...args: string[]): Promise<CliResult> =>
    run('--database', database.server.connectionString(database.name), ...args);
  const json = async (...args: string[]): Promise<Report> =>
    JSON.parse((await onServer(...args, '--format', 'json')).stdout) as Report;

  it('says what each query of the files costs at larger sizes, the worst first, and goes on after one without a plan', async () => {
    const report = await json('src');
    assert.deepEqual(
      report.queries.map(({ file, law, steps }) => [file, law, steps.map(({ factor }) => factor)]),
      [
        ['src/posts.js:3', 'linear', [10, 100, 1_000]],
        ['src/posts.js:2', 'constant', [10, 100, 1_000]],
      ],
    );
    const [byTitle] = report.queries;
    assert.ok(byTitle && Math.abs((byTitle.steps[2]?.cost ?? 0) / byTitle.today.cost / 1_000 - 1) < 0.05);
    assert.deepEqual(report.passedOver, [{ file: 'src/posts.js:4', why: 'relation "nowhere" does not exist' }]);
  });

  it('grows the tables that are named, with those that point at them or alone', async () => {
    const sql = 'SELECT * FROM posts WHERE title = $1';
    assert.equal((await json('--sql', sql, '--table', 'authors')).tables, 'authors, posts');
    const { code, stdout } = await onServer('--sql', sql, '--table', 'authors', '--alone', '--limit', '3x');
    assert.equal(code, 0);
    assert.match(stdout, /^Planner's cost while authors grow\n/);
    assert.match(stdout, /reads no table that grows/);
  });

  it('exits with 1 when a query passes the limit, says where, and what it can say nothing about', async () => {
    const sql = 'SELECT * FROM posts WHERE title = $1; SELECT * FROM empty';
    const { code, stdout } = await onServer('--sql', sql, '--factor', '2,10', '--limit', '3x');
    assert.equal(code, 1);
    assert.match(stdout, /above the limit of \d+ from about 3(\.\d)?× \(1\d,\d{3} rows of posts\) on/);
    assert.match(stdout, /\n\nTable empty is empty: nothing can be said about how it grows\.\n$/);
  });

  it('plans with assumed sizes where there is no database, and says so', async () => {
    const { code, stdout } = await run('.', '--factor', '5');
    assert.equal(code, 0);
    assert.match(stdout, /src\/posts\.js:3 +[\d,]+ +[\d,]+ +linear\n/);
    assert.match(stdout, /Table sizes are assumed: no database was asked\.\n$/);
  });

  for (const [args, sentence] of [
    [['--factor', '0'], /--factor takes numbers above 1, up to 1,000,000, not 0\./],
    [['--factor', '1e400'], /not 1e400\./],
    [['--factor', 'NaN'], /not NaN\./],
    [['--factor=-5'], /not -5\./],
    [['--factor', '10,,20'], /not nothing\./],
    [['--factor', Array.from({ length: 10_000 }, (_, i) => i + 2).join()], /at most 20 factors, not 10,000\./],
    [['--limit', 'much'], /--limit takes a cost such as 100000, or 50x, not much\./],
    [['--alone'], /--alone says which tables do not grow: it needs --table\./],
    [['--table', 'nope'], /There is no table "nope" to grow\./],
    [['src'], /--sql or files, not both\./],
  ] as const) {
    it(`refuses ${args.join(' ').slice(0, 30)}`, async () => {
      assert.match(refusal(await onServer('--sql', 'SELECT 1', ...args)), sentence);
    });
  }
});
