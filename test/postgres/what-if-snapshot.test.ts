import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/database/snapshot';
import { createDatabase, sharedServer, type TestDatabase, testedMajors } from '../support/postgres-server';
import { shapeOf, snapshotOf, startWhatIf } from '../support/what-if';

const schema = `
  CREATE SCHEMA app;
  CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok');
  CREATE DOMAIN app.short AS varchar(20) CHECK (VALUE <> '');
  CREATE TYPE app.pair AS (a int, b text);
  CREATE FUNCTION app.fold(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
  CREATE TABLE app.people (id int PRIMARY KEY, name app.short NOT NULL, mood app.mood, pair app.pair,
    note text COLLATE "C", full_name text GENERATED ALWAYS AS ('x' || id::text) STORED, gone int, tags text[]);
  ALTER TABLE app.people DROP COLUMN gone;
  CREATE FUNCTION app.some() RETURNS SETOF app.people LANGUAGE sql STABLE AS 'SELECT * FROM app.people';
  CREATE TABLE app.pets (id int PRIMARY KEY, owner int REFERENCES app.people, "odd ""name" text, weight numeric CHECK (weight > 0));
  CREATE INDEX folded ON app.people (app.fold(name));
  CREATE INDEX heavy ON app.pets (owner DESC, weight) WHERE weight > 10;
  CREATE VIEW app.owners AS SELECT p.*, count(*) FROM app.people p JOIN app.pets ON owner = p.id GROUP BY p.id;
  CREATE VIEW app.some_owners AS SELECT * FROM app.owners WHERE id < 100;
  CREATE MATERIALIZED VIEW app.counted AS SELECT owner, count(*) AS pets FROM app.pets GROUP BY owner;
  CREATE TABLE app.parts (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE app.parts_2024 PARTITION OF app.parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  INSERT INTO app.people (id, name, mood, note, tags)
    SELECT i, 'name ' || i, 'sad', md5(i::text), ARRAY['a', 'b' || i % 5] FROM generate_series(1, 5000) AS i;
  INSERT INTO app.pets SELECT i, 1 + i % 5000, 'odd', 1 + i % 40 FROM generate_series(1, 20000) AS i;
  CREATE TABLE app.parts_rest PARTITION OF app.parts DEFAULT;
  CREATE INDEX parts_at ON app.parts (at);
  INSERT INTO app.parts SELECT i, date '2024-01-01' + i % 500 FROM generate_series(1, 20000) AS i;
  ANALYZE app.parts;
  REFRESH MATERIALIZED VIEW app.counted;
  CREATE TABLE app.fresh (id int, words text);
  ALTER TABLE app.fresh SET (autovacuum_enabled = off);
  INSERT INTO app.fresh SELECT i, 'w' FROM generate_series(1, 3000) AS i;
  CREATE COLLATION app.german (provider = icu, locale = 'de', deterministic = false);
  CREATE TABLE app.towns (gone int, id int, name text COLLATE app.german, zip text);
  ALTER TABLE app.towns DROP COLUMN gone;
  CREATE TABLE app.cities (mayor text) INHERITS (app.towns);
  INSERT INTO app.towns SELECT i, 'town ' || i % 100, 'zip ' || i % 100 FROM generate_series(1, 3000) AS i;
  INSERT INTO app.cities SELECT i, 'city ' || i % 50, 'zip ' || i % 50, 'm' FROM generate_series(1, 9000) AS i;
  CREATE STATISTICS app.together (ndistinct, dependencies) ON name, zip FROM app.towns;
  ANALYZE app.people; ANALYZE app.pets; ANALYZE app.counted; ANALYZE app.towns; ANALYZE app.cities;
  SET search_path = app, public;
  SET random_page_cost = 1.25;
  SET max_parallel_workers_per_gather = 0;`;

