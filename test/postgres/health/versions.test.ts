import assert from 'node:assert/strict';
import type { Health } from '../../../src/database/health/health';
import { flushStatistics, healthServer, hiddenIn, valueIn, withServer } from '../../support/health';
import { blog, createDatabase, type TestDatabase, testedMajors } from '../../support/postgres-server';

for (const major of testedMajors()) {
  describe(`the health of a database on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let health: Health;

    before(async function () {
      this.timeout(60_000);
      const server = await healthServer(major);
      database = await createDatabase(server, `CREATE EXTENSION pg_stat_statements; ${blog}`);
      const { admin } = database;
      await flushStatistics(admin);
      await admin.query('ANALYZE'); // After the rows were counted, so that they do not count as changed since.
      await admin.query('SELECT count(*) FROM posts WHERE author_id = $1', [1]);
      await admin.query('SELECT count(*) FROM posts WHERE author_id = $1', [2]);
      await admin.query('UPDATE posts SET title = upper(title) WHERE id <= 100');
      await admin.query('DELETE FROM posts WHERE id > 1990');
      await flushStatistics(admin);
      health = await withServer(database.gateOptions(), (asked) => asked.health());
    });
    after(() => database?.drop());

    it('has every section, whole, for a superuser', () => {
      const sections = { ...health, ...health.activity } as Record<string, unknown>;
      for (const [name, section] of Object.entries(sections)) {
        if (typeof section !== 'object' || section === null || !('value' in section || 'missing' in section)) continue;
        assert.equal(hiddenIn(section as Parameters<typeof hiddenIn>[0]), undefined, name);
      }
    });

    it('says which server it is', () => {
      const { server } = health;
      assert.equal(Math.floor(server.version / 10_000), major);
      assert.equal(server.database, database.name);
      assert.equal(server.user, 'postgres');
      assert.deepEqual([server.isSuperuser, server.canMonitor, server.isReplica], [true, true, false]);
      assert.equal(server.hosting, 'self-managed');
      assert.ok(server.extensions.pg_stat_statements);
      assert.ok(server.availableExtensions.includes('pgstattuple'));
      assert.ok((server.databaseBytes ?? 0) > 1_000_000);
      assert.ok(Date.parse(server.startedAt) < Date.parse(health.readAt));
      assert.ok(Math.abs(server.clockAheadSeconds) < 5);
    });

    it('reads settings in their units', () => {
      const settings = valueIn(health.settings);
      assert.equal(settings.shared_buffers?.amount, 128 * 1024 ** 2);
      assert.equal(settings.checkpoint_timeout?.amount, 300_000);
      assert.equal(settings.random_page_cost?.amount, 4);
      assert.equal(settings.maintenance_work_mem?.context, 'user');
      assert.equal(settings.log_min_duration_statement?.amount, -1);
      assert.equal(settings.shared_preload_libraries?.setting, 'pg_stat_statements');
      assert.equal(settings.fsync?.amount, undefined);
    });

    it('counts what happened in the database', () => {
      const counters = valueIn(health.activity.counters);
      assert.ok(counters.commits > 0 && counters.rowsInserted >= 2_050 && counters.rowsDeleted >= 10);
      assert.ok(counters.tableBlocks.hits > 0);
      assert.ok(counters.indexBlocks.hits > 0);
      assert.ok(counters.checkpoints.timed + counters.checkpoints.requested >= 0);
      assert.equal(typeof counters.checkpoints.buffersByBackends, 'number');
      assert.equal(counters.sessions !== undefined && counters.activeMs !== undefined, major >= 14);
      assert.equal(counters.wal !== undefined && counters.wal.bytes > 0, major >= 14);
    });

    it('knows the tables, their rows and when they were analysed', () => {
      const [posts, users] = valueIn(health.tables);
      assert.deepEqual([posts?.name, users?.name], ['posts', 'users']);
      assert.equal(posts?.rows, 2_000);
      assert.equal(posts?.liveRows, 1_990);
      assert.equal(posts?.deadRows, 110);
      assert.equal(posts?.modifiedSinceAnalyze, 110);
      assert.deepEqual([posts?.inserts, posts?.updates, posts?.deletes], [2_000, 100, 10]);
      assert.ok((posts?.sequentialScans ?? 0) >= 2);
      assert.ok((posts?.heapBytes ?? 0) > 0 && (posts?.indexBytes ?? 0) > 0 && (posts?.toastBytes ?? 0) > 0);
      assert.ok(posts?.lastAnalyze !== undefined && posts.lastVacuum === undefined);
      assert.ok((posts?.bloat?.share ?? 1) < 0.1);
    });

    it('knows the indexes and how often they were read', () => {
      const indexes = valueIn(health.indexes);
      assert.deepEqual(
        indexes.map(({ name, isUnique, isPrimary, isOfConstraint, isValid }) => [
          name,
          ...[isUnique, isPrimary, isOfConstraint, isValid],
        ]),
        [
          ['posts_pkey', true, true, true, true],
          ['users_name_key', true, false, true, true],
          ['users_pkey', true, true, true, true],
        ],
      );
      const [ofPosts] = indexes;
      assert.ok((ofPosts?.scans ?? 0) > 0 && ofPosts?.rows === 2_000);
      assert.equal(ofPosts?.lastScan !== undefined, major >= 16);
      assert.ok((ofPosts?.bloat?.share ?? 1) < 0.2);
    });

    it('lists the statements that clients sent, and not its own', () => {
      const { statements, totalCalls, totalMs, since, evictions, maxEntries } = valueIn(health.statements);
      const counted = statements.find(({ text }) => text?.includes('author_id = $1'));
      assert.equal(counted?.text, 'SELECT count(*) FROM posts WHERE author_id = $1');
      assert.deepEqual([counted?.calls, counted?.rows, counted?.user], [2, 2, 'postgres']);
      assert.ok(counted && counted.meanMs > 0 && counted.maxMs >= counted.meanMs && counted.sharedHits > 0);
      assert.match(counted.queryId, /^-?\d+$/);
      assert.ok(totalCalls >= 4 && totalMs >= counted.totalMs);
      assert.equal(maxEntries, 5_000);
      assert.equal(since !== undefined && evictions === 0, major >= 14);
      assert.deepEqual(
        statements.filter(({ text }) => /pg_stat_activity|planlight/.test(text ?? '')),
        [],
      );
    });

    it('knows the age of transaction ids, and that nothing holds back cleaning up', () => {
      const { databases, freezeMaxAge, holders } = valueIn(health.activity.wraparound);
      assert.ok(databases.find(({ name }) => name === database.name));
      assert.equal(freezeMaxAge, 200_000_000);
      assert.deepEqual(holders, []);
    });

    it('counts itself among the connections, by its name', () => {
      const { total, byState, byApplication, byWait, maxConnections, reserved } = valueIn(health.activity.connections);
      assert.equal(
        total,
        byState.reduce((sum, { count }) => sum + count, 0),
      );
      assert.deepEqual(
        byApplication.find(({ name }) => name === 'planlight'),
        { name: 'planlight', count: 1 },
      );
      assert.deepEqual(byWait, []);
      assert.deepEqual([maxConnections, reserved], [100, 3]);
    });
  });
}
