import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '../../src/database/snapshot';
import { readSnapshotFile, writeSnapshotFile } from '../../src/database/snapshot-file/snapshot-file';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import { Problem } from '../../src/nouns/problem';
import { SqlParser } from '../../src/sql/parser';
import { folderOf, refusal, runCli } from '../support/cli';
import { createDatabase, sharedServer, type TestDatabase, testedMajors } from '../support/postgres-server';
import { shapeOf, snapshotOf, snapshotWith, startWhatIf } from '../support/what-if';

const schema = `
  CREATE SCHEMA app;
  CREATE EXTENSION citext;
  CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok');
  CREATE DOMAIN app.short AS varchar(20) CHECK (VALUE <> '--');
  CREATE TYPE app.span AS RANGE (SUBTYPE = float8);
  CREATE FUNCTION app.fold(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1) -- folded';
  CREATE COLLATION app.german (provider = icu, locale = 'de');
  CREATE TABLE app.people (id int PRIMARY KEY, email citext UNIQUE, name app.short NOT NULL, mood app.mood, span app.span,
    note text COLLATE app.german DEFAULT 'none; -- yet', full_name text GENERATED ALWAYS AS ('x' || id::text) STORED, tags text[]);
  CREATE TABLE app.pets (id int PRIMARY KEY, owner int REFERENCES app.people, "odd ""name""; --" text, weight numeric(6,2) CHECK (weight > 0));
  CREATE INDEX folded ON app.people (app.fold(name));
  CREATE INDEX heavy ON app.pets (owner DESC, weight) INCLUDE (id) WHERE weight > 10;
  CREATE STATISTICS app.both (ndistinct, dependencies) ON owner, weight FROM app.pets;
  CREATE VIEW app.owners AS SELECT p.id, count(*) FROM app.people p JOIN app.pets ON owner = p.id WHERE p.name <> 'a;b' GROUP BY p.id;
  CREATE MATERIALIZED VIEW app.counted AS SELECT owner, count(*) AS pets FROM app.pets GROUP BY owner;
  CREATE TABLE app.parts (id int, at timestamptz, kind text) PARTITION BY RANGE (at);
  CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (kind);
  CREATE TABLE app.parts_1a PARTITION OF app.parts_1 FOR VALUES IN ('a;b', NULL);
  CREATE INDEX parts_id ON app.parts (id);
  CREATE TABLE app.base (id int, note text);
  CREATE TABLE app.derived (more int) INHERITS (app.base);
  INSERT INTO app.people (id, email, name, mood, note, tags)
    SELECT i, 'user' || i || '@example.org', 'name ' || i, 'sad', md5(i::text), ARRAY['a', 'b' || i % 5] FROM generate_series(1, 5000) AS i;
  INSERT INTO app.pets SELECT i, 1 + i % 500, 'odd', 1 + i % 40 FROM generate_series(1, 20000) AS i;
  INSERT INTO app.parts SELECT i, timestamptz '2026-02-01' + i * interval '1 minute', 'a;b' FROM generate_series(1, 5000) AS i;
  INSERT INTO app.base SELECT i, 'n' FROM generate_series(1, 2000) AS i;
  INSERT INTO app.derived SELECT i, 'n', i FROM generate_series(1, 2000) AS i;
  REFRESH MATERIALIZED VIEW app.counted;
  VACUUM ANALYZE;`;

const queries = [
  'SELECT * FROM app.people WHERE app.fold(name) = $1',
  `SELECT * FROM app.people WHERE email = 'user17@example.org'`,
  'SELECT * FROM app.pets WHERE weight > 30 AND owner = 7 ORDER BY id',
  'SELECT * FROM app.owners WHERE id < 100',
  `SELECT * FROM app.parts WHERE at > '2026-02-03' AND id = 3`,
  'SELECT count(*) FROM app.base WHERE id = 4',
  'SELECT p.name, c.pets FROM app.people p JOIN app.counted c ON c.owner = p.id ORDER BY c.pets LIMIT 5',
];

const written = (snapshot: Snapshot): string =>
  [...writeSnapshotFile(snapshot, { takenAt: new Date('2026-11-22T10:00:00Z'), madeBy: 'planlight' })].join('');

