import assert from 'node:assert/strict';
import pg from 'pg';
import { Gate } from '../../../src/database/gate';
import { readIndexes } from '../../../src/database/health/indexes';
import { readSections } from '../../../src/database/health/reading';
import { readTables } from '../../../src/database/health/tables';
import { Server } from '../../../src/database/server';
import { flushStatistics, healthServer, hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { connectTo, createDatabase, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`tables and indexes of every kind and state, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;

    before(async function () {
      this.timeout(60_000);
      database = await createDatabase(
        await healthServer(major),
        `CREATE TABLE posts (id int PRIMARY KEY, author int, title text) WITH (autovacuum_vacuum_scale_factor = 0.01);
         CREATE INDEX posts_author ON posts (author);
         INSERT INTO posts SELECT i, i * 7919 % 1000, 'title ' || i FROM generate_series(1, 10000) i;`,
      );
      await flushStatistics(database.admin);
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });
    const posts = async () => valueIn((await server.health()).tables).find(({ name }) => name === 'posts');

    it('a table that was never analysed has no rows to speak of, but is as large as it is', async () => {
      const table = await posts();
      assert.deepEqual([table?.rows, table?.pages, table?.liveRows, table?.bloat], [-1, 0, 10_000, undefined]);
      assert.equal(table?.heapBytes, 64 * 8192);
      assert.ok((table?.indexBytes ?? 0) > 300_000);
      assert.deepEqual(table?.options, { autovacuum_vacuum_scale_factor: '0.01' });
      assert.deepEqual([table?.lastAnalyze, table?.lastAutovacuum], [undefined, undefined]);
    });

    it('statistics that became stale are seen by what changed since', async () => {
      const { admin } = database;
      await admin.query('ANALYZE posts');
      await admin.query('UPDATE posts SET author = author + 1 WHERE id <= 6000');
      await flushStatistics(admin);
      const table = await posts();
      assert.deepEqual([table?.rows, table?.deadRows, table?.modifiedSinceAnalyze], [10_000, 6_000, 6_000]);
      assert.ok(Date.parse(table?.lastAnalyze ?? '') > Date.now() - 60_000);
    });

    it('counts each scan, of the index, too', async () => {
      const { admin } = database;
      await admin.query('SET enable_seqscan = off; SELECT count(*) FROM posts WHERE author = 7; RESET enable_seqscan');
      await flushStatistics(admin);
      const indexes = valueIn((await server.health()).indexes);
      assert.equal(indexes.find(({ name }) => name === 'posts_author')?.scans, 1);
      assert.equal(
        (await posts())?.indexScans,
        indexes.reduce((sum, { scans }) => sum + scans, 0),
      );
    });

    it('a table that is locked is told with its last known size, and holds nobody up', async () => {
      const locking = await connectTo(database.server.connectionString(database.name));
      try {
        await locking.query('BEGIN; ALTER TABLE posts ADD COLUMN later int');
        const health = await server.health();
        const table = valueIn(health.tables).find(({ name }) => name === 'posts');
        assert.equal(
          hiddenIn(health.tables),
          'The size of posts is that of the last VACUUM or ANALYZE: a session holds or waits for its exclusive lock.',
        );
        assert.equal(table?.heapBytes, 64 * 8192);
        assert.equal(hiddenIn(health.indexes), undefined);
        const [ofAuthor, ofKey] = valueIn(health.indexes);
        assert.equal(ofAuthor?.definition, 'CREATE INDEX posts_author ON public.posts USING btree (author)');
        assert.equal(ofKey?.definition, 'CREATE UNIQUE INDEX posts_pkey ON public.posts USING btree (id)');
        assert.equal(valueIn(health.activity.connections).byState.find(({ name }) => name === 'active')?.count, 1);
      } finally {
        await locking.end();
      }
    });

    it('where a lock comes between, all sizes are those of the last VACUUM or ANALYZE', async () => {
      await database.admin.query('CREATE INDEX posts_lower ON posts (author, lower(title)) WHERE author > 5');
      const gate = new Gate(database.gateOptions());
      const { sections } = await readSections(
        gate,
        {},
        {
          tables: readTables('of the last VACUUM'),
          indexes: readIndexes('of the last VACUUM'),
        },
      );
      gate.dispose();
      await database.admin.query('DROP INDEX posts_lower');
      assert.match(hiddenIn(sections.tables) ?? '', /^Sizes are those of the last VACUUM or ANALYZE/);
      const [{ table } = {}] = valueIn(sections.tables);
      assert.equal(table?.name, 'posts');
      assert.ok((table?.heapBytes ?? 0) >= 64 * 8192);
      const [ofAuthor, ...others] = valueIn(sections.indexes).map(({ index }) => index);
      assert.ok((ofAuthor?.bytes ?? 0) > 0);
      assert.deepEqual(
        others.map(({ definition }) => definition),
        [
          'CREATE INDEX posts_lower ON public.posts USING btree (author, <expression>) <details of posts_lower>',
          'CREATE UNIQUE INDEX posts_pkey ON public.posts USING btree (id)',
        ],
      );
    });

    it('an invalid index, left by a build that failed, is known as one', async () => {
      const { admin } = database;
      await admin.query('CREATE TABLE twice (id int); INSERT INTO twice VALUES (1), (1)');
      await assert.rejects(admin.query('CREATE UNIQUE INDEX CONCURRENTLY twice_id ON twice (id)'), pg.DatabaseError);
      const index = valueIn((await server.health()).indexes).find(({ name }) => name === 'twice_id');
      assert.deepEqual([index?.isValid, index?.isUnique, index?.isOfConstraint], [false, true, false]);
    });

    it('names need quoting, partitions are told from their table, others’ temporary tables and foreign ones left out', async () => {
      const { admin } = database;
      await admin.query(`
        CREATE SCHEMA "Shop ""A"""; CREATE TABLE "Shop ""A"""."Order's" ("Select" int PRIMARY KEY, "a""b" text);
        INSERT INTO "Shop ""A"""."Order's" SELECT i, md5(i::text) FROM generate_series(1, 1000) i; ANALYZE "Shop ""A"""."Order's";
        CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); CREATE INDEX ON events (id);
        CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM posts; CREATE UNLOGGED TABLE cache (id int);
        CREATE TEMPORARY TABLE mine (id int); CREATE VIEW seen AS SELECT * FROM posts;
        CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE elsewhere (line text) SERVER files OPTIONS (filename '/dev/null')`);
      const health = await server.health();
      assert.deepEqual(
        valueIn(health.tables).map(({ schema, name, kind }) => `${schema}.${name}: ${kind}`),
        [
          'Shop "A".Order\'s: table',
          'public.cache: table',
          'public.events: partitioned table',
          'public.events_2026: partition',
          'public.posts: table',
          'public.totals: materialized view',
          'public.twice: table',
        ],
      );
      assert.deepEqual(
        valueIn(health.indexes).map(({ table, name }) => `${table}: ${name}`),
        [
          "Order's: Order's_pkey",
          ...['events_2026: events_2026_id_idx', 'posts: posts_author', 'posts: posts_pkey', 'twice: twice_id'],
        ],
      );
      assert.deepEqual(valueIn(health.unindexedColumns), [
        {
          ...{ schema: 'Shop "A"', table: "Order's", column: 'a"b', distinct: -1 },
          correlation: valueIn(health.unindexedColumns)[0]?.correlation,
        },
      ]);
      const parent = valueIn(health.tables).find(({ name }) => name === 'events');
      assert.deepEqual(
        [parent?.heapBytes, parent?.toastBytes, parent?.xidAge, parent?.bloat],
        [0, 0, undefined, undefined],
      );
    });

    it('definitions are PostgreSQL’s own, word for word', async () => {
      const { admin } = database;
      await admin.query(`
        CREATE TABLE shapes (id int, "Name" varchar(20), code text COLLATE "C", tags text[], doc jsonb, at timestamptz, area box,
          EXCLUDE USING gist (area WITH &&), UNIQUE (id, at));
        CREATE INDEX ON shapes ("Name"); CREATE INDEX ON shapes (code); CREATE INDEX ON shapes (code COLLATE "POSIX");
        CREATE INDEX ON shapes (at DESC); CREATE INDEX ON shapes (id, at DESC NULLS LAST); CREATE INDEX ON shapes (id NULLS FIRST);
        CREATE INDEX ON shapes USING hash (id); CREATE INDEX ON shapes USING gin (tags); CREATE INDEX ON shapes USING brin (at);
        CREATE INDEX ON shapes USING gin (doc jsonb_path_ops); CREATE INDEX ON shapes ("Name" varchar_pattern_ops);
        CREATE INDEX ON shapes (id) INCLUDE (at); CREATE INDEX ON shapes (id) WITH (fillfactor = 70);
        CREATE INDEX ON shapes (lower(code), id); CREATE INDEX ON shapes (id) WHERE at IS NULL;
        CREATE INDEX "The Index" ON shapes ((id + 1)); ${major >= 15 ? 'CREATE UNIQUE INDEX ON shapes (at) NULLS NOT DISTINCT' : ''}`);
      const { rows } = await admin.query(
        `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'i' AND n.nspname !~ '^pg_'`,
      );
      const real = new Map(rows.map(({ name, definition }) => [name, definition]));
      const read = valueIn((await server.health()).indexes);
      assert.equal(read.length, real.size);
      for (const { name, definition } of read) assert.equal(definition, real.get(name));
    });

    it('a table that is dropped while they are read leaves the others', async () => {
      const { admin } = database;
      let going = true;
      const churning = (async () => {
        for (let i = 0; going; i++)
          await admin.query(`CREATE TABLE churn_${i} (id int PRIMARY KEY); DROP TABLE churn_${i}`);
      })();
      for (let i = 0; i < 5; i++) {
        const health = await server.health();
        assert.ok('value' in health.tables && 'value' in health.indexes);
        assert.ok(health.tables.value.some(({ name }) => name === 'posts'));
      }
      going = false;
      await churning;
    });
  });
}

describe('a database of more than 5,000 relations', () => {
  it('is not asked for the size of each: only for tables that are large, or have grown since they were analysed', async () => {
    const database = await createDatabase(
      await healthServer(),
      `DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE format('CREATE TYPE many_%s AS (a int)', i); END LOOP; END $$;
       CREATE TABLE small (id int PRIMARY KEY); CREATE TABLE large (LIKE small INCLUDING ALL);
       CREATE TABLE grown (LIKE small INCLUDING ALL);
       INSERT INTO small SELECT generate_series(1, 300); INSERT INTO large SELECT generate_series(1, 30000); ANALYZE;`,
    );
    try {
      await database.admin.query(
        'INSERT INTO small SELECT generate_series(301, 900); INSERT INTO grown SELECT generate_series(1, 5000); DELETE FROM large WHERE id < 10',
      );
      await flushStatistics(database.admin);
      const health = await withServer(database.gateOptions(), (server) => server.health());
      assert.deepEqual(
        valueIn(health.tables).map(({ name, heapBytes }) => [name, heapBytes / 8192]),
        [
          ['grown', 23],
          ['large', 133],
          ['small', 2],
        ],
      );
      assert.equal(
        hiddenIn(health.tables),
        'Sizes of small tables are those of their last VACUUM or ANALYZE: there are too many (3) to ask for each.',
      );
    } finally {
      await database.drop();
    }
  });
});
