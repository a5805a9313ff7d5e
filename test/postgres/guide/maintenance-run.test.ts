import assert from 'node:assert/strict';
import type pg from 'pg';
import type { MaintainOptions } from '../../../src/database/maintenance/run-task';
import { Server } from '../../../src/database/server';
import type { MaintenanceTask } from '../../../src/nouns/check';
import { eventually } from '../../support/eventually';
import { healthServer, oldestAndNewest } from '../../support/health';
import {
  blog,
  connectTo,
  createDatabase,
  gateOptions,
  startPostgres,
  type TestDatabase,
} from '../../support/postgres-server';
import { problemOf } from '../../support/problems';

const vacuum: MaintenanceTask = { kind: 'vacuum analyze', schema: 'public', table: 'posts' };
const analyze: MaintenanceTask = { kind: 'analyze', schema: 'public', table: 'posts' };
const reindex = (index?: string): MaintenanceTask => ({ kind: 'reindex', schema: 'public', table: 'posts', index });
const drop = (index: string): MaintenanceTask => ({ kind: 'drop index', schema: 'public', index });

for (const major of oldestAndNewest()) {
  describe(`maintenance tasks on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let server: Server;
    const clients: pg.Client[] = [];

    before(async () => {
      database = await createDatabase(
        await healthServer(major),
        `${blog} CREATE INDEX posts_author ON posts (author_id); CREATE TABLE notes (id int, body text);
         CREATE ROLE visitor_of_${major} LOGIN; CREATE ROLE owner_of_${major} LOGIN;
         GRANT SELECT ON posts TO visitor_of_${major}; ALTER TABLE notes OWNER TO owner_of_${major};`,
      );
      server = new Server(database.gateOptions());
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.end();
    });
    after(async () => {
      await server?.dispose();
      await database?.admin.query(
        `DROP OWNED BY visitor_of_${major}, owner_of_${major}; DROP ROLE visitor_of_${major}, owner_of_${major}`,
      );
      await database?.drop();
    });

    async function session(sql: string): Promise<pg.Client> {
      const client = await connectTo(database.server.connectionString(database.name));
      clients.push(client);
      await client.query(sql);
      return client;
    }
    async function maintain(task: MaintenanceTask, options: Partial<MaintainOptions> = {}) {
      const phases: string[] = [];
      const outcome = await server.maintain(task, {
        confirmed: true,
        onProgress: (_, phase) => phases.push(phase),
        ...options,
      });
      return { ...outcome, phases };
    }
    async function rowsOf<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
      return (await database.admin.query<Row>(sql)).rows;
    }
    const invalid = () => rowsOf('SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid');
    const oidOf = async (index: string) => (await rowsOf(`SELECT '${index}'::regclass::oid AS oid`))[0]?.oid;

    it('are not run unless a person has said yes', async () => {
      const problem = await problemOf(maintain(vacuum, { confirmed: false }), 'needs-confirmation');
      assert.ok(problem.message.includes(server.label));
    });

    it('VACUUM (ANALYZE) cleans dead rows up and gathers statistics', async () => {
      await database.admin.query('DELETE FROM posts WHERE id > 1000');
      const { statements, phases, bytesBefore = 0, bytesAfter = 0 } = await maintain(vacuum);
      assert.deepEqual(statements, ['VACUUM (ANALYZE) public.posts']);
      assert.equal(phases.at(-1), 'done');
      assert.ok(bytesAfter < bytesBefore, 'empty pages at the end are given back');
      const [row] = await rowsOf<{ rows: number }>(
        `SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'posts'`,
      );
      assert.equal(row?.rows, 1000);
    });

    it('ANALYZE gathers statistics', async () => {
      await database.admin.query(`INSERT INTO notes SELECT n, 'note' FROM generate_series(1, 500) n`);
      await maintain({ ...analyze, table: 'notes' });
      const [row] = await rowsOf<{ rows: number }>(
        `SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'notes'`,
      );
      assert.equal(row?.rows, 500);
    });

    it('REINDEX rebuilds an index in the place of the old one', async () => {
      const before = await oidOf('posts_author');
      const { statements } = await maintain(reindex('posts_author'));
      assert.deepEqual(statements, ['REINDEX INDEX CONCURRENTLY public.posts_author']);
      assert.notEqual(await oidOf('posts_author'), before);
      assert.deepEqual(await invalid(), []);
    });

    it('REINDEX of a table rebuilds its indexes one by one, that of its TOAST too, and tells what it leaves out', async () => {
      await database.admin.query(
        `CREATE TABLE slots (id int PRIMARY KEY, note text, during tsrange, EXCLUDE USING gist (during WITH &&))`,
      );
      const { statements, notes } = await maintain({ kind: 'reindex', schema: 'public', table: 'slots' });
      assert.equal(statements.length, 2);
      assert.ok(statements.includes('REINDEX INDEX CONCURRENTLY public.slots_pkey'));
      assert.ok(statements.some((sql) => /CONCURRENTLY pg_toast\.pg_toast_\d+_index$/.test(sql)));
      assert.deepEqual(notes, ['slots_during_excl is of an exclusion constraint and cannot be rebuilt concurrently.']);
      const named = { kind: 'reindex', schema: 'public', table: 'slots', index: 'slots_during_excl' } as const;
      await problemOf(maintain(named), 'unsupported');
    });

    it('REINDEX of a partitioned table rebuilds the indexes of its partitions', async () => {
      await database.admin.query(`CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE INDEX events_id ON events (id); INSERT INTO events VALUES (1, '2024-05-05'), (2, '2025-05-05')`);
      const rebuilt = [
        'REINDEX INDEX CONCURRENTLY public.events_24_id_idx',
        'REINDEX INDEX CONCURRENTLY public.events_25_id_idx',
      ];
      const events = { kind: 'reindex', schema: 'public', table: 'events' } as const;
      assert.deepEqual((await maintain(events)).statements, rebuilt);
      assert.deepEqual((await maintain({ ...events, index: 'events_id' })).statements, rebuilt);
      assert.deepEqual(await invalid(), []);
      await maintain({ ...vacuum, table: 'events' });
      const [row] = await rowsOf<{ rows: number }>(
        `SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'events_25'`,
      );
      assert.equal(row?.rows, 1);
      await problemOf(maintain(drop('events_id')), 'unsupported');
      await problemOf(maintain(drop('events_24_id_idx')), 'unsupported');
    });

    it('quote names that need it', async () => {
      await database.admin.query(
        `CREATE SCHEMA "A b"; CREATE TABLE "A b"."T;x" ("I'd" int); CREATE INDEX "i""x" ON "A b"."T;x" ("I'd")`,
      );
      const table = { schema: 'A b', table: 'T;x' };
      await maintain({ kind: 'vacuum analyze', ...table });
      await maintain({ kind: 'reindex', ...table, index: 'i"x' });
      await maintain({ kind: 'drop index', schema: 'A b', index: 'i"x' });
      assert.deepEqual(await rowsOf(`SELECT FROM pg_indexes WHERE schemaname = 'A b'`), []);
    });

    it('DROP INDEX drops what nothing stands on', async () => {
      await database.admin.query('CREATE INDEX posts_spare ON posts (title)');
      const { bytesBefore = 0, bytesAfter } = await maintain(drop('posts_spare'));
      assert.ok(bytesBefore > 0);
      assert.equal(bytesAfter, 0);
      const problem = await problemOf(maintain(drop('posts_pkey')), 'refused');
      assert.match(problem.message, /^The constraint posts_pkey stands on posts_pkey/);
      await database.admin.query(
        'CREATE UNIQUE INDEX posts_identity ON posts (id); ALTER TABLE posts REPLICA IDENTITY USING INDEX posts_identity',
      );
      await problemOf(maintain(drop('posts_identity')), 'refused');
      await problemOf(maintain(drop('posts')), 'missing-object');
    });

    it('refuse to rebuild the indexes of system catalogs, and what is not there', async () => {
      await problemOf(maintain({ kind: 'reindex', schema: 'pg_catalog', table: 'pg_class' }), 'refused');
      await problemOf(maintain({ ...vacuum, table: 'nothing' }), 'missing-object');
      await problemOf(maintain(reindex('nothing')), 'missing-object');
    });

    it('show how far VACUUM is, and are cancelled on the server', async () => {
      await database.admin.query(
        `CREATE TABLE large AS SELECT n, repeat('x', 500) AS body FROM generate_series(1, 40000) n; DELETE FROM large WHERE n % 2 = 0;
         ALTER ROLE CURRENT_USER IN DATABASE ${database.name} SET vacuum_cost_delay = 100;
         ALTER ROLE CURRENT_USER IN DATABASE ${database.name} SET vacuum_cost_limit = 1`,
      );
      const controller = new AbortController();
      const told: [number | undefined, string][] = [];
      const work = maintain(
        { ...vacuum, table: 'large' },
        {
          signal: controller.signal,
          onProgress: (fraction, phase) => {
            told.push([fraction, phase]);
            if (fraction !== undefined && fraction > 0) controller.abort();
          },
        },
      );
      await problemOf(work, 'cancelled');
      await database.admin.query(`ALTER ROLE CURRENT_USER IN DATABASE ${database.name} RESET ALL`);
      assert.equal(told.at(-1)?.[1], 'scanning heap');
      assert.ok((told.at(-1)?.[0] ?? 1) < 0.5);
      const running = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'VACUUM%' AND state = 'active' AND datname = current_database()`;
      await eventually('the end of VACUUM', async () => (await rowsOf(running)).length === 0);
    });

    it('show how far REINDEX is, without the name of the table that everybody knows', async () => {
      await database.admin.query(`CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
        $$ BEGIN IF n % 100 = 0 THEN PERFORM pg_sleep(0.1); END IF; RETURN n; END $$;
        CREATE TABLE slowly AS SELECT n FROM generate_series(1, 1200) n;
        CREATE INDEX slowly_n ON slowly (slow(n))`);
      const fractions: number[] = [];
      const phases: string[] = [];
      await maintain(
        { kind: 'reindex', schema: 'public', table: 'slowly', index: 'slowly_n' },
        {
          onProgress: (fraction, phase) => {
            if (fraction !== undefined) fractions.push(fraction);
            phases.push(phase);
          },
        },
      );
      assert.ok(phases.includes('building index: scanning table'), phases.join());
      assert.deepEqual(
        fractions,
        [...fractions].sort((a, b) => a - b),
      );
      assert.equal(fractions.at(-1), 1);
    });

    it('say for whom REINDEX waits, and leave nothing behind when it is cancelled', async () => {
      const before = await oidOf('posts_author');
      const writer = await session(
        `SET application_name = 'sleeper'; BEGIN; UPDATE posts SET title = 'x' WHERE id = 1`,
      );
      const controller = new AbortController();
      const phases: string[] = [];
      let released: Promise<unknown> = Promise.resolve();
      const work = maintain(reindex('posts_author'), {
        signal: controller.signal,
        onProgress: (_, phase) => {
          if (phases.at(-1) !== phase) phases.push(phase);
          if (phase.startsWith('waiting for pid')) controller.abort();
          if (phase === 'removing the unfinished index') released = writer.query('ROLLBACK');
        },
      });
      await problemOf(work, 'cancelled');
      await released;
      assert.match(
        phases.find((phase) => phase.startsWith('waiting')) ?? '',
        /\(postgres, sleeper\), idle in transaction for \d+ s$/,
      );
      assert.deepEqual(phases.at(-1), 'removing the unfinished index');
      assert.deepEqual(await invalid(), []);
      assert.equal(await oidOf('posts_author'), before);
    });

    it('drop the old index where the new one already stands in its place', async () => {
      const before = await oidOf('posts_author');
      // It has read the table, and keeps no snapshot of it.
      const reader = await session('BEGIN; SELECT count(*) FROM posts');
      const controller = new AbortController();
      let released: Promise<unknown> = Promise.resolve();
      const onProgress = async (_: unknown, phase: string) => {
        if (phase === 'removing the unfinished index') released = reader.query('ROLLBACK');
        const [task] = await rowsOf<{ phase: string }>('SELECT phase FROM pg_stat_progress_create_index');
        if (task?.phase === 'waiting for readers before marking dead') controller.abort();
      };
      await problemOf(maintain(reindex('posts_author'), { signal: controller.signal, onProgress }), 'cancelled');
      await released;
      assert.deepEqual(await invalid(), []);
      assert.notEqual(await oidOf('posts_author'), before);
    });

    it('leave the invalid indexes of others alone', async () => {
      await database.admin.query(`CREATE TABLE twice (n int); INSERT INTO twice VALUES (1), (1)`);
      await database.admin.query('CREATE UNIQUE INDEX CONCURRENTLY twice_n_ccnew ON twice (n)').catch(() => undefined);
      await database.admin.query(`CREATE FUNCTION failing(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
        $$ BEGIN IF current_setting('planlight.fails', true) = 'yes' THEN RAISE EXCEPTION 'no'; END IF; RETURN n; END $$;
        CREATE INDEX twice_n ON twice (failing(n)); ALTER DATABASE ${database.name} SET planlight.fails = 'yes'`);
      const problem = await problemOf(
        maintain({ kind: 'reindex', schema: 'public', table: 'twice', index: 'twice_n' }),
        'server',
      );
      assert.match(problem.message, /says: no\.$/);
      assert.deepEqual(await invalid(), [{ name: 'twice_n_ccnew' }]);
      await database.admin.query(`ALTER DATABASE ${database.name} RESET planlight.fails`);
      await maintain(drop('twice_n_ccnew'));
      assert.deepEqual(await invalid(), []);
    });

    it('say who is in the way of VACUUM when the lock is not free in time', async () => {
      await session(`SET application_name = 'migration'; BEGIN; LOCK TABLE posts IN SHARE UPDATE EXCLUSIVE MODE`);
      const problem = await problemOf(maintain(vacuum, { lockMs: 1_500 }), 'timeout');
      assert.match(
        problem.message,
        /^posts was not free within 1\.5 s\. In the way: pid \d+ \(postgres, migration\), idle in transaction for \d+ s\.$/,
      );
    });

    it('say what a drop that was cancelled has left, and finish it later', async () => {
      await database.admin.query('CREATE INDEX posts_slow ON posts (created_at)');
      const reader = await session('BEGIN; SELECT count(*) FROM posts');
      const controller = new AbortController();
      const onProgress = (_: unknown, phase: string) => phase.startsWith('waiting') && controller.abort();
      const problem = await problemOf(
        maintain(drop('posts_slow'), { signal: controller.signal, onProgress }),
        'server',
      );
      assert.match(problem.message, /public\.posts_slow is invalid now: no query uses it/);
      await reader.query('ROLLBACK');
      await maintain(drop('posts_slow'));
      assert.deepEqual(await invalid(), []);
    });

    it('say what privilege is missing, before anything is run', async () => {
      const as = async (user: string, task: MaintenanceTask) => {
        const other = new Server(database.gateOptions({ user }));
        try {
          return await other.maintain(task, { confirmed: true, onProgress: () => undefined });
        } finally {
          await other.dispose();
        }
      };
      for (const task of [vacuum, analyze, reindex(), reindex('posts_author'), drop('posts_author')]) {
        const problem = await problemOf(as(`visitor_of_${major}`, task), 'missing-privilege');
        assert.match(problem.message, /^User visitor_of_\d+ may not do this to posts/);
      }
      await as(`owner_of_${major}`, { ...vacuum, table: 'notes' });
      await database.admin.query(
        `GRANT ALL ON SCHEMA public TO owner_of_${major}; CREATE INDEX notes_id ON notes (id)`,
      );
      const { notes } = await as(`owner_of_${major}`, { kind: 'reindex', schema: 'public', table: 'notes' });
      assert.deepEqual(notes, ['The indexes of its TOAST were left out: a superuser may rebuild them.']);
      if (major < 17) return;
      await database.admin.query(`GRANT MAINTAIN ON posts TO visitor_of_${major}`);
      await as(`visitor_of_${major}`, vacuum);
      await as(`visitor_of_${major}`, reindex('posts_author'));
      await problemOf(as(`visitor_of_${major}`, drop('posts_author')), 'missing-privilege');
    });

    it('drop what a rebuild left when its process, and with it every connection, was lost', async () => {
      const own = await startPostgres({ major });
      const lost = new Server(gateOptions({ ...database.profile(), port: own.port, database: 'postgres' }));
      try {
        const admin = await connectTo(own.connectionString());
        await admin.query('CREATE TABLE posts (id int); CREATE INDEX posts_id ON posts (id)');
        await admin.query('BEGIN; INSERT INTO posts VALUES (1)');
        const work = lost.maintain(reindex('posts_id'), {
          confirmed: true,
          onProgress: (_, phase) => {
            if (!phase.startsWith('waiting for pid')) return;
            const asked = connectTo(own.connectionString()).then(async (client) => {
              const { rows } = await client.query('SELECT pid FROM pg_stat_progress_create_index');
              process.kill(rows[0].pid, 'SIGKILL');
            });
            asked.catch(() => undefined); // It is asked twice, and every connection is lost.
          },
        });
        await problemOf(work, 'unreachable');
        const again = await connectTo(own.connectionString());
        const { rows } = await again.query(
          'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = $1::regclass',
          ['posts'],
        );
        assert.deepEqual(rows, [{ name: 'posts_id' }]);
        await again.end();
      } finally {
        await lost.dispose();
        await own.stop();
      }
    });
  });
}
