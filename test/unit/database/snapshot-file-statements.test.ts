import assert from 'node:assert/strict';
import type { Snapshot, SnapshotTable } from '../../../src/database/snapshot';
import { SnapshotSql } from '../../../src/database/snapshot-file/sql';
import { withoutHostileText } from '../../../src/database/snapshot-file/statements';
import { SqlParser } from '../../../src/sql/parser';
import { snapshotWith } from '../../support/what-if';

describe('SQL in a snapshot file', () => {
  let parser: SqlParser;
  let sql: SnapshotSql;
  before(async () => {
    parser = await SqlParser.load();
    sql = new SnapshotSql(parser);
  });

  const posts = { schema: 'public', name: 'posts' };
  const read = (snapshot: Snapshot): Snapshot => withoutHostileText(snapshot, parser);
  const withTable = (more: Partial<SnapshotTable>): Snapshot => read(snapshotWith({ posts: { id: 'integer' } }, more));

  it('definitions of schemas, types and functions pass', () => {
    for (const text of [
      'CREATE SCHEMA IF NOT EXISTS "we ird"',
      'CREATE EXTENSION IF NOT EXISTS citext SCHEMA public CASCADE',
      "CREATE TYPE app.mood AS ENUM ('a; b', 'DROP')",
      "CREATE DOMAIN app.short AS varchar(20) CONSTRAINT c CHECK (VALUE <> '--')",
      'CREATE TYPE app.pair AS (a integer, b text)',
      'CREATE TYPE app.span AS RANGE (SUBTYPE = float8)',
      'CREATE FUNCTION app.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; -- one\nEND $$',
      'CREATE FUNCTION app.g(int) RETURNS int RETURN $1 + 1',
      `CREATE COLLATION app.de (provider = icu, locale = 'de')`,
    ]) {
      assert.equal(sql.definition(text), undefined, text);
    }
  });

  it('what acts does not', () => {
    for (const text of [
      `COPY (SELECT 1) TO PROGRAM 'touch /tmp/x'`,
      `SELECT lo_export(1, '/tmp/x')`,
      `DO $$ BEGIN PERFORM pg_read_file('/etc/passwd'); END $$`,
      'CREATE SCHEMA a CREATE TABLE b (c int)',
      `CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/libc.so.6', 'system'`,
      `CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'import os'`,
      `CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'pg_read_file'`,
      'CREATE SCHEMA a; DROP SCHEMA b',
      'CREATE SCHEMA a -- b',
      'CREATE /* x */ SCHEMA a',
      'ALTER SYSTEM SET archive_command = $$x$$',
      'CREATE TABLE t AS SELECT pg_read_file($$/etc/passwd$$)',
      'nonsense',
      '',
    ]) {
      assert.ok(sql.definition(text) !== undefined, text);
    }
  });

  it('a constraint is one of its own table, and only that', () => {
    const add = 'ALTER TABLE public.posts ADD CONSTRAINT c';
    for (const text of [
      `${add} CHECK ((id > 0))`,
      `${add} PRIMARY KEY (id)`,
      `${add} EXCLUDE USING gist (id WITH =)`,
      `${add} FOREIGN KEY (id) REFERENCES users(id) ON DELETE CASCADE`,
    ]) {
      assert.equal(sql.constraint(text, posts), undefined, text);
    }
    for (const text of [
      `${add} CHECK (true), DISABLE TRIGGER ALL`,
      `${add} CHECK (true); DROP TABLE x`,
      'ALTER TABLE public.posts DROP COLUMN id',
      'ALTER TABLE public.users ADD CONSTRAINT c CHECK (true)',
      'ALTER TABLE posts ADD CONSTRAINT c CHECK (true)',
      'SELECT 1',
    ]) {
      assert.ok(sql.constraint(text, posts) !== undefined, text);
    }
  });

  it('an index is the one that it says, a view is a view, statistics are of their table', () => {
    assert.equal(
      sql.index('CREATE UNIQUE INDEX i ON ONLY public.posts USING btree (lower(a) DESC)', posts, 'i'),
      undefined,
    );
    assert.ok(sql.index('CREATE INDEX i ON public.posts (a)', posts, 'j'));
    assert.ok(sql.index('CREATE INDEX i ON public.users (a)', posts, 'i'));
    assert.ok(sql.index('DROP INDEX i', posts, 'i'));
    assert.equal(sql.view('CREATE VIEW public.v AS  SELECT 1;'), undefined);
    assert.equal(sql.view('CREATE MATERIALIZED VIEW public.v AS SELECT 1'), undefined);
    assert.ok(sql.view('CREATE TABLE public.v AS SELECT 1'));
    assert.ok(sql.view('CREATE VIEW v AS SELECT 1; COPY v TO PROGRAM $$x$$'));
    const made = { schema: 'public', name: 's' };
    const statistics = (from: string) => sql.statistics(`CREATE STATISTICS public.s ON a, b FROM ${from}`, posts, made);
    assert.deepEqual([statistics('posts'), statistics('public.posts')], [undefined, undefined]);
    assert.ok(statistics('app.posts'));
    assert.ok(statistics('users'));
    assert.ok(sql.statistics('SELECT 1', posts, made));
  });

  it('a type is a type', () => {
    for (const type of [
      'integer',
      'character varying(20)',
      'timestamp(3) with time zone',
      'numeric(10,-2)',
      'app."Mood, x)"[]',
      'interval day to second(3)',
      'bit varying(8)[]',
      'public.geometry(Point,4326)',
      'double precision',
      '"char"',
    ]) {
      assert.equal(sql.type(type), undefined, type);
    }
    for (const type of [
      'integer, b text',
      'integer) ; DROP TABLE x; --',
      'integer --',
      'integer DEFAULT 1',
      'integer NOT NULL',
      'integer)',
      'integer\n) INHERITS (y',
      'text COLLATE "C" DEFAULT \'x\'',
      'integer x',
      'integer FROM pg_class',
      '',
    ]) {
      assert.ok(sql.type(type) !== undefined, type);
    }
  });

  it('an expression does not reach out of its parentheses', () => {
    for (const text of [
      `'x'::text`,
      "nextval('s'::regclass)",
      '(a + b) * 2',
      `(data ->> 'a--b'::text)`,
      'now()',
      '(SELECT 1)',
    ]) {
      assert.equal(sql.expression(text), undefined, text);
    }
    for (const text of [
      '1), (2',
      '1) FROM pg_class WHERE (true',
      '1) --',
      '1 --',
      '1 /*',
      '1) UNION SELECT (2',
      '1; SELECT 2',
      '',
      "'x",
    ]) {
      assert.ok(sql.expression(text) !== undefined, text);
    }
  });

  it('keys and bounds of partitions', () => {
    assert.equal(sql.partitionKey('RANGE (created_at, lower(name) COLLATE "C")'), undefined);
    assert.ok(sql.partitionKey('RANGE (a); DROP TABLE x'));
    assert.equal(sql.partitionBound("FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)"), undefined);
    assert.equal(sql.partitionBound("FOR VALUES IN ('a;b', NULL)"), undefined);
    assert.equal(sql.partitionBound('DEFAULT'), undefined);
    assert.ok(sql.partitionBound('DEFAULT, DROP COLUMN a'));
    assert.ok(sql.partitionBound('DEFAULT; DROP TABLE y'));
  });

  it('what is left out is named on one line, and the rest stays', () => {
    const snapshot = read(
      snapshotWith(
        { posts: { id: 'integer' } },
        {},
        {
          prelude: ["COPY (SELECT 1) TO\n PROGRAM 'rm \u001b[31m'", 'CREATE SCHEMA app'],
          views: ['DROP TABLE posts'],
          settings: { work_mem: '4MB', archive_command: 'x', search_path: 'evil' },
          extensions: { '../../tmp/evil': '1', citext: '1.6' },
          availableExtensions: ['pg_trgm', '../x'],
        },
      ),
    );
    assert.deepEqual(snapshot.leftOut, [
      String.raw`A definition of the snapshot file is left out: it is no definition of a schema, a type or a function: "COPY (SELECT 1) TO\n PROGRAM 'rm \u001b[31m'".`,
      'A view of the snapshot file is left out: it creates no view: "DROP TABLE posts".',
      'A setting of the snapshot file is left out: it is none of the planner: "archive_command = x".',
      'A setting of the snapshot file is left out: it is none of the planner: "search_path = evil".',
      'An extension of the snapshot file is left out: it has no name of an extension: "../../tmp/evil".',
    ]);
    assert.deepEqual(snapshot.prelude, ['CREATE SCHEMA app']);
    assert.deepEqual(
      [snapshot.views, snapshot.settings, snapshot.extensions],
      [[], { work_mem: '4MB' }, { citext: '1.6' }],
    );
    assert.deepEqual(snapshot.availableExtensions, ['pg_trgm']);
    assert.equal(snapshot.tables.length, 1);
  });

  it('a table with a hostile type or name is left out, with a hostile default it is not', () => {
    const column = { name: 'id', type: 'integer', notNull: false };
    const [hostile] = [withTable({ columns: [{ ...column, type: 'int); DROP TABLE x' }] })];
    assert.deepEqual(hostile.tables, []);
    assert.deepEqual(hostile.leftOut, [
      'Table "public.posts" of the snapshot file is left out: column "id" has "int); DROP TABLE x" for a type.',
    ]);
    const escapes = withTable({ name: 'a\u001b[2Jb' });
    assert.equal(
      escapes.leftOut[0],
      String.raw`Table "public.a\u001b[2Jb" of the snapshot file is left out: the name "a\u001b[2Jb" has a control character.`,
    );
    assert.equal(withTable({ name: 'ä'.repeat(32) }).tables.length, 0);
    const kept = withTable({ columns: [{ ...column, default: '1); DROP TABLE x; --' }] });
    assert.deepEqual(kept.tables[0]?.columns, [column]);
    assert.equal(kept.leftOut.length, 1);
  });

  it('quotes and newlines in names are no harm', () => {
    const name = 'x"; DROP TABLE y; --\nz';
    const quoted = `"public"."x""; DROP TABLE y; --\nz"`;
    const kept = withTable({
      name,
      constraints: [`ALTER TABLE ${quoted} ADD CONSTRAINT k PRIMARY KEY (id)`],
      columns: [{ name: 'it\'s; "', type: 'text', notNull: false }],
    });
    assert.deepEqual(kept.leftOut, []);
    assert.equal(kept.tables[0]?.constraints.length, 1);
  });

  it('a partition of nothing, or of itself, is left out', () => {
    const part = (name: string, of: string): SnapshotTable => {
      const [table] = snapshotWith(
        { [name]: { id: 'integer' } },
        {
          kind: 'partitioned table',
          partitionKey: 'RANGE (id)',
          partitionOf: { schema: 'public', table: of, bound: 'DEFAULT' },
        },
      ).tables;
      return table ?? assert.fail();
    };
    const tables = [part('a', 'b'), part('b', 'a'), part('c', 'c'), part('d', 'nothing')];
    const snapshot = read({ ...snapshotWith({}), tables });
    assert.deepEqual(snapshot.tables, []);
    assert.match(
      snapshot.leftOut[3] ?? '',
      /^Table "public\.d" .* it is a partition of "public\.nothing", which is not there\.$/,
    );
  });
});
