import assert from 'node:assert/strict';
import type { Snapshot, SnapshotTable } from '../../../src/database/snapshot';
import { redact } from '../../../src/database/snapshot-file/redaction';
import { withoutSecrets } from '../../../src/database/snapshot-file/secrets';
import { Problem } from '../../../src/nouns/problem';
import { snapshotWith } from '../../support/what-if';

const values = {
  nullFraction: 0.1,
  averageWidth: 12,
  distinct: -0.5,
  mostCommonValues: '{alice}',
  mostCommonFrequencies: '{0.1}',
  histogramBounds: '{alice,bob}',
  correlation: 0.3,
  mostCommonElements: '{alice}',
  mostCommonElementFrequencies: '{0.1,0,1,0}',
  elementCountHistogram: '{1,2,1.5}',
};
const numbers = {
  nullFraction: 0.1,
  averageWidth: 12,
  distinct: -0.5,
  correlation: 0.3,
  elementCountHistogram: '{1,2,1.5}',
};

/** A database whose every column has values. */
function database(tables: Record<string, Record<string, string>>, more: Partial<Snapshot> = {}): Snapshot {
  const snapshot = snapshotWith(tables, {}, more);
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, default: `'alice'::text`, statistics: values })),
    })),
  };
}

/** `users.email`, of the columns that still have values. */
const withValues = ({ tables }: Snapshot): string[] =>
  tables.flatMap((table) =>
    table.columns
      .filter(({ statistics }) => statistics?.mostCommonValues !== undefined)
      .map((column) => `${table.name}.${column.name}`),
  );

describe('redacting a snapshot', () => {
  it('leaves values and defaults out, and keeps the numbers', () => {
    const { snapshot, columns } = redact(database({ users: { name: 'text' } }), 'text');
    assert.equal(columns, 1);
    assert.deepEqual(snapshot.tables[0]?.columns, [
      { name: 'name', type: 'text', notNull: false, statistics: numbers },
    ]);
  });

  it('all that may hold text: also arrays, JSON, addresses, domains and types that nobody knows', () => {
    const redacted = {
      a: 'text',
      b: 'character varying(20)',
      c: 'character(3)',
      d: 'citext',
      e: 'jsonb',
      f: 'xml',
      g: 'bytea',
      h: 'inet',
      i: 'text[]',
      j: 'app.email_address',
      k: 'tsvector',
      l: 'hstore',
      m: '"char"',
      n: 'name',
    };
    const kept = {
      o: 'integer',
      p: 'numeric(10,-2)',
      q: 'timestamp(3) without time zone',
      r: 'uuid',
      s: 'boolean[]',
      t: 'app.mood',
      u: 'mood[]',
      v: 'tstzrange',
      w: 'interval',
    };
    const prelude = ["CREATE TYPE app.mood AS ENUM ('sad')", 'CREATE DOMAIN app.email_address AS text'];
    const { snapshot } = redact(database({ t: { ...redacted, ...kept } }, { prelude }), 'text');
    assert.deepEqual(
      withValues(snapshot),
      Object.keys(kept).map((name) => `t.${name}`),
    );
  });

  it('named columns, with or without their schema, of several tables', () => {
    const all = database({ users: { email: 'text', age: 'integer' }, posts: { email: 'text', title: 'text' } });
    const { snapshot } = redact(all, ['users.email', 'users.age', 'public.posts.title']);
    assert.deepEqual(withValues(snapshot), ['posts.email']);
    assert.equal(snapshot.tables[1]?.columns[0]?.default, `'alice'::text`);
  });

  it('a column that is not there is refused', () => {
    assert.throws(
      () => redact(database({ users: { email: 'text' } }), ['users.email', 'users.mail']),
      (error) => error instanceof Problem && error.message === 'There is no column users.mail in this database.',
    );
    assert.throws(() => redact(database({ users: { email: 'text' } }), ['']), Problem);
  });

  it('the same column of partitions, parents and children goes with it', () => {
    const all = database({
      whole: { name: 'text' },
      part: { name: 'text' },
      child: { name: 'text' },
      other: { name: 'text' },
    });
    const [whole, part, child, other] = all.tables as [SnapshotTable, SnapshotTable, SnapshotTable, SnapshotTable];
    const family = {
      ...all,
      tables: [
        whole,
        { ...part, partitionOf: { schema: 'public', table: 'whole', bound: 'DEFAULT' } },
        { ...child, inherits: [{ schema: 'public', table: 'part' }] },
        other,
      ],
    };
    for (const name of ['whole.name', 'part.name', 'child.name']) {
      assert.deepEqual(withValues(redact(family, [name]).snapshot), ['other.name'], name);
    }
  });

  it('statistics of an expression go with any column in it', () => {
    const all = database({ users: { email: 'text', age: 'integer' } });
    const [users] = all.tables;
    assert.ok(users);
    const index = (name: string, expression: string) => ({
      name,
      definition: `CREATE INDEX ${name} ON public.users USING btree (${expression})`,
      isPrimary: false,
      isUnique: false,
      isValid: true,
      method: 'btree',
      columns: [{ expression, descending: false }],
      pages: 1,
      rows: 1,
      statistics: { expr: values },
    });
    const indexed = { ...all, tables: [{ ...users, indexes: [index('a', 'lower(email)'), index('b', '(age + 1)')] }] };
    const kept = (redaction: 'text' | string[]) =>
      redact(indexed, redaction).snapshot.tables[0]?.indexes.map(({ statistics }) => statistics?.expr);
    assert.deepEqual(kept(['users.email']), [numbers, values]);
    assert.deepEqual(kept('text'), [numbers, numbers]);
  });

  it('checks with constants of text go; what plans need stays, and is counted', () => {
    const all = database(
      { posts: { status: 'text' } },
      { views: [`CREATE VIEW v AS SELECT 1 WHERE 'alice' = 'x'`, 'CREATE VIEW w AS SELECT 1'] },
    );
    const [posts] = all.tables;
    assert.ok(posts);
    const add = 'ALTER TABLE public.posts ADD CONSTRAINT';
    const constraints = [
      `${add} a CHECK ((status = 'alice'::text))`,
      `${add} b CHECK ((length(status) > 3))`,
      `${add} c UNIQUE (status)`,
    ];
    const partitionOf = { schema: 'public', table: 'whole', bound: "FOR VALUES IN ('alice')" };
    const { snapshot, kept } = redact({ ...all, tables: [{ ...posts, constraints, partitionOf }] }, 'text');
    assert.deepEqual(snapshot.tables[0]?.constraints, constraints.slice(1));
    assert.deepEqual(kept, ['1 view', '1 bound of a partition']);
  });
});

