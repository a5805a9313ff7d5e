import assert from 'node:assert/strict';
import type pg from 'pg';
import { perSecond } from '../../../src/database/health/rates';
import { Server } from '../../../src/database/server';
import { eventually } from '../../support/eventually';
import { flushStatistics, healthServer, hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { blog, connectTo, createDatabase, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`what goes on in a server, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;
    const sessions: pg.Client[] = [];

    before(async function () {
      this.timeout(60_000);
      database = await createDatabase(await healthServer(major), `${blog} CREATE ROLE visitor_${major} LOGIN`);
      server = new Server(database.gateOptions());
    });
    afterEach(async () => {
      for (const session of sessions.splice(0)) {
        await database.admin.query('SELECT pg_terminate_backend($1)', [
          (session as unknown as { processID: number }).processID,
        ]);
      }
    });
    after(async () => {
      await server?.dispose();
      await database?.admin.query(`DROP OWNED BY visitor_${major}; DROP ROLE visitor_${major}`);
      await database?.drop();
    });
    async function running(sql: string, before = 'SELECT 1'): Promise<void> {
      const client = await connectTo(database.server.connectionString(database.name));
      sessions.push(client);
      await client.query(before);
      client.query(sql).catch(() => undefined); // Ended with its session.
    }
    const task = () =>
      eventually('a task in progress', async () => {
        const [first, ...others] = valueIn((await server.activity()).progress);
        assert.deepEqual(others, []);
        return first?.phase !== 'initializing' && first;
      });

    it('shows how far an index is that waits for a transaction to end', async () => {
      await running('SELECT pg_sleep(60)', `BEGIN; UPDATE posts SET title = 'x' WHERE id = 1`);
      await running('CREATE INDEX CONCURRENTLY posts_title ON posts (title)');
      const { kind, table, phase, done, total } = await task();
      assert.deepEqual(
        [kind, table, phase, done, total],
        ['create index', 'posts', 'waiting for writers before build', 0, 1],
      );
    });

    it('shows how far a VACUUM is', async () => {
      await database.admin.query('DELETE FROM posts WHERE id % 2 = 0');
      await running('VACUUM posts', 'SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1');
      const { kind, table, phase, total } = await task();
      assert.deepEqual([kind, table, phase], ['vacuum', 'posts', 'scanning heap']);
      assert.ok((total ?? 0) > 10);
    });

    if (major >= 14) {
      it('shows a COPY', async () => {
        await running(`COPY (SELECT pg_sleep(60)) TO '/dev/null'`);
        const { kind, phase, total } = await task();
        assert.deepEqual([kind, phase, total], ['copy', 'COPY TO', undefined]);
      });
    }

    it('counts temporary files and their bytes', async () => {
      const { admin } = database;
      const before = valueIn((await server.activity()).counters);
      await admin.query(`SET work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 50000); RESET work_mem`);
      await flushStatistics(admin);
      const after = valueIn((await server.activity()).counters);
      assert.ok(after.temporaryFiles > before.temporaryFiles && after.temporaryBytes > before.temporaryBytes);
    });

    it('tells rates between two readings, and none over a reset', async () => {
      const { admin } = database;
      const from = await server.activity();
      await admin.query(`INSERT INTO users (name) SELECT 'new ' || n FROM generate_series(1, 100) n`);
      await flushStatistics(admin);
      const to = await server.activity();
      await admin.query('SELECT pg_stat_reset()');
      await flushStatistics(admin);
      const later = await server.activity();
      const inserts = ({ readAt, counters }: typeof from) => {
        const { since, rowsInserted: count } = valueIn(counters);
        return { readAt, since, count };
      };
      assert.equal(inserts(to).count - inserts(from).count, 100);
      assert.ok((perSecond(inserts(from), inserts(to)) ?? 0) > 1);
      assert.equal(perSecond(inserts(to), inserts(later)), undefined);
    });

    it('goes on where one section cannot be read, and says which and why', async () => {
      const { admin } = database;
      await admin.query('REVOKE SELECT ON pg_stat_database FROM PUBLIC');
      const activity = await withServer(database.gateOptions({ user: `visitor_${major}` }), (asked) =>
        asked.activity(),
      );
      await admin.query('GRANT SELECT ON pg_stat_database TO PUBLIC');
      assert.match(
        hiddenIn(activity.counters) ?? '',
        /^User visitor_\d+ may not do this .* permission denied for view pg_stat_database/,
      );
      assert.ok('value' in activity.connections && 'value' in activity.replication && 'value' in activity.progress);
    });

    it('goes on after a section that had to wait too long', async () => {
      await running('SELECT pg_sleep(60)', 'BEGIN; LOCK TABLE pg_locks');
      const timeouts = { statementMs: 5_000, lockMs: 100, connectMs: 3_000 };
      const activity = await withServer(database.gateOptions({}, { timeouts }), (asked) => asked.activity());
      assert.match(hiddenIn(activity.locks) ?? '', /^A lock on .* was not free within 100 ms/);
      for (const other of ['connections', 'counters', 'replication', 'wraparound', 'progress'] as const) {
        assert.equal(hiddenIn(activity[other]), undefined, other);
      }
    });

    it('reads tables and indexes without their files where those cannot be asked', async () => {
      const { admin } = database;
      await admin.query('REVOKE EXECUTE ON FUNCTION pg_relation_size(regclass, text) FROM PUBLIC');
      const health = await withServer(database.gateOptions({ user: `visitor_${major}` }), (asked) => asked.health());
      await admin.query('GRANT EXECUTE ON FUNCTION pg_relation_size(regclass, text) TO PUBLIC');
      assert.deepEqual(
        valueIn(health.tables).map(({ name, heapBytes, indexBytes }) => [name, heapBytes > 0, indexBytes > 0]),
        [
          ['posts', true, true],
          ['users', true, true],
        ],
      );
      assert.match(hiddenIn(health.tables) ?? '', /^Sizes are those of the last VACUUM or ANALYZE/);
      assert.equal(valueIn(health.indexes).length, 4);
    });

    it('knows by whose hands a server runs, by the roles that each service creates', async () => {
      const { admin } = database;
      const hosting = async () => (await server.health()).server.hosting;
      assert.equal(await hosting(), 'self-managed');
      await admin.query('CREATE ROLE rds_superuser');
      try {
        assert.equal(await hosting(), 'rds');
        await admin.query(
          `CREATE FUNCTION pg_catalog.aurora_version() RETURNS text LANGUAGE sql AS $$ SELECT '16.6' $$`,
        );
        assert.equal(await hosting(), 'aurora');
        await admin.query(
          'DROP FUNCTION pg_catalog.aurora_version(); ALTER ROLE rds_superuser RENAME TO cloudsqlsuperuser',
        );
        assert.equal(await hosting(), 'cloud sql');
      } finally {
        await admin.query('DROP ROLE IF EXISTS rds_superuser, cloudsqlsuperuser');
      }
    });

    it('is cancelled with its signal, and rejects where no server is', async () => {
      const cancelled = new AbortController();
      const reading = server.health(cancelled.signal);
      cancelled.abort();
      await assert.rejects(reading, { kind: 'cancelled' });
      await withServer(database.gateOptions({ port: 1 }), async (nobody) => {
        await assert.rejects(nobody.activity(), { kind: 'unreachable' });
      });
    });
  });
}
