import assert from 'node:assert/strict';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../../../src/database/snapshot';
import { readSnapshotFile, writeSnapshotFile } from '../../../src/database/snapshot-file/snapshot-file';
import { Problem } from '../../../src/nouns/problem';
import { SqlParser } from '../../../src/sql/parser';

const posts: SnapshotTable = {
  schema: 'public',
  name: 'posts',
  kind: 'table',
  columns: [
    {
      name: 'id',
      type: 'integer',
      notNull: true,
      default: "nextval('posts_id_seq'::regclass)",
      statistics: { nullFraction: 0, averageWidth: 4, distinct: -1, correlation: 1, histogramBounds: '{1,50,100}' },
    },
    {
      name: 'status',
      type: 'character varying(20)',
      notNull: false,
      collation: '"C"',
      statistics: {
        nullFraction: 0.1,
        averageWidth: 9,
        distinct: 2,
        mostCommonValues: '{draft,"pub, lished"}',
        mostCommonFrequencies: '{0.6,0.3}',
      },
    },
  ],
  constraints: ['ALTER TABLE public.posts ADD CONSTRAINT posts_pkey PRIMARY KEY (id)'],
  foreignKeys: ['ALTER TABLE public.posts ADD CONSTRAINT posts_of FOREIGN KEY (id) REFERENCES users(id)'],
  indexes: [
    {
      name: 'posts_status',
      definition: "CREATE INDEX posts_status ON public.posts USING btree (status) WHERE ((status)::text <> 'a'::text)",
      isPrimary: false,
      isUnique: false,
      isValid: true,
      method: 'btree',
      columns: [{ name: 'status', descending: false }],
      predicate: "((status)::text <> 'a'::text)",
      pages: 12,
      rows: 1000,
      activity: { scans: 7, transactionsSince: 12 },
      duties: ['cluster'],
    },
  ],
  pages: 100,
  rows: 1000,
  allVisiblePages: 90,
  activity: { inserts: 1, updates: 2, hotUpdates: 1, deletes: 0, scans: 9 },
};

const blog: Snapshot = {
  version: 160_004,
  assumed: false,
  prelude: [
    'CREATE SCHEMA IF NOT EXISTS app',
    "CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok')",
    'CREATE OR REPLACE FUNCTION app.f(text)\n RETURNS text\n LANGUAGE sql\nAS $function$ SELECT lower($1) -- plain; $function$',
  ],
  tables: [posts],
  views: ['CREATE VIEW public.drafts AS  SELECT id FROM posts;'],
  settings: { random_page_cost: '1.1', work_mem: '64MB' },
  extensions: { pg_trgm: '1.6' },
  availableExtensions: ['pg_trgm', 'uuid-ossp'],
  searchPath: ['public'],
  collation: 'C',
  leftOut: ['Something.'],
  counting: { since: '2026-01-01T00:00:00Z', until: '2026-11-22T10:00:00Z', isStandby: false },
};

const written = (snapshot: Snapshot): string =>
  [...writeSnapshotFile(snapshot, { takenAt: new Date('2026-11-22T10:00:00Z'), madeBy: 'planlight 1.2.3' })].join('');

