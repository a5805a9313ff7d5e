import assert from 'node:assert/strict';
import { Server } from '../../src/database/server';
import type { IndexFix } from '../../src/nouns/fix';
import { type PgBouncer, providePgBouncer, startPgBouncer } from '../support/pgbouncer';
import { blog, connectTo, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

describe('behind PgBouncer in transaction mode', () => {
  let statements: Statements;
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let server: Server;

  before(async function () {
    this.timeout(120_000);
    const program = await providePgBouncer();
    if (program === undefined) {
      console.log('      PgBouncer is not on the PATH, and there is no package of it for this system.');
      this.skip();
    }
    statements = await Statements.load();
    database = await createDatabase(await sharedServer(), blog);
    bouncer = await startPgBouncer(program, database.server);
    server = new Server(database.gateOptions({ port: bouncer.port }));
  });
  after(async () => {
    await server?.dispose();
    await bouncer?.stop();
    await database?.drop();
  });

  it('queries with placeholders are explained, many at a time', async () => {
    const sql = ['SELECT * FROM posts WHERE author_id = $1', 'SELECT * FROM users WHERE name = $1'];
    const asked = Array.from({ length: 12 }, (_, index) => server.explain(statements.request(sql[index % 2] ?? '')));
    for (const { values } of await Promise.all(asked)) assert.equal(values?.length, 1);
  });

  it('nothing is left for the next client: no prepared statement, no setting', async () => {
    await problemOf(
      server.explain(statements.request('SELECT nothing FROM posts WHERE author_id = $1')),
      'missing-object',
    );
    await problemOf(
      server.explain(statements.request('SELECT 1 / (id - id) FROM posts WHERE author_id = $1', 'analyze')),
    );
    const next = await connectTo(`postgresql://postgres@127.0.0.1:${bouncer.port}/${database.name}`);
    try {
      const { rows } = await next.query(
        `SELECT (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, current_setting('statement_timeout') AS timeout,
           current_setting('plan_cache_mode') AS mode, current_setting('transaction_read_only') AS "readOnly"`,
      );
      assert.deepEqual(rows, [{ prepared: 0, timeout: '0', mode: 'auto', readOnly: 'off' }]);
    } finally {
      await next.end();
    }
  });

  it('a cancel reaches the server process behind it', async function () {
    this.timeout(20_000);
    const slow = 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b';
    const active = async () => {
      const { rows } = await database.admin.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'EXPLAIN%' AND datname = current_database()",
      );
      return rows[0].n;
    };
    const controller = new AbortController();
    const asked = problemOf(
      server.explain({ ...statements.request(slow, 'analyze'), signal: controller.signal }),
      'cancelled',
    );
    while ((await active()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    await asked;
    while ((await active()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('an index is built', async function () {
    this.timeout(20_000);
    const index = {
      schema: 'public',
      table: 'posts',
      name: 'posts_pooled',
      method: 'btree',
      columns: [{ name: 'author_id' }],
    } as const;
    const fix = { kind: 'index', index } as unknown as IndexFix;
    await server.createIndex(fix, { onProgress: () => undefined });
    const { rows } = await database.admin.query(
      "SELECT indisvalid FROM pg_index WHERE indexrelid = 'posts_pooled'::regclass",
    );
    assert.deepEqual(rows, [{ indisvalid: true }]);
  });
});
