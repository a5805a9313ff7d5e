import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import pg from 'pg';
import { loadBlog } from '../../../examples/blog/scripts/load.mjs';
import { Secret } from '../../../src/database/profile';
import type { GuideFacts } from '../../../src/guide/facts';
import { iniText } from '../../../src/guide/pgbouncer/files/ini';
import { mode } from '../../../src/guide/pgbouncer/mode';
import { needed } from '../../../src/guide/pgbouncer/needed';
import { preparedStatements } from '../../../src/guide/pgbouncer/prepared-statements';
import { poolerSize } from '../../../src/guide/pgbouncer/size';
import { type PoolSizes, proposedSizes } from '../../../src/guide/pgbouncer/sizes';
import { quoteLiteral } from '../../../src/sql/identifiers';
import { factsOf } from '../../support/guide-facts';
import { runGuide } from '../../support/guide-run';
import { type PgBouncer, type PgBouncerProgram, providePgBouncer, runPgBouncer } from '../../support/pgbouncer';
import { poolUseOf, workspaceOf } from '../../support/pool-facts';
import { sessionUseOf } from '../../support/pooler-facts';
import { createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

const sample = join(import.meta.dirname, '../../../examples/blog');
const checks = [needed, mode, poolerSize, preparedStatements];
const user = 'behind_pgbouncer';
const password = 'a password';

describe('PgBouncer, as it is proposed', function () {
  this.timeout(60_000);

  let program: PgBouncerProgram;
  let database: TestDatabase;
  let secret: string;
  let bouncer: PgBouncer;
  /** 18 of 1.18. */
  let minor: number;
  const opened: pg.Client[] = [];

  before(async function () {
    const found = await providePgBouncer();
    if (found === undefined) this.skip();
    program = found;
    database = await createDatabase(await sharedServer());
    await loadBlog(database.server.connectionString(database.name), {
      users: 100,
      posts: 500,
      comments: 2_000,
      until: new Date('2026-01-01'),
    });
    await database.admin.query(`
      DROP ROLE IF EXISTS ${user};
      CREATE ROLE ${user} LOGIN PASSWORD ${quoteLiteral(password)};
      GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}`);
    const { rows } = await database.admin.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [user]);
    secret = rows[0].rolpassword;
    minor = await versionOf();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((client) => client.end()));
    await bouncer?.stop();
  });
  after(async () => {
    await database?.admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    await database?.drop();
  });

  async function versionOf(): Promise<number> {
    await start();
    const console = new pg.Client({ ...address(), database: 'pgbouncer' });
    await console.connect();
    const { rows } = await console.query('SHOW VERSION');
    await console.end();
    await bouncer.stop();
    return Number(/1\.(\d+)/.exec(rows[0].version)?.[1]);
  }

  /** With the file that Planlight writes; before 1.21 without the line that is said to be for 1.21. */
  async function start(changes: Partial<PoolSizes> = {}, ignored: readonly string[] = []): Promise<void> {
    const { host, port: serverPort } = database.server;
    const sizes = { ...proposedSizes(factsOf(), 1), ...changes };
    bouncer = await runPgBouncer(program, ({ folder, port }) => {
      const target = { host, port: serverPort, database: database.name, user, placeholders: [] };
      const authFile = join(folder, 'userlist.txt');
      const text = iniText(target, sizes, { listenAddress: '127.0.0.1', port, authFile, ignored });
      return {
        'userlist.txt': `"${user}" "${secret}"\n`,
        'pgbouncer.ini': minor >= 21 ? text : text.replace(/^max_prepared_statements.*\n/m, ''),
      };
    });
  }

  const address = () => ({ host: '127.0.0.1', port: bouncer.port, user, password, database: database.name });

  async function client(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const one = new pg.Client({ ...address(), ...options });
    await one.connect();
    opened.push(one);
    return one;
  }

  const run = () =>
    runGuide(
      checks,
      database.gateOptions({ port: bouncer.port, user }, { password: async () => new Secret(password) }),
      {
        folder: sample,
      },
    );

  it('serves twenty clients of the sample with four connections, by SCRAM', async () => {
    await start({ defaultPoolSize: 4, reservePoolSize: 0 });
    const { facts } = await run();
    const queries = readsOf(facts);
    assert.ok(queries.length >= 20, `${queries.length} queries of the sample are known`);
    const clients = await Promise.all(Array.from({ length: 20 }, () => client()));
    await Promise.all(
      clients.map(async (one) => {
        for (const { sql, values } of queries) await one.query(sql, [...values]);
      }),
    );
    const { rows } = await database.admin.query('SELECT count(*)::int FROM pg_stat_activity WHERE usename = $1', [
      user,
    ]);
    assert.ok(rows[0].count <= 4, `${rows[0].count} connections`);
  });

  it('is found, with its mode and sizes, by the checks', async () => {
    await start();
    const { results } = await run();
    assert.match(results.get('pgbouncer/needed')?.says ?? '', /^Programs reach the server through PgBouncer 1\.\d+/);
    assert.equal(results.get('pgbouncer/mode')?.state, 'passed');
    assert.match(
      results.get('pgbouncer/size')?.says ?? '',
      /opens at most \d+ connections for each user of a database/,
    );
  });

  it('refuses what pools set at the start of a connection, unless it is told to let it pass', async () => {
    await start();
    await assert.rejects(client({ statement_timeout: 5_000 }), /unsupported startup parameter: statement_timeout/);
    await bouncer.stop();
    await start({}, ['statement_timeout']);
    const { rows } = await (await client({ statement_timeout: 5_000 })).query('SHOW statement_timeout');
    assert.equal(rows[0].statement_timeout, '0', 'it is lost on the way: the role has to have it');
  });

  it('takes named statements of pg since 1.21, and lost them before', async () => {
    await start({ defaultPoolSize: 2, reservePoolSize: 0 });
    const [one, busy] = [await client(), await client()];
    const named = { name: 'post', text: 'SELECT id FROM posts WHERE id = $1', values: [1] };
    await one.query(named);
    // The connection on which it was prepared is taken: the next transaction is given the other.
    await busy.query('BEGIN');
    await busy.query('SELECT 1');
    const again = one.query(named).then(({ rows }) => rows.length);
    if (minor >= 21) assert.equal(await again, 1);
    else await assert.rejects(again, /prepared statement "post" does not exist/);
    await busy.query('ROLLBACK');
  });

  it('takes statements of postgres.js since 1.21, and without prepare before', async function () {
    const installed = join(import.meta.dirname, '../../orms/package.json');
    if (!existsSync(join(import.meta.dirname, '../../orms/node_modules/postgres'))) this.skip();
    await start({ defaultPoolSize: 2, reservePoolSize: 0 });
    const postgres = createRequire(installed)('postgres') as typeof connectByPostgres;
    const sql = postgres({ ...address(), username: user, max: 4, prepare: minor >= 21, onnotice: () => undefined });
    try {
      const ids = Array.from({ length: 40 }, (_, i) => i + 1);
      const found = await Promise.all(ids.map((id) => sql`SELECT id FROM posts WHERE id = ${id}`));
      assert.equal(found.flat().length, ids.length);
    } finally {
      await sql.end();
    }
  });

  describe('in transaction mode', () => {
    beforeEach(() => start({ defaultPoolSize: 1, reservePoolSize: 0 }));

    it('a notification goes to who has the connection, not to who listens', async () => {
      const [listener, other] = [await client(), await client()];
      const heard: string[] = [];
      listener.on('notification', () => heard.push('listener'));
      other.on('notification', () => heard.push('other'));
      await listener.query('LISTEN jobs');
      await other.query('BEGIN');
      await other.query('SELECT 1');
      await database.admin.query('NOTIFY jobs');
      await other.query('COMMIT');
      await other.query('SELECT 1');
      assert.deepEqual(
        heard.filter((who) => who === 'listener'),
        [],
      );
    });

    it('a setting is left to the next client', async () => {
      const [one, other] = [await client(), await client()];
      await one.query("SET search_path = 'of one client'");
      const { rows } = await other.query('SHOW search_path');
      assert.match(rows[0].search_path, /of one client/);
    });

    it('an advisory lock of a session keeps nobody out', async () => {
      const [one, other] = [await client(), await client()];
      const locked = (by: pg.Client) => by.query('SELECT pg_try_advisory_lock(1) AS locked');
      assert.equal((await locked(one)).rows[0].locked, true);
      assert.equal((await locked(other)).rows[0].locked, true);
    });

    it('a temporary table is seen by another', async () => {
      const [one, other] = [await client(), await client()];
      await one.query('CREATE TEMP TABLE mine (id int)');
      assert.deepEqual((await other.query('SELECT * FROM mine')).rows, []);
    });

    it('the check says so, with the places', async () => {
      const { facts } = await run();
      const workspace = workspaceOf({ sessionUses: [sessionUseOf()], pools: [poolUseOf()] });
      const { state, says } = mode.judge({ ...facts, workspace });
      assert.equal(state, 'attention');
      assert.match(says, /is in transaction mode, where 1 place breaks: 1 LISTEN\./);
    });
  });
});

interface Read {
  readonly sql: string;
  readonly values: readonly null[];
}

/** With NULL for every parameter: what they find does not matter here. */
function readsOf({ workspace }: GuideFacts): Read[] {
  const reads = (workspace?.queries ?? []).filter(({ readsOnly }) => readsOnly);
  return reads.map(({ sql }) => {
    const most = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    return { sql, values: Array.from({ length: most }, () => null) };
  });
}

/** What is used of postgres.js. */
declare function connectByPostgres(options: object): {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<readonly unknown[]>;
  end(): Promise<void>;
};