for (const major of testedMajors()) {
  describe(`a snapshot of PostgreSQL ${major}`, function () {
    this.timeout(180_000);
    let database: TestDatabase;
    let snapshot: Snapshot;

    before(async () => {
      database = await createDatabase(await sharedServer(major), schema);
      snapshot = await snapshotOf(database.admin);
    });
    after(() => database?.drop());

    const table = (name: string) => snapshot.tables.find((one) => one.name === name) ?? assert.fail(name);

    it('holds schema, sizes, statistics and settings', () => {
      assert.equal(Math.floor(snapshot.version / 10_000), major);
      assert.deepEqual(snapshot.searchPath, ['app', 'public']);
      assert.deepEqual(snapshot.settings, { random_page_cost: '1.25' });
      assert.ok(snapshot.availableExtensions.includes('pg_trgm'));
      assert.equal(table('people').rows, 5000);
      assert.ok(table('people').pages > 30);
      assert.deepEqual(
        table('people').columns.map((column) => column.name),
        ['id', 'name', 'mood', 'pair', 'note', 'full_name', 'tags'],
      );
      assert.equal(table('people').columns[0]?.statistics?.distinct, -1);
      assert.ok(table('people').columns[6]?.statistics?.mostCommonElements);
      assert.equal(table('counted').kind, 'materialized view');
      assert.equal(table('parts').kind, 'partitioned table');
      const heavy = table('pets').indexes.find((index) => index.name === 'heavy');
      assert.deepEqual(heavy?.columns, [
        { name: 'owner', descending: true },
        { name: 'weight', descending: false },
      ]);
      assert.match(heavy?.predicate ?? '', /weight > /);
      assert.ok(table('people').indexes.find((index) => index.name === 'folded')?.statistics?.fold);
    });

    it('holds what is known of columns together, and of a table with its children', () => {
      assert.deepEqual(table('cities').inherits, [{ schema: 'app', table: 'towns' }]);
      const [name] = table('towns').columns.filter((column) => column.name === 'name');
      assert.equal(name?.collation, 'app.german');
      assert.ok(Math.abs((name?.inheritedStatistics?.distinct ?? 0) - 150) <= 1);
      assert.equal(name?.statistics?.distinct, 100);
      const own = table('towns').extendedStatistics?.find((one) => !one.isInherited);
      // The first column is gone on the server, and the snapshot counts without it.
      assert.deepEqual([own?.schema, own?.name, own?.distinct], ['app', 'together', '{"2, 3": 100}']);
      assert.equal(own?.dependencies, '{"2 => 3": 1.000000, "3 => 2": 1.000000}');
    });

    it('guesses the rows of a table that was never analysed, and says that its plans are guesses', () => {
      assert.ok(table('fresh').rows > 1000 && table('fresh').rows < 10_000, String(table('fresh').rows));
      assert.match(snapshot.leftOut.join('\n'), /statistics of table app\.fresh cannot be read/);
    });

    it('loads into the planner in memory whole', async () => {
      const whatIf = await startWhatIf();
      try {
        const inMemory = await whatIf.open(snapshot);
        assert.deepEqual(
          inMemory.leftOut.filter((sentence) => !/fresh/.test(sentence)),
          [],
        );
        for (const sql of [
          `SELECT * FROM people WHERE app.fold(name) = 'name 7'`,
          'SELECT * FROM pets WHERE owner = 17 AND weight > 12',
          'SELECT * FROM some_owners',
          'SELECT * FROM counted WHERE owner = 5',
          'SELECT * FROM towns WHERE id = 5',
          `SELECT * FROM ONLY towns WHERE name = 'town 5' AND zip = 'zip 5'`,
          'SELECT name, zip FROM ONLY towns GROUP BY name, zip',
          `SELECT * FROM parts WHERE at = '2024-03-03' OR at > '2025-02-01'`,
          'SELECT * FROM pets JOIN people ON people.id = owner WHERE people.id BETWEEN 5 AND 50',
        ]) {
          const { plan } = await inMemory.plan({ sql, indexes: [] });
          if (major !== 18) continue;
          const { rows } = await database.admin.query(`EXPLAIN (FORMAT JSON) ${sql}`);
          const real = rows[0]['QUERY PLAN'][0].Plan['Total Cost'];
          assert.ok(
            Math.abs(plan.root.totalCost / real - 1) < 0.02,
            `${sql}: ${plan.root.totalCost}, really ${real}, ${shapeOf(plan)}`,
          );
        }
      } finally {
        await whatIf.dispose();
      }
    });
  });
}
