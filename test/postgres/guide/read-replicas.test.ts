import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { findPools } from '../../../src/code/pools/find-pools';
import type { Activity, Health } from '../../../src/database/health/health';
import { withInsertions } from '../../../src/fixes/pool-insertion';
import { conflicts } from '../../../src/guide/read-replicas/conflicts';
import { lag } from '../../../src/guide/read-replicas/lag';
import { poolFixes } from '../../../src/guide/read-replicas/pool-fixes';
import { slots } from '../../../src/guide/read-replicas/slots';
import type { GuideFix } from '../../../src/nouns/check';
import { eventually } from '../../support/eventually';
import { afterFix } from '../../support/fixes-of';
import { factsOf } from '../../support/guide-facts';
import { oldestAndNewest, withServer } from '../../support/health';
import { ormCallsIn } from '../../support/orm-calls';
import { connectTo, gateOptions, type PostgresServer } from '../../support/postgres-server';
import { type Replicated, startReplicated } from '../../support/replicated';

const schema = 'CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL)';

const healthOf = ({ host, port }: PostgresServer): Promise<Health> =>
  withServer(
    gateOptions({
      ...{ name: 'x', source: 'settings', host, port, database: 'postgres', user: 'postgres', ssl: 'disable' },
      environment: 'development',
    }),
    (server) => server.health(),
  );