for (const major of testedMajors().filter((_, i, all) => i === 0 || i === all.length - 1)) {
  describe(`a snapshot file of PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let whatIf: WhatIfPlanner;
    let parser: SqlParser;
    before(async () => {
      parser = await SqlParser.load();
      database = await createDatabase(await sharedServer(major));
      for (const statement of schema.split(/;\n/)) await database.admin.query(statement);
      whatIf = await startWhatIf();
    });
    after(async () => {
      await whatIf?.dispose();
      await database?.drop();
    });

    it('holds all of it, and the planner in memory plans the same from it', async () => {
      const live = await snapshotOf(database.admin);
      const { snapshot } = readSnapshotFile(written(live), 'prod.json', parser);
      assert.deepEqual(snapshot, JSON.parse(JSON.stringify(live)));
      assert.equal(snapshot.tables.length, 8);
      const plansOf = async (one: Snapshot) => {
        const planner = await whatIf.open(one);
        const plans = [];
        for (const sql of queries) {
          const { plan } = await planner.plan({ sql, indexes: [] });
          plans.push([shapeOf(plan), plan.root.totalCost, plan.root.planRows]);
        }
        return { plans, leftOut: planner.leftOut };
      };
      const fromServer = await plansOf(live);
      assert.deepEqual(fromServer.leftOut, []);
      assert.deepEqual(await plansOf(snapshot), fromServer);
    });
  });
}

describe('a hostile snapshot file', function () {
  this.timeout(120_000);
  const touched = '/tmp/planlight-hostile-test';
  const hostile = [
    `COPY (SELECT 1) TO PROGRAM 'touch ${touched}'`,
    `COPY (SELECT 1) TO '${touched}'`,
    `SELECT lo_export(lo_from_bytea(0, 'x'), '${touched}')`,
    `CREATE FUNCTION leak() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN EXECUTE $x$COPY (SELECT 1) TO '${touched}'$x$; RETURN 1; END $$`,
    `CREATE FUNCTION secrets() RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT pg_read_file('/etc/passwd') $$`,
    `CREATE SCHEMA a; COPY (SELECT 1) TO '${touched}'`,
  ];
  const name = 'x"; DROP TABLE posts; --\ny';
  const tables = [
    ...snapshotWith({ posts: { id: 'integer', title: 'text' } }).tables,
    ...snapshotWith({ evil: { id: `int); COPY (SELECT 1) TO '${touched}'; --` } }).tables,
    ...snapshotWith({ [name]: { 'it\'s "; --': 'integer' } }).tables,
  ];
  const views = [`COPY posts TO '${touched}'`, 'CREATE VIEW odd AS SELECT 1 WHERE leak() = 1'];
  let whatIf: WhatIfPlanner;
  before(async () => {
    whatIf = await startWhatIf();
  });
  after(() => whatIf?.dispose());

  it('is planned with what is left of it', async () => {
    const text = written({ ...snapshotWith({}), tables, prelude: hostile, views });
    const { snapshot } = readSnapshotFile(text, 'evil.json', await SqlParser.load());
    assert.equal(snapshot.leftOut.length, 6);
    assert.deepEqual(snapshot.prelude, hostile.slice(3, 5));
    const planner = await whatIf.open(snapshot);
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const { plan } = await planner.plan({
      sql: `SELECT * FROM posts, ${quoted} x WHERE x."it's ""; --" = posts.id`,
      indexes: [],
    });
    assert.match(shapeOf(plan), /Join.*Seq Scan.*Seq Scan/);
    assert.equal(existsSync(touched), false);
  });

  it('reaches no file of this machine where its functions run: the planner folds immutable ones', async () => {
    const planner = await whatIf.open({ ...snapshotWith({ posts: { id: 'integer' } }), prelude: hostile.slice(3, 5) });
    for (const sql of ['SELECT * FROM posts WHERE id = leak()', 'SELECT * FROM posts WHERE id::text = secrets()']) {
      await assert.rejects(planner.plan({ sql, indexes: [] }), (error) => {
        assert.ok(error instanceof Problem);
        assert.match(
          error.message,
          /not allowed in a non-volatile function|could not open file .*: No such file or directory/,
        );
        return true;
      });
    }
    assert.equal(existsSync(touched), false);
  });

  it('reaches none either where nothing was left out', async () => {
    const planner = await whatIf.open({ ...snapshotWith({ posts: { id: 'integer' } }), prelude: hostile.slice(1) });
    const { plan } = await planner.plan({ sql: 'SELECT * FROM posts', indexes: [] });
    assert.equal(shapeOf(plan), 'Seq Scan');
    assert.equal(existsSync(touched), false);
  });
});

describe('planlight snapshot', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let folder: Awaited<ReturnType<typeof folderOf>>;
  let url: string;
  before(async () => {
    database = await createDatabase(
      await sharedServer(),
      `CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text DEFAULT 'a draft', status text CHECK (status <> 'secret word'));
       INSERT INTO posts SELECT i, i % 1000, 'title ' || i, 'state ' || i % 3 FROM generate_series(1, 20000) AS i;
       CREATE INDEX posts_drafts ON posts (id) WHERE status = 'state 1';
       CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS $$ SELECT 'host=db1 password=geheim' $$;
       CREATE ROLE snapshot_reader LOGIN PASSWORD 'very secret'; GRANT SELECT ON posts TO snapshot_reader;
       VACUUM ANALYZE posts`.replace('VACUUM ', ''),
    );
    const { server, name } = database;
    url = `postgres://snapshot_reader:very%20secret@${server.host}:${server.port}/${name}`;
    folder = await folderOf({ 'queries/a.sql': 'SELECT * FROM posts WHERE author_id = 7;\n' });
  });
  after(async () => {
    await database?.admin.query('DROP OWNED BY snapshot_reader; DROP ROLE snapshot_reader');
    await database?.drop();
    folder?.remove();
  });
  const run = (...args: string[]) => runCli(args, { cwd: folder.path });
  const file = (name: string) => join(folder.path, name);

  it('writes a file without host, user or password, from which check, explain and advise plan', async () => {
    const made = await run('snapshot', '--database', url);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(
      made.stderr,
      'planlight: Function public.leak is left out of the snapshot file: it seems to hold a connection or a key.\n',
    );
    await writeFile(file('prod.json'), made.stdout);
    for (const secret of ['secret', 'snapshot_reader', database.server.host, 'geheim', 'db1']) {
      const where = made.stdout.split('\n').filter((line) => line.includes(secret) && !line.includes('secret word'));
      assert.deepEqual(where, [], secret);
    }
    const checked = await run('check', '--snapshot', 'prod.json', 'queries');
    assert.equal(checked.code, 1, checked.stderr);
    assert.match(checked.stdout, /CREATE INDEX CONCURRENTLY posts_author_id_idx ON posts \(author_id\)/);
    assert.match(checked.stdout, /planned by snapshot prod\.json of \d{4}-\d\d-\d\d \(PostgreSQL \d\d\)\.\n$/);
    const explained = await run('explain', '--snapshot', 'prod.json', 'SELECT * FROM posts WHERE id = 7');
    assert.match(explained.stdout, /Index Scan using posts_pkey/);
    assert.match(explained.stdout, /Note: No server was asked: schema and statistics are those of the snapshot of /);
    const advised = await run('advise', '--snapshot', 'prod.json', '--format', 'json', 'queries');
    assert.equal(advised.code, 0, advised.stderr);
    assert.equal(JSON.parse(advised.stdout).indexes.length, 1);
  });

  it('--redact leaves no value of a text column in it, and says what the schema still tells', async () => {
    const made = await run('snapshot', '--database', url, '--redact', '--output', 'red.json');
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stdout, '');
    assert.deepEqual(made.stderr.trimEnd().split('\n').slice(0, 2), [
      'planlight: The values of 2 columns are left out.',
      'planlight: Constants of text that plans depend on are still in the schema: see 1 index in the file.',
    ]);
    const text = await readFile(file('red.json'), 'utf8');
    for (const value of ['title 1', 'a draft', 'secret word', 'state 0', 'state 2'])
      assert.ok(!text.includes(value), value);
    const explained = await run('explain', '--snapshot', 'red.json', 'SELECT * FROM posts WHERE author_id = 7');
    assert.equal(explained.code, 0);
  });

  it('--redact with columns leaves those out and no other', async () => {
    const made = await run('snapshot', '--database', url, '--redact', 'posts.title');
    assert.ok(!made.stdout.includes('title 1'));
    assert.ok(made.stdout.includes('state 0'));
    assert.equal(
      refusal(await run('snapshot', '--database', url, '--redact', 'posts.titel')),
      'There is no column posts.titel in this database. Columns are named table.column or schema.table.column.',
    );
  });

  it('a wrong call is one sentence', async () => {
    assert.match(refusal(await run('snapshot')), /^There is no database to read/);
    assert.match(
      refusal(await run('check', '--snapshot', 'nope.json', 'queries')),
      /^The snapshot nope\.json does not exist\.$/,
    );
    assert.match(refusal(await run('check', '--snapshot', 'queries', 'queries')), /is a folder, not a file\.$/);
    assert.match(
      refusal(await run('check', '--snapshot', 'a', '--database', 'b', 'queries')),
      /^Give --database or --snapshot, not both\./,
    );
    assert.match(refusal(await run('explain', '--snapshot', 'a', '--analyze', 'SELECT 1')), /a snapshot has no rows/);
    const unwritable = await run('snapshot', '--database', url, '--output', 'nowhere/x.json');
    assert.match(unwritable.stderr, /nowhere\/x\.json cannot be written: its folder does not exist\.\n$/);
    await writeFile(file('cut.json'), (await run('snapshot', '--database', url)).stdout.slice(0, 2_000));
    assert.match(
      refusal(await run('check', '--snapshot', 'cut.json', 'queries')),
      /^cut\.json ends in the middle, in line \d+: it looks cut off\. /,
    );
  });
});
