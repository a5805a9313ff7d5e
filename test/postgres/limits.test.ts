import assert from 'node:assert/strict';
import type pg from 'pg';
import { Secret } from '../../src/database/profile';
import { Server } from '../../src/database/server';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

const slow = 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b';

async function activeQueries(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE application_name = 'planlight' AND state = 'active' AND datname = current_database() AND query LIKE 'EXPLAIN%'`,
  );
  return rows[0].n;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('limits of a query', () => {
  let statements: Statements;
  let database: TestDatabase;
  const servers: Server[] = [];

  before(async function () {
    this.timeout(60_000);
    statements = await Statements.load();
    database = await createDatabase(
      await sharedServer(),
      `${blog}
       CREATE TABLE secrets (id int, note text);
       ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
       CREATE POLICY own ON posts USING (author_id = 7);
       DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
       DO $$ BEGIN CREATE ROLE crowd LOGIN CONNECTION LIMIT 0; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
       GRANT SELECT ON posts, users TO reader;`,
    );
  });
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.dispose())));
  after(() => database?.drop());

  function open(...of: Parameters<TestDatabase['gateOptions']>): Server {
    const server = new Server(database.gateOptions(...of));
    servers.push(server);
    return server;
  }

  it('a cancelled query is cancelled on the server too', async function () {
    this.timeout(20_000);
    const controller = new AbortController();
    const asked = problemOf(
      open().explain({ ...statements.request(slow, 'analyze'), signal: controller.signal }),
      'cancelled',
    );
    await until(async () => (await activeQueries(database.admin)) === 1);
    controller.abort();
    await asked;
    assert.equal(await activeQueries(database.admin), 0);
  });

  it('the same connection serves again after a cancel, and holds no prepared statement', async function () {
    this.timeout(20_000);
    const server = open();
    const controller = new AbortController();
    const sql = `${slow.replace('100000) b', '100000) b, posts')} WHERE posts.author_id = $1`;
    const asked = problemOf(
      server.explain({ ...statements.request(sql, 'analyze'), signal: controller.signal }),
      'cancelled',
    );
    await until(async () => (await activeQueries(database.admin)) === 1);
    controller.abort();
    await asked;
    const { plan } = await server.explain(statements.request('SELECT * FROM pg_prepared_statements', 'analyze'));
    assert.equal(plan.root.actual?.rows, 0);
  });

  it('a query that takes too long is stopped and says so', async function () {
    this.timeout(20_000);
    const server = open({}, { timeouts: { statementMs: 300, lockMs: 300, connectMs: 3000 } });
    const problem = await problemOf(server.explain(statements.request(slow, 'analyze')), 'timeout');
    assert.match(problem.message, /^Still running after 300 ms: cancelled on test_/);
    assert.equal(await activeQueries(database.admin), 0);
  });

  it('a locked table is not waited for', async function () {
    this.timeout(20_000);
    await database.admin.query('BEGIN; LOCK TABLE users');
    try {
      const server = open({}, { timeouts: { statementMs: 5000, lockMs: 200, connectMs: 3000 } });
      const problem = await problemOf(server.explain(statements.request('SELECT * FROM users')), 'timeout');
      assert.match(problem.message, /lock .* not free within 200 ms/);
    } finally {
      await database.admin.query('ROLLBACK');
    }
  });

  it('a request that was cancelled before it began is not sent', async () => {
    await problemOf(open().explain({ ...statements.request('SELECT 1'), signal: AbortSignal.abort() }), 'cancelled');
  });

  it('row-level security is said with the plan', async () => {
    const { notices } = await open({ user: 'reader' }).explain(
      statements.request('SELECT * FROM posts p JOIN users u ON u.id = p.author_id'),
    );
    assert.deepEqual(notices, [
      'Row-level security filters the rows of posts for user reader: this plan holds for that user only.',
    ]);
    assert.deepEqual((await open().explain(statements.request('SELECT * FROM posts'))).notices, []);
  });

  it('without the right to read statistics the plan is generic, and says so', async () => {
    const request = statements.request('SELECT * FROM posts WHERE author_id = $1');
    const { notices, values } = await open({ user: 'reader' }).explain(request);
    assert.equal(values, undefined);
    assert.match(notices.join('\n'), /generic plan/);
  });

  it('a missing privilege names the user and the database', async () => {
    const problem = await problemOf(
      open({ user: 'reader' }).explain(statements.request('SELECT * FROM secrets')),
      'missing-privilege',
    );
    assert.match(problem.message, /User reader .*test_\w+@127\.0\.0\.1:\d+: permission denied for table secrets/);
  });

  it('a missing table is pointed at', async () => {
    const sql = 'SELECT *\nFROM blog.nothing n';
    const problem = await problemOf(open().explain(statements.request(sql)), 'missing-object');
    assert.ok(problem.range);
    assert.equal(sql.slice(problem.range.start, problem.range.end), 'blog.nothing');
    assert.match(problem.message, /^Relation "blog.nothing" does not exist in test_/);
  });

  it('a database that does not exist is named', async () => {
    await problemOf(open({ database: 'nowhere' }).facts(), 'missing-object');
  });

  it('a server without a free connection says so', async () => {
    const problem = await problemOf(open({ user: 'crowd' }).facts(), 'unreachable');
    assert.match(problem.message, /no free connection/);
  });

  it('a wrong password is one problem, without the password', async function () {
    this.timeout(60_000);
    const guarded = await sharedServer(18, { password: 'right' });
    const options = (password: string | undefined) => ({
      ...database.gateOptions({ port: guarded.port, database: 'postgres' }),
      password: async () => (password === undefined ? undefined : new Secret(password)),
    });
    const wrong = new Server(options('wrong-one'));
    servers.push(wrong);
    const problem = await problemOf(wrong.facts(), 'authentication');
    assert.match(problem.message, /does not accept the password of user postgres/);
    assert.doesNotMatch(JSON.stringify([problem, problem.message, String(problem.cause)]), /wrong-one/);
    const none = new Server(options(undefined));
    servers.push(none);
    assert.match((await problemOf(none.facts(), 'authentication')).message, /asks for a password/);
    const right = new Server(options('right'));
    servers.push(right);
    assert.equal((await right.facts()).user, 'postgres');
  });
});
