import assert from 'node:assert/strict';
import pg from 'pg';
import { readDeployment } from '../../../src/code/deployment/read-deployment';
import { findPools } from '../../../src/code/pools/find-pools';
import type { Health } from '../../../src/database/health/health';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { withInsertions } from '../../../src/fixes/pool-insertion';
import { idleInTransaction } from '../../../src/guide/connection-pool/idle-in-transaction';
import { poolSize } from '../../../src/guide/connection-pool/size';
import { poolTimeouts } from '../../../src/guide/connection-pool/timeouts';
import type { GuideFacts } from '../../../src/guide/facts';
import type { CheckResult } from '../../../src/nouns/check';
import type { EditFix } from '../../../src/nouns/fix';
import { codeFindingsIn } from '../../support/code-findings';
import { eventually } from '../../support/eventually';
import { afterFix } from '../../support/fixes-of';
import { factsOf } from '../../support/guide-facts';
import { oldestAndNewest, valueIn, withServer } from '../../support/health';
import { ormCallsIn } from '../../support/orm-calls';
import { workspaceOf } from '../../support/pool-facts';
import { connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

/** Few, so that a handful of processes has more. */
const maxConnections = 20;

interface Program {
  readonly pool: pg.Pool;
  readonly list: () => Promise<unknown>;
  /** Ends all of its connections. */
  readonly close: () => Promise<void>;
}

/** A program that is written in the test, as it would run: its import is of the same package. */
function started(code: string, database: TestDatabase): Program {
  const body = code.replace(/^import .*$|^export /gm, '').replaceAll('process.env.DATABASE_URL', 'url');
  const url = database.server.connectionString(database.name);
  const made = new Function('Pool', 'url', `${body}\nreturn { pool, list };`)(pg.Pool, url) as Omit<Program, 'close'>;
  const clients: pg.PoolClient[] = [];
  made.pool.on('connect', (client) => clients.push(client));
  // Those that were not given back keep the pool from ending.
  const close = async () => {
    await Promise.all(clients.map((client) => (client as unknown as pg.Client).end()));
  };
  return { ...made, close };
}

/** How many of so many calls come to an end, whether well or not, before nothing moves any more. */
async function ended(
  calls: number,
  { pool, list }: Program,
): Promise<{ readonly done: number; readonly waiting: number }> {
  let done = 0;
  const all = Array.from({ length: calls }, () =>
    list().then(
      () => done++,
      () => done++,
    ),
  );
  await eventually(
    'all calls end or wait',
    () =>
      done === calls ||
      (pool.totalCount === pool.options.max && pool.idleCount === 0 && done + pool.waitingCount === calls),
  );
  const waiting = pool.waitingCount;
  if (done === calls) await Promise.all(all);
  return { done, waiting };
}

const path = '/app/db.js';

for (const major of oldestAndNewest()) {
  describe(`connection pools on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;

    before(async () => {
      database = await createDatabase(
        await sharedServer(major, { settings: { max_connections: maxConnections } }),
        'CREATE TABLE posts (id int PRIMARY KEY, title text); INSERT INTO posts VALUES (1, $$one$$)',
      );
    });
    after(() => database?.drop());

    const health = (): Promise<Health> => withServer(database.gateOptions(), (server) => server.health());

    /** The facts of one file and its Deployment, with what the server says. */
    async function factsWith(code: string, replicas: number): Promise<GuideFacts> {
      const { program } = await ormCallsIn({ [path]: code });
      const pools = await withInsertions(findPools(program), async () => code);
      const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec:\n  replicas: ${replicas}\n  template: { spec: { containers: [{ name: api, image: api }] } }\n`;
      const deployment = readDeployment([{ path: '/app/k8s/api.yaml', text }]);
      const machine = { cores: 8, source: 'the test' };
      return factsOf({ health: await health(), machine, workspace: workspaceOf({ pools, deployment }) });
    }

    describe('whose connections are not given back', () => {
      const leaking = `import { Pool } from 'pg';
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 });

export async function list() {
  const client = await pool.connect();
  const { rows } = await client.query('SELECT * FROM no_such_table');
  client.release();
  return rows;
}
`;

      it('are used up by two errors of ten requests, and by none after the fix', async () => {
        const before = started(leaking, database);
        assert.deepEqual(await ended(10, before), { done: 2, waiting: 8 });
        await before.close();
        await letGo(database);

        const [found] = await codeFindingsIn({ [path]: leaking });
        const [fix] = found ? codeFixes(found, () => leaking) : [];
        assert.ok(fix, 'there is a fix');
        const after = started(afterFix(fix, leaking), database);
        assert.deepEqual(await ended(10, after), { done: 10, waiting: 0 });
        assert.equal(after.pool.idleCount, after.pool.totalCount);
        await after.close();
        await letGo(database);
      });
    });

    it('that are made for each request open a connection for each, and one for all after the fix', async () => {
      const code = `import { Pool } from 'pg';

// Lists the posts.
export async function list(req, res) {
  const pool = new Pool({
    connectionString: process.env.DATABASE_URL,
    max: 2,
  });
  pool.on('connect', (client) => opened.push(client));
  const { rows } = await pool.query('SELECT pg_backend_pid() AS pid');
  return rows;
}
`;
      const [found] = await codeFindingsIn({ [path]: code });
      assert.equal(found?.finding.rule, 'pool-per-request');
      const [fix] = found ? codeFixes(found, () => code) : [];
      assert.ok(fix, 'there is a fix');
      const mended = afterFix(fix, code);
      assert.match(
        mended,
        /^import .*\n\nconst pool = new Pool\(\{\n {2}connectionString: .*\n {2}max: 2,\n\}\);\n\n\/\/ Lists the posts\.\n/,
      );
      const opens = [];
      for (const text of [code, mended]) {
        const clients: pg.Client[] = [];
        const url = database.server.connectionString(database.name);
        const body = text.replace(/^import .*$|^export /gm, '').replaceAll('process.env.DATABASE_URL', 'url');
        const handler = new Function('Pool', 'url', 'opened', `${body}\nreturn list;`)(pg.Pool, url, clients);
        for (let request = 0; request < 6; request++) await handler();
        const { rows } = await database.admin.query(
          "SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        );
        opens.push(rows[0].open);
        await Promise.all(clients.map((client) => client.end()));
        await letGo(database);
      }
      assert.deepEqual(opens, [6, 1]);
    });

    describe('that are too large together', () => {
      const large = `import { Pool } from 'pg';
const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
});

export async function list() {
  return (await pool.query('SELECT pg_sleep(0.2)')).rows;
}
`;
      const replicas = 3;

      /** As many requests as all processes together have connections, at once; the errors. */
      async function burst(code: string, most: number): Promise<string[]> {
        const programs = Array.from({ length: replicas }, () => started(code, database));
        const all = programs.flatMap(({ list }) => Array.from({ length: most }, () => list()));
        const results = await Promise.allSettled(all);
        for (const { close } of programs) await close();
        await letGo(database);
        return results.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
      }

      it('are refused before the edit of their size, and not after it', async () => {
        const errors = await burst(large, 10);
        assert.ok(errors.length > 0);
        for (const error of errors) assert.match(error, /too many clients|remaining connection slots/);

        const before = poolSize.judge(await factsWith(large, replicas));
        assert.equal(before.state, 'attention');
        assert.match(
          before.says,
          /^The pools may open 30 connections \(10 in 3 replicas of api\); the server takes \d+\./,
        );
        const mended = afterFix(editOf(before), large, path);
        assert.match(mended, /^ {2}max: \d,$/m);

        const after = poolSize.judge(await factsWith(mended, replicas));
        assert.equal(after.state, 'passed', after.says);
        assert.deepEqual(await burst(mended, 10), []);
      });

      it('have the option added where there is none, in the file’s own layout', async () => {
        const code = large.replace('  max: 10,\n', '');
        const before = poolSize.judge(await factsWith(code, replicas));
        const mended = afterFix(editOf(before), code, path);
        assert.match(mended, /^ {2}connectionString: process\.env\.DATABASE_URL,\n {2}max: \d,\n\}\);$/m);
        assert.equal(poolSize.judge(await factsWith(mended, replicas)).state, 'passed');
      });
    });

    it('that wait for ever get an end; timeouts that are off on a server as it comes are advice', async () => {
      const code =
        "import { Pool } from 'pg';\nconst pool = new Pool({ connectionString: process.env.DATABASE_URL });\n";
      const before = poolTimeouts.judge(await factsWith(code, 1));
      assert.equal(before.state, 'attention');
      assert.equal(before.says, 'A request waits without an end for a connection of pool (pg).');
      const mended = afterFix(editOf(before), code, path);
      assert.match(mended, /\{ connectionString: process\.env\.DATABASE_URL, connectionTimeoutMillis: 5000 \}/);
      const after = poolTimeouts.judge(await factsWith(mended, 1));
      assert.equal(after.state, 'passed', after.says);
      assert.match(
        after.says,
        /^Nothing hangs now\. statement_timeout and idle_in_transaction_session_timeout are off/,
      );
      await applied(after);
      assert.equal(
        poolTimeouts.judge(await factsWith(mended, 1)).says,
        'Connections, statements and idle transactions have an end.',
      );
      await database.admin.query(`ALTER ROLE ${database.server.superuser} IN DATABASE ${database.name} RESET ALL`);
    });

    it('leave a statement and a wait for a lock without an end, which a timeout of its role ends', async () => {
      const code = "import { Pool } from 'pg';\nconst pool = new Pool({ connectionTimeoutMillis: 2000 });\n";
      const url = database.server.connectionString(database.name);
      const [slow, holder, waiter] = [await connectTo(url), await connectTo(url), await connectTo(url)];
      await slow.query("SET application_name = 'shop'");
      const ends = [slow.query('SELECT pg_sleep(600)'), locked(holder, waiter)].map((one) => one.catch(String));
      await eventually('one runs and one waits', async () => {
        const { rows } = await database.admin.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' OR query LIKE 'SELECT pg_sleep%'",
        );
        return rows.length === 2;
      });
      const facts = await factsWith(code, 1);
      assert.equal(poolTimeouts.judge(facts).state, 'passed');
      const found = poolTimeouts.judge({ ...facts, health: later(await health(), 400) });
      assert.equal(found.state, 'attention');
      assert.match(
        found.says,
        /^A statement has run for 7 min \(pid \d+, shop\), and statement_timeout is off; a session has waited for 7 min for a lock \(.*posts.*\), and lock_timeout is off\.$/,
      );
      await applied(found);
      const fresh = await connectTo(url);
      assert.deepEqual((await fresh.query('SHOW lock_timeout')).rows, [{ lock_timeout: '1min' }]);
      assert.deepEqual((await fresh.query('SHOW statement_timeout')).rows, [{ statement_timeout: '1min' }]);
      await database.admin.query(
        'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await Promise.all(ends);
      await Promise.all([slow, holder, waiter, fresh].map((one) => one.end()));
      await database.admin.query(`ALTER ROLE ${database.server.superuser} IN DATABASE ${database.name} RESET ALL`);
    });

    /** Runs the statements of its settings, as a person does. */
    async function applied({ fixes = [] }: CheckResult): Promise<void> {
      for (const fix of fixes) if (fix.kind === 'setting') await database.admin.query(fix.sql);
    }

    it('show a session that is idle in a transaction, and whom it keeps waiting', async () => {
      const url = database.server.connectionString(database.name);
      const [idle, waiting] = [await connectTo(url), await connectTo(url)];
      await idle.query("SET application_name = 'shop'; BEGIN; UPDATE posts SET title = 'two' WHERE id = 1");
      const blocked = waiting.query("UPDATE posts SET title = 'three' WHERE id = 1");
      await eventually('the second waits for the first', async () => {
        const { rows } = await database.admin.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        return rows.length > 0;
      });
      const result = idleInTransaction.judge(factsOf({ health: later(await health()), workspace: workspaceOf() }));
      assert.equal(result.state, 'failed', result.says);
      assert.match(
        result.says,
        /^1 session is idle in a transaction, the longest for \d+ s \(pid \d+, shop\); 1 of them keeps others waiting\.$/,
      );
      const plain = `plain_${database.name}`;
      await database.admin.query(`CREATE ROLE ${plain} LOGIN`);
      const seen = await withServer(database.gateOptions({ user: plain }), (server) => server.health());
      const hidden = idleInTransaction.judge(factsOf({ health: seen, workspace: workspaceOf() }));
      assert.equal(hidden.state, 'unknown');
      assert.match(hidden.missing?.join(' ') ?? '', /GRANT pg_monitor TO .* shows them/);
      await database.admin.query(`DROP ROLE ${plain}`);
      await idle.query('ROLLBACK');
      await blocked;
      const quiet = idleInTransaction.judge(factsOf({ health: later(await health()), workspace: workspaceOf() }));
      assert.equal(quiet.state, 'passed', quiet.says);
      await Promise.all([idle.end(), waiting.end()]);
    });
  });
}

function editOf({ fixes = [] }: CheckResult): EditFix {
  const fix = fixes.find((one) => one.kind === 'edit');
  assert.ok(fix, 'there is an edit');
  return fix;
}

/** The second waits for the table that the first has locked. */
async function locked(holder: pg.Client, waiter: pg.Client): Promise<unknown> {
  await holder.query('BEGIN; LOCK TABLE posts');
  return waiter.query('SELECT * FROM posts');
}

/** As it would be read so many seconds later. */
function later(health: Health, seconds = 30): Health {
  const connections = valueIn(health.activity.connections);
  const sessions = connections.sessions.map((one) => ({ ...one, stateSeconds: one.stateSeconds + seconds }));
  const locks = valueIn(health.activity.locks);
  const waiting = locks.map((one) => ({ ...one, waitingSeconds: one.waitingSeconds + seconds }));
  return {
    ...health,
    activity: { ...health.activity, connections: { value: { ...connections, sessions } }, locks: { value: waiting } },
  };
}

/** A server frees a connection some ms after it was ended. */
async function letGo({ admin }: TestDatabase): Promise<void> {
  const others =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
  await eventually('their connections are gone', async () => (await admin.query(others)).rows.length === 0);
}
