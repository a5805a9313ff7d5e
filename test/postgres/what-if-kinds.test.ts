import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import { parsePlan } from '../../src/plan/parse-plan';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { shapeOf, snapshotOf, startWhatIf } from '../support/what-if';

const schema = `
  CREATE SCHEMA "od""d; DROP TABLE x; --";
  CREATE TYPE "od""d; DROP TABLE x; --"."mo
od" AS ENUM ('it''s', 'b\\a"ck', 'ünïcode');
  CREATE TABLE "od""d; DROP TABLE x; --"."ta.ble ON ONLY 'x'" ("co""l; --" int PRIMARY KEY, "mood" "od""d; DROP TABLE x; --"."mo
od", "name_that_has_sixty_three_bytes_and_not_one_more_than_sixty_three" text UNIQUE);
  CREATE INDEX "in.dex ON ONLY ""y""" ON "od""d; DROP TABLE x; --"."ta.ble ON ONLY 'x'" (mood, (lower("name_that_has_sixty_three_bytes_and_not_one_more_than_sixty_three")));
  INSERT INTO "od""d; DROP TABLE x; --"."ta.ble ON ONLY 'x'"
    SELECT i, (ARRAY['it''s', 'b\\a"ck', 'ünïcode'])[1 + i % 3]::"od""d; DROP TABLE x; --"."mo
od", 'n' || i || '"\\{,}' FROM generate_series(1, 20000) AS i;

  CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL CHECK (name <> ''), at date);
  CREATE TABLE books (pages int) INHERITS (things);
  CREATE TABLE films (minutes int, id int NOT NULL, at date, name text NOT NULL CONSTRAINT things_name_check CHECK (name <> ''));
  ALTER TABLE films INHERIT things;
  CREATE TABLE cartoons () INHERITS (films);
  INSERT INTO things SELECT i, 'thing ' || i, date '2024-01-01' + i % 300 FROM generate_series(1, 3000) AS i;
  INSERT INTO books SELECT i, 'book ' || i % 50, date '2024-01-01' + i % 300, i % 400 FROM generate_series(1, 20000) AS i;
  INSERT INTO films SELECT i % 200, i, date '2024-05-01' + i % 100, 'film ' || i % 7 FROM generate_series(1, 8000) AS i;
  INSERT INTO cartoons SELECT i % 100, i, date '2024-05-01' + i % 100, 'cartoon' FROM generate_series(1, 5000) AS i;
  CREATE INDEX books_at ON books (at);

  CREATE TABLE places (id int, gone int, city text, zip text, country text, note int);
  ALTER TABLE places DROP COLUMN gone;
  INSERT INTO places SELECT i, 'city ' || i % 400, 'zip ' || i % 400, 'country ' || i % 20, i % 3 FROM generate_series(1, 25000) AS i;
  CREATE STATISTICS places_together (ndistinct, dependencies) ON city, zip, country FROM places;
  CREATE STATISTICS "odd ""one" (ndistinct) ON (id % 10), note FROM places;

  CREATE TABLE stays (id int, during tstzrange, span int4range, free boolean GENERATED ALWAYS AS (isempty(span)) STORED,
    twice int GENERATED ALWAYS AS (id * 2) VIRTUAL);
  INSERT INTO stays SELECT i, tstzrange(timestamptz '2024-01-01' + i * interval '1 hour', timestamptz '2024-01-03' + i * interval '1 hour'),
    CASE WHEN i % 10 = 0 THEN 'empty' ELSE int4range(i, i + i % 50 + 1) END FROM generate_series(1, 20000) AS i;
  CREATE INDEX stays_during ON stays USING gist (during);

  CREATE TABLE words (id int PRIMARY KEY, word text, german text COLLATE "de-x-icu", bytes text COLLATE "C");
  INSERT INTO words SELECT i, w, w, w FROM (SELECT i, CASE i % 4 WHEN 0 THEN upper(w) WHEN 1 THEN initcap(w) ELSE w END AS w
    FROM (SELECT i, substr(translate(md5(i::text), '0123456789', 'ghijklmnop'), 1, 8) AS w FROM generate_series(1, 20000) AS i) AS a) AS b;
  CREATE INDEX words_word ON words (word);
  CREATE INDEX words_bytes ON words (bytes) WHERE id > 500;
  CREATE INDEX words_lower ON words (lower(german));
  CREATE UNLOGGED TABLE sessions (id int PRIMARY KEY, data jsonb);
  INSERT INTO sessions SELECT i, jsonb_build_object('user', i % 100) FROM generate_series(1, 20000) AS i;
  CREATE INDEX sessions_user ON sessions ((data ->> 'user'));

  CREATE VIEW long_words AS SELECT * FROM words WHERE length(word) > 5;
  CREATE VIEW guarded WITH (security_barrier) AS SELECT * FROM words WHERE id % 2 = 0;
  CREATE VIEW longer_words AS SELECT l.*, s.data FROM long_words l JOIN sessions s USING (id);
  CREATE MATERIALIZED VIEW by_letter AS SELECT left(word, 2) AS letter, count(*) AS number FROM longer_words GROUP BY 1;
  CREATE INDEX by_letter_letter ON by_letter (letter);
  CREATE VIEW letters AS SELECT letter FROM by_letter WHERE number > 3;
  CREATE FUNCTION of_letter(text) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT number FROM by_letter WHERE letter = $1';
  CREATE OR REPLACE VIEW long_words AS SELECT w.* FROM words w JOIN letters ON letter = left(word, 2) WHERE length(word) > 5;
  VACUUM ANALYZE;
  SET max_parallel_workers_per_gather = 0`;