describe('the snapshot file', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });

  const read = (text: string): Snapshot => readSnapshotFile(text, 'prod.json', parser).snapshot;
  /** With what stands at `path` (`tables.0.rows`) replaced; undefined takes it away. */
  const changed = (path: string, value: unknown): string => {
    const file = JSON.parse(written(blog)) as Record<string, unknown>;
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    const place = steps.reduce((at, step) => at[step] as Record<string, unknown>, file);
    if (value === undefined) delete place[last];
    else place[last] = value;
    return JSON.stringify(file);
  };
  const withTable = (more: Partial<SnapshotTable>): Snapshot =>
    read(written({ ...blog, tables: [{ ...posts, ...more }] }));
  const told = (snapshot: Snapshot): readonly string[] => snapshot.leftOut.slice(1);
  const problem = (text: string): string => {
    try {
      read(text);
    } catch (error) {
      assert.ok(error instanceof Problem, String(error));
      assert.equal(error.kind, 'not-understood');
      return error.message;
    }
    return assert.fail('it was read');
  };

  it('is read as it was written', () => {
    const file = readSnapshotFile(written(blog), 'prod.json', parser);
    assert.deepEqual(file.snapshot, blog);
    assert.equal(file.takenAt, '2026-11-22T10:00:00.000Z');
  });

  it('has a line for every table, so that versions of it can be compared', () => {
    const lines = written({ ...blog, tables: [posts, { ...posts, name: 'others' }] }).split('\n');
    assert.deepEqual(lines.slice(0, 4), [
      '{',
      '"planlightSnapshot": 1,',
      '"madeBy": "planlight 1.2.3",',
      '"takenAt": "2026-11-22T10:00:00.000Z",',
    ]);
    assert.equal(lines.filter((line) => line.startsWith('{"schema":')).length, 2);
  });

  describe('that is none', () => {
    it('empty', () => {
      assert.equal(problem(''), 'prod.json is empty.');
      assert.equal(problem(' \n'), 'prod.json is empty.');
    });

    it('cut off anywhere', () => {
      const text = written(blog);
      for (let length = 1; length < text.length - 2; length += 7) {
        assert.match(
          problem(text.slice(0, length)),
          /^prod\.json ends in the middle, in line \d+: it looks cut off\.$/,
        );
      }
      assert.equal(problem(text.slice(0, 200)), 'prod.json ends in the middle, in line 9: it looks cut off.');
    });

    it('binary, SQL, a list, other JSON', () => {
      assert.equal(problem('{\0\0'), 'prod.json is not text.');
      assert.equal(problem('\u001f\ufffd\u0008\0'), 'prod.json is not text.');
      assert.equal(
        problem('CREATE TABLE x ();'),
        'prod.json is not a snapshot: it does not begin with {, as JSON of planlight snapshot does.',
      );
      assert.equal(problem('[1]'), 'prod.json is JSON, but not a snapshot: it has no member planlightSnapshot.');
      assert.equal(
        problem('{"name": "x"}'),
        'prod.json is JSON, but not a snapshot: it has no member planlightSnapshot.',
      );
    });

    it('wrong JSON, with the line', () => {
      assert.match(
        problem(written(blog).replace('"version": ', '"version": ,')),
        /^prod\.json is not JSON: Unexpected token/,
      );
      assert.match(
        problem(written(blog).replace('"assumed": false,', '"assumed": false')),
        /^prod\.json is not JSON: .* in line 7\.$/,
      );
    });

    it('of a newer Planlight, or of a format that is no number', () => {
      assert.equal(
        problem(changed('planlightSnapshot', 2)),
        'prod.json was made by a newer Planlight (format 2; this one reads 1).',
      );
      assert.equal(
        problem(changed('planlightSnapshot', '1')),
        'prod.json is not a snapshot: planlightSnapshot is "1", not 1.',
      );
    });
  });

  it('with a wrong type says which, and where', () => {
    const wrong: Record<string, [unknown, string]> = {
      'tables.0.rows': ['many', 'tables[0].rows is "many", not a number'],
      'tables.0.columns.1.notNull': [0, 'tables[0].columns[1].notNull is 0, not true or false'],
      'tables.0.columns': [{}, 'tables[0].columns is an object, not a list'],
      'tables.0.indexes.0.definition': [undefined, 'tables[0].indexes[0].definition is missing; it should be a text'],
      'tables.0.kind': [
        'vew',
        'tables[0].kind is "vew", not one of table, partitioned table, materialized view, foreign table',
      ],
      'tables.0.name': ['a\0b', 'tables[0].name has a NUL character, which PostgreSQL has nowhere'],
      settings: [[], 'settings is a list, not an object'],
      'settings.work_mem': [4, 'settings.work_mem is 4, not a text'],
      tables: [null, 'tables is null, not a list'],
      version: [16, 'version is 16, not a number of a PostgreSQL version such as 180004'],
    };
    for (const [path, [value, sentence]] of Object.entries(wrong)) {
      assert.equal(problem(changed(path, value)), `prod.json is not a whole snapshot: ${sentence}.`);
    }
  });

  it('with the same table, column or index twice says where', () => {
    const twice = written({ ...blog, tables: [posts, posts] });
    assert.equal(problem(twice), 'prod.json contradicts itself: tables[1] is public.posts once more, as tables[0].');
    const columns = [...posts.columns, ...posts.columns];
    assert.equal(
      problem(written({ ...blog, tables: [{ ...posts, columns }] })),
      'prod.json contradicts itself: tables[0].columns[2] is id once more.',
    );
    const index = posts.indexes.map((one) => ({ ...one, name: 'posts' }));
    assert.equal(
      problem(written({ ...blog, tables: [{ ...posts, indexes: index }] })),
      'prod.json contradicts itself: tables[0].indexes[0] is public.posts once more, as tables[0].',
    );
  });

  it('names members that it does not know, and reads the rest', () => {
    const file = JSON.parse(written(blog));
    file.future = 1;
    file.tables[0].moods = [];
    const snapshot = read(JSON.stringify(file));
    assert.deepEqual(snapshot.tables, blog.tables);
    assert.deepEqual(told(snapshot), [
      'Of the snapshot file, what this Planlight does not know is passed over: future, tables[].moods.',
    ]);
  });

  describe('with contradictory numbers', () => {
    const statistics = (more: object): Snapshot => {
      const [id, status] = posts.columns;
      assert.ok(id?.statistics && status);
      return withTable({ columns: [{ ...id, statistics: { ...id.statistics, ...more } }, status] });
    };

    it('NaN, be it a text or bare, is told and not used', () => {
      const text = written({ ...blog, tables: [{ ...posts, rows: Number.NaN }] });
      assert.match(text, /"rows":"NaN"/);
      for (const each of [text, text.replace('"rows":"NaN"', '"rows": NaN')]) {
        const snapshot = read(each);
        assert.deepEqual(told(snapshot), ['Table "public.posts" cannot have NaN rows: its size is a guess.']);
        assert.equal(snapshot.tables[0]?.rows, 8192);
        assert.equal(snapshot.tables[0]?.pages, 100);
      }
    });

    it('a text that says NaN stays a text', () => {
      const text = written(blog).replace('"Something."', '"NaN, -Infinity"').replace('"rows":1000', '"rows": NaN');
      assert.equal(read(text).leftOut[0], 'NaN, -Infinity');
    });

    it('negative or impossible sizes are told; one of pages and rows gives the other', () => {
      const snapshot = withTable({ pages: -5, rows: 100_000 });
      assert.deepEqual(told(snapshot), ['Table "public.posts" cannot have -5 pages: its size is a guess.']);
      assert.equal(snapshot.tables[0]?.pages, 1221);
      assert.deepEqual(told(withTable({ pages: 1e300, rows: -1 })), [
        'Table "public.posts" cannot have 1e+300 pages and -1 rows: its size is a guess.',
      ]);
      assert.deepEqual(told(withTable({ allVisiblePages: 1e9 })), [
        'Table "public.posts" cannot have 1000000000 all-visible pages of 100: none is taken for it.',
      ]);
      const [index] = posts.indexes;
      assert.ok(index);
      assert.deepEqual(told(withTable({ indexes: [{ ...index, pages: -1 }] })), [
        'Index "posts_status" cannot have -1 pages: its size is a guess.',
      ]);
    });

    it('a histogram out of order is told, and the rest of the column is used', () => {
      const snapshot = statistics({ histogramBounds: '{1,100,50}' });
      assert.deepEqual(told(snapshot), [
        'Not all statistics of column "public.posts"."id" are used: in the histogram, "100" stands before "50".',
      ]);
      assert.deepEqual(snapshot.tables[0]?.columns[0]?.statistics, {
        nullFraction: 0,
        averageWidth: 4,
        distinct: -1,
        correlation: 1,
      });
    });

    it('of types whose order is known', () => {
      const ordered = (type: string, bounds: string) => {
        const [id] = posts.columns;
        assert.ok(id?.statistics);
        const column = { ...id, type, statistics: { ...id.statistics, histogramBounds: bounds } };
        return told(withTable({ columns: [column], indexes: [], constraints: [], foreignKeys: [] })).length === 0;
      };
      const [inOrder, out] = [true, false];
      assert.equal(ordered('bigint', '{9007199254740993,9007199254740992}'), out);
      assert.equal(ordered('numeric(10,2)', '{-1.5,2,10.25}'), inOrder);
      assert.equal(ordered('double precision', '{1e3,2,3}'), out);
      assert.equal(ordered('date', '{2026-01-01,2025-12-31}'), out);
      assert.equal(ordered('date', '{-infinity,"0044-03-15 BC",2025-12-31,infinity}'), inOrder);
      assert.equal(ordered('timestamp with time zone', '{"2026-03-29 01:59:59+01","2026-03-29 03:00:00+02"}'), inOrder);
      assert.equal(ordered('timestamp without time zone', '{"2026-03-29 01:59:59","2026-03-20 03:00:00"}'), out);
      assert.equal(ordered('uuid', '{b0000000-0000-0000-0000-000000000000,a0000000-0000-0000-0000-000000000000}'), out);
      assert.equal(ordered('text', '{b,a}'), inOrder);
    });

    it('shares, frequencies and lengths that cannot be', () => {
      const [id, status] = posts.columns;
      assert.ok(id && status?.statistics);
      const of = (more: object) =>
        told(
          withTable({
            columns: [id, { ...status, statistics: { ...status.statistics, ...more } as ColumnStatistics }],
          }),
        ).length;
      assert.equal(of({}), 0);
      assert.equal(of({ nullFraction: -0.5 }), 1);
      assert.equal(of({ distinct: 'NaN' }), 1);
      assert.equal(of({ averageWidth: -4 }), 1);
      assert.equal(of({ mostCommonFrequencies: '{0.6}' }), 1);
      assert.equal(of({ mostCommonFrequencies: '{0.6,1.5}' }), 1);
      assert.equal(of({ mostCommonFrequencies: '{0.6,NaN}' }), 1);
      assert.equal(of({ mostCommonFrequencies: '{0.9,0.9}' }), 1);
      assert.equal(of({ mostCommonFrequencies: 'half' }), 1);
      assert.equal(of({ correlation: 7 }), 1);
    });

    it('a thousand of them are counted', () => {
      const columns = Array.from({ length: 1_000 }, (_, i) => ({
        name: `c${i}`,
        type: 'integer',
        notNull: false,
        statistics: { nullFraction: 2, averageWidth: 4, distinct: 1 },
      }));
      const sentences = told(withTable({ columns }));
      assert.equal(sentences.length, 51);
      assert.equal(sentences.at(-1), '950 more of the snapshot file are left out.');
    });
  });
});
