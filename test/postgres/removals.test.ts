import assert from 'node:assert/strict';
import { indexRemovals } from '../../src/advisor/removals/removals';
import type { Snapshot } from '../../src/database/snapshot';
import { eventually } from '../support/eventually';
import { connectTo, createDatabase, sharedServer, type TestDatabase, testedMajors } from '../support/postgres-server';
import { snapshotOf, startWhatIf } from '../support/what-if';
import { provenSafe, withoutIndexes } from '../support/without-indexes';

const schema = `
  CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
  ALTER TABLE users ADD UNIQUE (id);
  CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users, slug text, created_at timestamptz, note text);
  ALTER TABLE posts SET (autovacuum_enabled = off);
  INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) AS i;
  INSERT INTO posts SELECT i, 1 + i % 1000, 'slug ' || i % 19999, timestamptz '2026-01-01' + i * interval '1 minute', md5(i::text)
    FROM generate_series(1, 20000) AS i;
  CREATE INDEX posts_author ON posts (author_id);
  CREATE INDEX posts_author_created ON posts (author_id, created_at DESC);
  CREATE INDEX posts_created_1 ON posts (created_at) WHERE note IS NOT NULL;
  CREATE INDEX posts_created_2 ON posts (created_at) WHERE note IS NOT NULL;
  CREATE INDEX posts_note ON posts (note);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE INDEX events_id ON events (id);
  CREATE INDEX events_id_at ON events (id, at);
  ANALYZE;`;

/** What differs between them: last_idx_scan, and how the counters come. */
const oldestAndNewest = testedMajors().filter((_, i, all) => i === 0 || i === all.length - 1);

for (const major of oldestAndNewest) {
  describe(`indexes that could go, on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let snapshot: Snapshot;

    before(async () => {
      database = await createDatabase(await sharedServer(major), schema);
      const { admin } = database;
      await assert.rejects(
        admin.query('CREATE UNIQUE INDEX CONCURRENTLY posts_slug ON posts (slug)'),
        /duplicate|could not/,
      );
      // So that the indexes are not the newest thing on the server.
      await admin.query('DO $$ BEGIN FOR i IN 1..1001 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$');
      await admin.query(`SELECT count(*) FROM posts`);
      await admin.query(`SET enable_seqscan = off; SET enable_bitmapscan = off;
        SELECT count(*) FROM posts WHERE note IS NOT NULL AND created_at < '2026-01-02';`);
      snapshot = await eventually('the counters', async () => {
        const read = await snapshotOf(admin);
        const posts = read.tables.find(({ name }) => name === 'posts');
        const isRead = posts?.indexes.some(({ name, activity }) => /created_[12]/.test(name) && activity?.scans === 1);
        return isRead && posts?.activity?.inserts === 20_000 && read;
      });
    });
    after(() => database?.drop());

    it('the catalog shows duplicate, redundant and invalid ones', () => {
      const found = indexRemovals(snapshot).map(({ index, kind, replacedBy, dropSql }) => [
        index,
        kind,
        replacedBy,
        dropSql,
      ]);
      const used = snapshot.tables
        .flatMap(({ indexes }) => indexes)
        .find(({ name }) => name === 'posts_created_1')?.activity;
      const [stays, goes] = used?.scans ? [1, 2] : [2, 1];
      assert.deepEqual(found.sort(), [
        ['events_id', 'redundant', 'events_id_at', 'DROP INDEX events_id'],
        ['posts_author', 'redundant', 'posts_author_created', 'DROP INDEX CONCURRENTLY posts_author'],
        [
          `posts_created_${goes}`,
          'duplicate',
          `posts_created_${stays}`,
          `DROP INDEX CONCURRENTLY posts_created_${goes}`,
        ],
        ['posts_slug', 'invalid', undefined, 'DROP INDEX CONCURRENTLY posts_slug'],
        ['users_id_key', 'duplicate', 'users_pkey', 'ALTER TABLE users DROP CONSTRAINT users_id_key'],
      ]);
    });

    it('the counters show one that was never used, once they are old enough', () => {
      const { counting } = snapshot;
      assert.ok(counting);
      const since = new Date(Date.parse(counting.until) - 30 * 86_400_000).toISOString();
      const found = indexRemovals({ ...snapshot, counting: { ...counting, since } });
      const unused = found.filter(({ kind }) => kind === 'unused');
      assert.deepEqual(
        unused.map(({ index, writesPerDay }) => [index, writesPerDay]),
        [['posts_note', Math.round(20_000 / 30)]],
      );
      const size =
        snapshot.tables.flatMap(({ indexes }) => indexes).find(({ name }) => name === 'posts_note')?.pages ?? 0;
      assert.equal(unused[0]?.sizeBytes, size * 8192);
      assert.ok(size > 128);
    });

    it('every statement that is proposed is one that the server accepts', async () => {
      const admin = await connectTo(database.server.connectionString(database.name));
      for (const { dropSql } of indexRemovals(snapshot)) await admin.query(dropSql);
      const after = await snapshotOf(admin);
      await admin.end();
      assert.deepEqual(indexRemovals(after), []);
    });

    it('an index that is being built is left alone', async () => {
      const { admin } = database;
      const [blocker, builder] = await Promise.all(
        [1, 2].map(() => connectTo(database.server.connectionString(database.name))),
      );
      assert.ok(blocker && builder);
      await blocker.query('BEGIN; INSERT INTO posts (id) VALUES (0)');
      const building = builder.query('CREATE INDEX CONCURRENTLY posts_slow ON posts (slug)');
      const isThere = () => admin.query(`SELECT FROM pg_class WHERE relname = 'posts_slow'`);
      await eventually('the index', async () => (await isThere()).rowCount === 1);
      const during = indexRemovals(await snapshotOf(admin));
      await blocker.query('ROLLBACK');
      await building;
      await Promise.all([blocker.end(), builder.end()]);
      assert.deepEqual(during, []);
    });
  });
}

describe('removal, proved', function () {
  this.timeout(60_000);

  it('without the redundant index the planner in memory plans as cheaply; without the one that it uses, not', async () => {
    const database = await createDatabase(await sharedServer(), schema);
    const whatIf = await startWhatIf();
    try {
      const snapshot = await snapshotOf(database.admin);
      const costs = async (index: string) => {
        const sql = 'SELECT * FROM posts WHERE author_id = 7';
        const removal = { schema: 'public', table: 'posts', index };
        const plan = async (of: Snapshot) => (await whatIf.open(of)).plan({ sql, indexes: [] });
        const [before, after] = [await plan(snapshot), await plan(withoutIndexes(snapshot, [removal]))];
        return [{ before: before.plan.root.totalCost, after: after.plan.root.totalCost }];
      };
      assert.equal(provenSafe(await costs('posts_note')), true);
      assert.equal(provenSafe(await costs('posts_author')), true);
      const alone = withoutIndexes(snapshot, [{ schema: 'public', table: 'posts', index: 'posts_author' }]);
      const both = withoutIndexes(alone, [{ schema: 'public', table: 'posts', index: 'posts_author_created' }]);
      const cost = async (of: Snapshot) =>
        (await (await whatIf.open(of)).plan({ sql: 'SELECT * FROM posts WHERE author_id = 7', indexes: [] })).plan.root
          .totalCost;
      assert.equal(provenSafe([{ before: await cost(snapshot), after: await cost(both) }]), false);
    } finally {
      await whatIf.dispose();
      await database.drop();
    }
  });
});