for (const major of oldestAndNewest()) {
  describe(`read replicas on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let servers: Replicated;
    let onPrimary: pg.Client;
    let onReplica: pg.Client;

    before(async () => {
      servers = await startReplicated({
        major,
        sql: schema,
        settings: { wal_receiver_status_interval: '1s', max_wal_size: '32MB', min_wal_size: '32MB' },
        ofReplica: { max_standby_streaming_delay: 0 },
      });
      onPrimary = await connectTo(servers.primary.connectionString());
      onReplica = await connectTo(servers.replica.connectionString());
    });
    after(async () => {
      await onPrimary?.end();
      await onReplica?.end();
      await servers?.stop();
    });

    /** 20 MB of WAL. */
    const write = () =>
      onPrimary.query("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000)) FROM generate_series(1, 20)");
    const followed = () =>
      eventually('the replica to follow', async () => {
        const result = lag.judge(factsOf({ health: await healthOf(servers.primary) }));
        return result.says.includes('has replayed everything') && result;
      });

    it('that follow are up to date, seen from both sides', async () => {
      assert.equal((await followed()).state, 'passed');
      const onStandby = await eventually('all to be replayed', async () => {
        const result = lag.judge(factsOf({ health: await healthOf(servers.replica) }));
        return result.state === 'passed' && result;
      });
      assert.equal(onStandby.says, 'This replica has replayed all that it received.');
    });

    it('that replay nothing fall behind, and do not any more afterwards', async () => {
      await onReplica.query('SELECT pg_wal_replay_pause()');
      await write();
      let earlier: Activity | undefined;
      await eventually('the replica to have received it', async () => {
        earlier = (await healthOf(servers.primary)).activity;
        const [berlin] = 'value' in earlier.replication ? earlier.replication.value.replicas : [];
        return (berlin?.replayLagBytes ?? 0) > 16 * 1024 ** 2 && berlin?.sentLagBytes === 0;
      });
      await write();
      const { state, says } = lag.judge(factsOf({ health: await healthOf(servers.primary), earlier }));
      assert.equal(state, 'attention', says);
      assert.match(says, /^berlin \(127\.0\.0\.1\) (?:falls behind: [\d.]+ MB are not replayed|is \d+ s behind)/);
      await onReplica.query('SELECT pg_wal_replay_resume()');
      assert.equal((await followed()).state, 'passed');
    });

    it('that cancel a query say why, and take the setting that gives it more time', async () => {
      const before = conflicts.judge(factsOf({ health: await healthOf(servers.replica) }));
      assert.equal(before.state, 'passed', before.says);
      // One a day is no habit.
      for (const cancelled of [1, 2]) {
        const reading = await connectTo(servers.replica.connectionString());
        await reading.query('BEGIN; SELECT count(*) FROM posts');
        await onPrimary.query('BEGIN; LOCK TABLE posts; COMMIT');
        await eventually('the query to be cancelled', async () => {
          const { rows } = await onReplica.query('SELECT sum(confl_lock)::int AS sum FROM pg_stat_database_conflicts');
          return rows[0].sum === cancelled;
        });
        await reading.end();
      }
      const found = conflicts.judge(factsOf({ health: await healthOf(servers.replica) }));
      assert.equal(found.state, 'attention', found.says);
      assert.match(found.says, /^2 queries were cancelled .*\(lock: the primary locked the table/);
      for (const fix of found.fixes ?? []) await onReplica.query(fix.kind === 'setting' ? fix.sql : '');
      const { rows } = await onReplica.query(
        "SELECT setting FROM pg_file_settings WHERE name = 'max_standby_streaming_delay' AND sourcefile LIKE '%auto.conf'",
      );
      assert.deepEqual(rows, [{ setting: '5min' }]);
    });

    it('that never come back leave a slot that keeps WAL until it is dropped', async () => {
      await onPrimary.query("SELECT pg_create_physical_replication_slot('forgotten', true)");
      assert.equal(slots.judge(factsOf({ health: await healthOf(servers.primary) })).state, 'passed');
      await write();
      await write();
      const { state, says, fixes = [] } = slots.judge(factsOf({ health: await healthOf(servers.primary) }));
      assert.equal(state, 'attention', says);
      assert.match(says, /^The slot forgotten keeps [\d.]+ MB of WAL and is not in use/);
      for (const fix of fixes) if ('sql' in fix) await onPrimary.query(fix.sql);
      assert.equal(slots.judge(factsOf({ health: await healthOf(servers.primary) })).state, 'not applicable');
    });
  });
}

const require = createRequire(path.join(import.meta.dirname, '../../orms/package.json'));

/** The first fix for the pools of a file. */
async function fixFor(code: string, file: string): Promise<GuideFix | undefined> {
  const { program } = await ormCallsIn({ [file]: code });
  const pools = await withInsertions(findPools(program), async () => code);
  return poolFixes(pools)[0];
}

/** A program that is written in the test, run with these modules and variables. */
function run<T>(code: string, modules: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>): T {
  const module = { exports: {} };
  new Function('require', 'module', 'process', code)((name: string) => modules[name], module, { env });
  return module.exports as T;
}

describe('programs that are told of a replica', function () {
  this.timeout(60_000);
  let servers: Replicated;
  let admin: pg.Client;
  let onReplica: pg.Client;

  before(async () => {
    const posts = `${schema}; INSERT INTO posts (title) VALUES ('one')`;
    servers = await startReplicated({ sql: posts });
    admin = await connectTo(servers.primary.connectionString());
    onReplica = await connectTo(servers.replica.connectionString());
  });
  after(async () => {
    await admin?.end();
    await onReplica?.end();
    await servers?.stop();
  });

  const replayed = (title: string) =>
    eventually('the replica to have it', async () => {
      const { rows } = await onReplica.query('SELECT 1 FROM posts WHERE title = $1', [title]);
      return rows.length > 0;
    });
  /** Which of the two servers answered: only one of them is in recovery. */
  const where =
    "SELECT id, title, CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS server FROM posts";

  interface SequelizeProgram {
    readonly sequelize: {
      query(sql: string, options?: object): Promise<{ server: string }[]>;
      transaction<T>(options: object, work: (transaction: object) => Promise<T>): Promise<T>;
      literal(sql: string): unknown;
      close(): Promise<void>;
    };
    readonly Post: {
      create(values: object, options: object): Promise<unknown>;
      findOne(options: object): Promise<{ server: string } | null>;
    };
  }

  for (const [layout, options] of [
    ['options', '{\n  logging: false,\n  pool: { max: 2 },\n}'],
    ['a connection string alone', undefined],
  ] as const) {
    it(`by Sequelize with ${layout} read there and write to the primary`, async () => {
      const code = `const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL${options === undefined ? '' : `, ${options}`});
const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts', timestamps: false });
module.exports = { sequelize, Post };
`;
      const fix = await fixFor(code, '/app/db.js');
      assert.equal(fix?.kind, 'edit');
      const mended = afterFix(fix, code);
      const env = {
        DATABASE_URL: servers.primary.connectionString(),
        DATABASE_READ_HOST: servers.replica.host,
        DATABASE_READ_PORT: String(servers.replica.port),
      };
      const asks = async (variables: Readonly<Record<string, string>>) => {
        const { sequelize, Post } = run<SequelizeProgram>(mended, { sequelize: require('sequelize') }, variables);
        const server = sequelize.literal("CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END");
        // Without options it writes each statement to the console.
        const logging = false;
        const find = { attributes: [[server, 'server']], raw: true, logging };
        const title = `by ${layout} ${Object.keys(variables).length}`;
        // A standby would refuse it.
        await Post.create({ title }, { logging });
        await replayed(title);
        const found = {
          finder: (await Post.findOne(find))?.server,
          master: (await Post.findOne({ ...find, useMaster: true }))?.server,
          transaction: await sequelize.transaction(
            { logging },
            async (transaction) => (await Post.findOne({ ...find, transaction }))?.server,
          ),
          select: (await sequelize.query(where, { type: 'SELECT', logging }))[0]?.server,
        };
        await sequelize.close();
        return found;
      };
      assert.deepEqual(await asks(env), {
        ...{ finder: 'replica', master: 'primary', transaction: 'primary', select: 'replica' },
      });
      const all = 'primary';
      assert.deepEqual(await asks({ DATABASE_URL: env.DATABASE_URL }), {
        ...{ finder: all, master: all, transaction: all, select: all },
      });
    });
  }

  it('by a module of two pools read there and write to the primary', async () => {
    const code = `import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 3 });