const odd = `"od""d; DROP TABLE x; --"."ta.ble ON ONLY 'x'"`;

const queries: readonly string[] = [
  `SELECT * FROM ${odd} WHERE mood = 'b\\a"ck' AND lower("name_that_has_sixty_three_bytes_and_not_one_more_than_sixty_three") = 'n5'`,
  `SELECT * FROM ${odd} WHERE "name_that_has_sixty_three_bytes_and_not_one_more_than_sixty_three" > 'n7' ORDER BY "co""l; --" LIMIT 5`,
  `SELECT count(*) FROM things WHERE at = '2024-03-03'`,
  `SELECT * FROM things WHERE name = 'book 7'`,
  `SELECT name, count(*) FROM things GROUP BY name`,
  'SELECT * FROM ONLY things WHERE at > $$2024-09-01$$',
  'SELECT * FROM films JOIN books USING (at) WHERE films.minutes = 5',
  `SELECT * FROM places WHERE city = 'city 7' AND zip = 'zip 7'`,
  'SELECT city, zip, count(*) FROM places GROUP BY city, zip',
  'SELECT city, country FROM places GROUP BY city, country',
  `SELECT * FROM stays WHERE during @> timestamptz '2024-06-01'`,
  'SELECT * FROM stays WHERE span && int4range(100, 200)',
  'SELECT * FROM stays WHERE isempty(span) AND free AND twice > 30000',
  `SELECT * FROM words WHERE word > 'm' AND word < 'P'`,
  `SELECT * FROM words WHERE word LIKE 'Ab%'`,
  `SELECT * FROM words WHERE word BETWEEN 'Cc' AND 'cz' ORDER BY word`,
  `SELECT * FROM words WHERE german < 'F'`,
  `SELECT * FROM words WHERE bytes < 'F' AND id > 1000`,
  `SELECT * FROM words WHERE lower(german) = 'abcdefgh'`,
  `SELECT * FROM sessions WHERE data ->> 'user' = '17'`,
  'SELECT * FROM longer_words WHERE id < 50',
  'SELECT * FROM guarded WHERE id < 50 AND word ~ $$^a$$',
  `SELECT * FROM letters WHERE letter > 'k'`,
];

/** How each database orders texts. */
const databases: Readonly<Record<string, string>> = {
  C: '',
  'ICU en-US': `LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`,
  'C.UTF-8': `LOCALE 'C.UTF-8'`,
};

for (const [collation, options] of Object.entries(databases)) {
  describe(`tables of all kinds in the planner in memory, of a database that orders texts by ${collation}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let whatIf: WhatIfPlanner;
    let snapshot: Snapshot;
    let inMemory: WhatIfDatabase;

    before(async () => {
      database = await createDatabase(await sharedServer(18), '', options);
      for (const statement of schema.split(/;\n/)) await database.admin.query(statement);
      snapshot = await snapshotOf(database.admin);
      whatIf = await startWhatIf();
      // As it comes out of a file.
      inMemory = await whatIf.open(JSON.parse(JSON.stringify(snapshot)));
    });
    after(async () => {
      await whatIf?.dispose();
      await database?.drop();
    });

    it('are all there', () => {
      assert.deepEqual(inMemory.leftOut, []);
      assert.equal(snapshot.tables.length, 10);
    });

    for (const sql of queries) {
      it(`have the plan that the server has for ${sql.replace(/\s+/g, ' ')}`, async () => {
        const { plan } = await inMemory.plan({ sql, indexes: [] });
        const real = parsePlan((await database.admin.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows, 'estimate');
        assert.equal(shapeOf(plan), shapeOf(real));
        const costs = `${plan.root.totalCost}, really ${real.root.totalCost}, in ${shapeOf(real)}`;
        assert.ok(Math.abs(plan.root.totalCost / real.root.totalCost - 1) < 0.01, costs);
        const rows = `${plan.root.planRows} rows, really ${real.root.planRows}, in ${shapeOf(real)}`;
        assert.ok(Math.abs(plan.root.planRows - real.root.planRows) <= 1 + real.root.planRows * 0.01, rows);
      });
    }
  });
}