describe('secrets in a snapshot', () => {
  const of = (prelude: string[], views: string[] = []) => withoutSecrets(snapshotWith({}, {}, { prelude, views }));
  const body = (text: string) =>
    `CREATE OR REPLACE FUNCTION app.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN ${text}; END $$`;

  it('a function or a view with a connection or a key is left out, and named', () => {
    for (const text of [
      `PERFORM dblink('foo', 'SELECT 1')`,
      `x := 'host=db1 dbname=a'`,
      `x := 'user = app'`,
      `password := 'geheim'`,
      `PERFORM call(api_key => 'abc')`,
      `x := 'https://me:geheim@example.org/'`,
      `x := 'postgres://db1/app'`,
    ]) {
      const { prelude, leftOut } = of([body(text)]);
      assert.deepEqual(prelude, [], text);
      assert.deepEqual(leftOut, [
        'Function app.f is left out of the snapshot file: it seems to hold a connection or a key.',
      ]);
    }
    assert.equal(
      of([], [`CREATE VIEW public.v AS SELECT * FROM dblink('x', 'y') AS t(a int)`]).leftOut[0]?.slice(0, 13),
      'View public.v',
    );
  });

  it('so is such a default, or such a constraint', () => {
    const [posts] = snapshotWith({ posts: { url: 'text' } }).tables;
    assert.ok(posts);
    const column = { name: 'url', type: 'text', notNull: false };
    const constraints = ["ALTER TABLE public.posts ADD CONSTRAINT c CHECK ((url <> 'user=app'::text))"];
    const table = { ...posts, columns: [{ ...column, default: "'postgres://db1/app'::text" }], constraints };
    const { tables, leftOut } = withoutSecrets({ ...snapshotWith({}), tables: [table] });
    assert.deepEqual([tables[0]?.columns, tables[0]?.constraints], [[column], []]);
    assert.match(leftOut.join(' '), /^The default of public\.posts\.url is .* A constraint of public\.posts is /);
  });

  it('ordinary ones stay', () => {
    const prelude = [
      body('RETURN 1'),
      body(`UPDATE users SET password = $1 WHERE host = 'a'`),
      body(`x := 'https://example.org/a'`),
      "CREATE TYPE t AS ENUM ('password')",
    ];
    const views = [`CREATE VIEW v AS SELECT host, token FROM hits WHERE (host = 'a'::text) AND (token = other)`];
    assert.deepEqual(of(prelude, views).leftOut, []);
    assert.equal(of(prelude, views).prelude.length, 4);
  });
});