`;
    const fix = await fixFor(code, '/app/db.js');
    assert.equal(fix?.kind, 'file');
    const [file] = fix.files;
    assert.equal(file?.path, 'database-replicas.cjs');
    interface Pools {
      readonly reads: pg.Pool;
      readonly writes: pg.Pool;
    }
    const DATABASE_URL = servers.primary.connectionString();
    const env = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
    const { reads, writes } = run<Pools>(file?.content ?? '', { pg }, env);
    await writes.query("INSERT INTO posts (title) VALUES ('by two pools')");
    await replayed('by two pools');
    assert.equal((await reads.query(where)).rows[0].server, 'replica');
    assert.equal((await writes.query(where)).rows[0].server, 'primary');
    assert.equal(reads.options.max, 3);
    await reads.end();
    await writes.end();
    const without = run<Pools>(file?.content ?? '', { pg }, { DATABASE_URL });
    assert.equal(without.reads, without.writes);
    await without.writes.end();
  });

  it('by TypeORM read there and write to the primary', async () => {
    const code = `const { DataSource } = require('typeorm');
const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL });
module.exports = { source };
`;
    const fix = await fixFor(code, '/app/db.js');
    assert.equal(fix?.kind, 'edit');
    interface Source {
      readonly source: {
        initialize(): Promise<unknown>;
        destroy(): Promise<void>;
        query(sql: string): Promise<unknown>;
        createQueryBuilder(): {
          select(
            what: string,
            as: string,
          ): { from(table: string, as: string): { getRawOne(): Promise<{ server: string }> } };
        };
      };
    }
    const DATABASE_URL = servers.primary.connectionString();
    const situations: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() }, 'replica'],
      [{ DATABASE_URL }, 'primary'],
    ];
    for (const [env, expected] of situations) {
      const { source }: Source = run<Source>(afterFix(fix, code), { typeorm: require('typeorm') }, env);
      await source.initialize();
      await source.query("INSERT INTO posts (title) VALUES ('by TypeORM')");
      const builder = source.createQueryBuilder();
      const is = "CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END";
      assert.equal((await builder.select(is, 'server').from('posts', 'p').getRawOne()).server, expected);
      await source.destroy();
    }
  });
});
