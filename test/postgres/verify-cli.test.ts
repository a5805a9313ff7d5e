import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { verifyAdvice } from '../../src/cli/verify-question';
import { Server } from '../../src/database/server';
import { Console } from '../../src/report/console';
import { runCli } from '../support/cli';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { Statements } from '../support/statements';

const sql = "SELECT * FROM posts WHERE title = 'title number 7'";

describe('planlight advise --verify', function () {
  this.timeout(60_000);
  let database: TestDatabase;

  before(async () => {
    database = await createDatabase(
      await sharedServer(),
      `${blog} INSERT INTO posts (author_id, title) SELECT 1, 'more ' || n FROM generate_series(1, 60000) n; ANALYZE;`,
    );
  });
  after(() => database?.drop());
  afterEach(async () => {
    for (const name of await indexes()) await database.admin.query(`DROP INDEX ${name}`);
  });

  async function indexes(): Promise<string[]> {
    const { rows } = await database.admin.query(
      "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'posts'::regclass AND NOT indisprimary",
    );
    return rows.map(({ name }) => name);
  }
  const advise = (...args: string[]) =>
    runCli(['advise', '--database', database.server.connectionString(database.name), '--sql', sql, ...args]);

  it('creates nothing where nobody can be asked', async () => {
    const { code, stderr, stdout } = await advise('--verify');
    assert.equal(code, 2);
    assert.match(stdout, /CREATE INDEX CONCURRENTLY/);
    assert.match(stderr, /Nobody can be asked .* Say so beforehand with --yes\.\n$/);
    assert.deepEqual(await indexes(), []);
  });

  it('creates, measures and keeps what helps after --yes', async () => {
    const { code, stdout } = await advise('--verify', '--yes');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /Measured on test_\w+@.*:\n {2}posts_title_idx: .* ms → .* ms \(median of 5\), the plan uses it; kept\.\n {4}measured with argument:1\n$/,
    );
    assert.deepEqual(await indexes(), ['posts_title_idx']);
  });

  it('says in JSON what was measured', async () => {
    const { verified } = JSON.parse((await advise('--verify', '--yes', '--format', 'json')).stdout);
    assert.equal(verified.length, 1);
    assert.deepEqual([verified[0].kept, verified[0].dropped], [['posts_title_idx'], []]);
    assert.equal(verified[0].before.ms.length, 5);
  });

  it('needs a database, and --yes needs --verify', async () => {
    assert.match((await runCli(['advise', '--verify', '--sql', sql])).stderr, /--verify measures on a database/);
    assert.match((await advise('--yes')).stderr, /--yes goes with --verify/);
  });

  it('asks at a terminal, naming the database and its environment, and takes all but yes for no', async () => {
    const statement = (await Statements.load()).read(sql);
    const server = new Server(database.gateOptions());
    const snapshot = await server.snapshot();
    const index = {
      schema: 'public',
      table: 'posts',
      name: 'posts_title_idx',
      method: 'btree' as const,
      columns: [{ name: 'title' }],
    };
    const query = { label: 'a.sql:1', statement, valueSets: [], weight: 1 };
    const advice = {
      before: 1000,
      after: 10,
      whatIfs: 1,
      milliseconds: 1,
      isComplete: true,
      indexes: [{ index, sizeBytes: 8192, gain: 990, upkeep: 0, queries: [0], replaces: [] }],
      queries: [{ query, before: 1000, after: 10, indexes: [index.name] }],
    };
    const answer = async (text: string) => {
      const input = Object.assign(new PassThrough(), { isTTY: true });
      const output = new PassThrough();
      input.end(text);
      const signal = new AbortController().signal;
      const options = { console: new Console(), signal, yes: false, input, output };
      const verified = await verifyAdvice(server, { advice, snapshot }, options);
      return { verified, asked: String(output.read()) };
    };
    try {
      const no = await answer('\n');
      assert.match(no.asked, /CREATE INDEX CONCURRENTLY posts_title_idx ON posts \(title\);\n/);
      assert.match(no.asked, /Create this index on test_\w+ on 127\.0\.0\.1:\d+ \(development\), measure, and keep/);
      assert.equal(no.verified, undefined);
      assert.deepEqual(await indexes(), []);
      const yes = await answer('yes\n');
      assert.deepEqual(yes.verified?.[0]?.verification.kept, ['posts_title_idx']);
      assert.deepEqual(await indexes(), ['posts_title_idx']);
    } finally {
      await server.dispose();
    }
  });
});
