import assert from 'node:assert/strict';
import { removalObjects } from '../../../src/advisor/removals/json';
import { type IndexRemoval, indexRemovals } from '../../../src/advisor/removals/removals';
import type { Snapshot, SnapshotIndex, SnapshotTable } from '../../../src/database/snapshot';
import { provenSafe, withoutIndexes } from '../../support/without-indexes';

/** `index('CREATE INDEX a ON public.posts USING btree (author_id)')`, 1,000 pages, read every day. */
function index(definition: string, more: Partial<SnapshotIndex> = {}): SnapshotIndex {
  const [, unique, name] = /^CREATE (UNIQUE )?INDEX (\S+) /.exec(definition) ?? [];
  return {
    name: name ?? assert.fail(definition),
    definition,
    isPrimary: false,
    isUnique: unique !== undefined,
    isValid: true,
    method: 'btree',
    columns: [...(/\((.*?)\)/.exec(definition)?.[1] ?? '').split(', ')].map((column) => ({
      name: column.split(' ')[0],
      descending: column.endsWith('DESC'),
    })),
    pages: 1_000,
    rows: 100_000,
    activity: { scans: 500, transactionsSince: 1_000_000 },
    duties: [],
    ...more,
  };
}

const on = (what: string, rest = ''): string => `INDEX ${what} ON public.posts USING btree ${rest}`;
const plain = (name: string, key: string, more: Partial<SnapshotIndex> = {}) => index(`CREATE ${on(name, key)}`, more);
const unique = (name: string, key: string, more: Partial<SnapshotIndex> = {}) =>
  index(`CREATE UNIQUE ${on(name, key)}`, more);
const never = { scans: 0, transactionsSince: 1_000_000 };

function posts(indexes: readonly SnapshotIndex[], more: Partial<SnapshotTable> = {}): SnapshotTable {
  return {
    schema: 'public',
    name: 'posts',
    kind: 'table',
    columns: [],
    constraints: [],
    foreignKeys: [],
    indexes,
    pages: 10_000,
    rows: 100_000,
    allVisiblePages: 10_000,
    activity: { inserts: 50_000, updates: 40_000, hotUpdates: 30_000, deletes: 10_000, scans: 9_000 },
    ...more,
  };
}

function database(tables: readonly SnapshotTable[], more: Partial<Snapshot> = {}): Snapshot {
  return {
    version: 170_000,
    assumed: false,
    prelude: [],
    tables,
    views: [],
    settings: {},
    extensions: {},
    availableExtensions: [],
    searchPath: ['public'],
    leftOut: [],
    counting: { since: '2026-03-01T00:00:00Z', until: '2026-06-09T00:00:00Z', isStandby: false },
    ...more,
  };
}

const removals = (
  indexes: readonly SnapshotIndex[],
  table: Partial<SnapshotTable> = {},
  more: Partial<Snapshot> = {},
) => indexRemovals(database([posts(indexes, table)], more));

/** `a duplicate of b` */
const said = (found: readonly IndexRemoval[]): string[] =>
  found.map(({ index, kind, replacedBy }) => [index, kind, ...(replacedBy ? ['of', replacedBy] : [])].join(' '));

describe('indexes that could go', () => {
  describe('duplicates', () => {
    it('the one that is read less goes, and says what it costs', () => {
      const found = removals([
        plain('a', '(author_id)', { activity: { scans: 3, transactionsSince: 1 } }),
        plain('b', '(author_id)'),
      ]);
      assert.deepEqual(found, [
        {
          kind: 'duplicate',
          schema: 'public',
          table: 'posts',
          index: 'a',
          replacedBy: 'b',
          reason: 'It has the same columns as b (author_id), which stays.',
          dropSql: 'DROP INDEX CONCURRENTLY a',
          sizeBytes: 8_192_000,
          writesPerDay: 1_000,
          nonHotShare: 0.25,
        },
      ]);
    });

    it('of three, one stays', () => {
      assert.deepEqual(said(removals([plain('a', '(x)'), plain('b', '(x)'), plain('c', '(x)')])), [
        'b duplicate of a',
        'c duplicate of a',
      ]);
    });

    it('an index with the columns of the primary key goes', () => {
      const key = unique('posts_pkey', '(id)', { isPrimary: true, duties: ['constraint'] });
      const [found] = removals([key, plain('posts_id', '(id)', { activity: { scans: 99_999, transactionsSince: 1 } })]);
      assert.equal(found?.reason, 'It has the same columns as the primary key posts_pkey (id), which stays.');
      assert.equal(found?.index, 'posts_id');
    });

    it('a unique constraint that repeats the primary key goes as a constraint', () => {
      const key = unique('posts_pkey', '(id)', { isPrimary: true, duties: ['constraint', 'foreign key'] });
      const [found, ...others] = removals([unique('posts_id_key', '(id)', { duties: ['constraint'] }), key]);
      assert.equal(found?.dropSql, 'ALTER TABLE posts DROP CONSTRAINT posts_id_key');
      assert.deepEqual(others, []);
    });

    it('what a foreign key, a replica or CLUSTER stands on stays; the other one goes', () => {
      for (const duty of ['foreign key', 'replica identity', 'cluster'] as const) {
        const bound = unique('bound', '(id)', { duties: [duty] });
        const found = removals([bound, unique('free', '(id)', { duties: ['constraint'] })]);
        assert.deepEqual(said(found), ['free duplicate of bound'], duty);
        assert.deepEqual(removals([bound, unique('too', '(id)', { duties: [duty] })]), [], duty);
      }
    });

    it('a unique index is not replaced by one that is checked at commit, or treats NULLs otherwise', () => {
      assert.deepEqual(
        removals([unique('a', '(id)'), unique('b', '(id)', { duties: ['constraint', 'deferrable'] })]),
        [],
      );
      assert.deepEqual(removals([unique('a', '(id)'), unique('b', '(id) NULLS NOT DISTINCT')]), []);
    });

    it('an exclusion constraint stays', () => {
      const gist = (name: string, duties: SnapshotIndex['duties']) =>
        index(`CREATE INDEX ${name} ON public.posts USING gist (room, during)`, { method: 'gist', duties });
      assert.deepEqual(said(removals([gist('excl', ['constraint']), gist('plain', [])])), ['plain duplicate of excl']);
    });

    it('another operator class, collation, method or predicate does other work', () => {
      const others = [
        '(title)',
        '(title text_pattern_ops)',
        '(title COLLATE "C")',
        '(lower(title))',
        '(title) WHERE published',
        '(title) WHERE (NOT published)',
        '(title NULLS FIRST)',
      ];
      assert.deepEqual(removals(others.map((key, i) => plain(`i${i}`, key))), []);
      const hash = index('CREATE INDEX h ON public.posts USING hash (title)', { method: 'hash' });
      assert.deepEqual(removals([plain('t', '(title)'), hash]), []);
    });

    it('the same partial index twice is a duplicate', () => {
      const key = "(created_at DESC) WHERE (status = 'a, (b'::text)";
      assert.deepEqual(said(removals([plain('a', key), plain('b', key)])), ['b duplicate of a']);
    });

    it('GIN indexes of other options are not the same', () => {
      const gin = (name: string, rest = '') =>
        index(`CREATE INDEX ${name} ON public.posts USING gin (tags)${rest}`, { method: 'gin' });
      assert.deepEqual(removals([gin('a'), gin('b', " WITH (fastupdate='off')")]), []);
      assert.deepEqual(said(removals([gin('a'), gin('b')])), ['b duplicate of a']);
    });
  });

  describe('redundant ones', () => {
    it('the beginning of another one, by its text', () => {
      const found = removals([plain('a', '(author_id)'), plain('b', '(author_id, created_at DESC)', { pages: 3_000 })]);
      assert.deepEqual(said(found), ['a redundant of b']);
      assert.equal(
        found[0]?.reason,
        'Its columns are the first of b (author_id, created_at DESC), which serves the same queries; that one is 3 times as large.',
      );
    });

    it('of a chain only the longest stays, and is named', () => {
      const chain = [plain('abc', '(a, b, c)'), plain('a', '(a)'), plain('ab', '(a, b)')];
      assert.deepEqual(said(removals(chain)), ['a redundant of abc', 'ab redundant of abc']);
    });

    it('a B-tree is read backwards too: all directions turned are the same', () => {
      assert.deepEqual(said(removals([plain('a', '(x DESC)'), plain('b', '(x, y)')])), ['a redundant of b']);
      assert.deepEqual(said(removals([plain('a', '(x DESC, y)'), plain('b', '(x, y DESC, z)')])), ['a redundant of b']);
      assert.deepEqual(removals([plain('a', '(x, y DESC)'), plain('b', '(x, y, z)')]), []);
    });

    it('not what comes second, nor what another predicate restricts', () => {
      assert.deepEqual(removals([plain('a', '(y)'), plain('b', '(x, y)')]), []);
      assert.deepEqual(removals([plain('a', '(x)'), plain('b', '(x, y) WHERE published')]), []);
      assert.deepEqual(removals([plain('a', '(x) WHERE published'), plain('b', '(x, y)')]), []);
    });

    it('a unique index keeps something unique that a longer one does not', () => {
      assert.deepEqual(removals([unique('a', '(x)'), unique('b', '(x, y)')]), []);
    });

    it('stored columns are needed too', () => {
      assert.deepEqual(removals([plain('a', '(x) INCLUDE (z)'), plain('b', '(x, y)')]), []);
      assert.deepEqual(said(removals([plain('a', '(x) INCLUDE (z)'), plain('b', '(x, y) INCLUDE (z)')])), [
        'a redundant of b',
      ]);
      assert.deepEqual(said(removals([plain('a', '(x) INCLUDE (y)'), plain('b', '(x, y)')])), ['a redundant of b']);
    });

    it('an invalid index replaces nothing', () => {
      assert.deepEqual(said(removals([plain('a', '(x)'), plain('b', '(x, y)', { isValid: false })])), ['b invalid']);
    });

    it('two indexes are not told to go for each other: the unused longer one goes, the shorter stays', () => {
      assert.deepEqual(said(removals([plain('a', '(x)'), plain('b', '(x, y)', { activity: never })])), ['b unused']);
    });

    it('a column whose name looks like a direction is no direction', () => {
      assert.deepEqual(removals([plain('a', '("x DESC")'), plain('b', '("x", y)')]), []);
    });

    it('nothing is said where the definition cannot be read', () => {
      assert.deepEqual(removals([index('CREATE INDEX odd ON nowhere'), index('CREATE INDEX odd2 ON nowhere')]), []);
    });
  });

  describe('invalid ones', () => {
    it('are dropped or built again', () => {
      const [found] = removals([unique('posts_slug', '(slug)', { isValid: false })]);
      assert.equal(found?.dropSql, 'DROP INDEX CONCURRENTLY posts_slug');
      assert.equal(found?.repairSql, 'REINDEX INDEX CONCURRENTLY posts_slug');
      assert.match(found?.reason ?? '', /^It is invalid.*does not keep its columns unique\.$/);
    });

    it('but not while somebody builds them, and not of a partitioned table, which waits for its parts', () => {
      assert.deepEqual(removals([plain('a', '(x)', { isValid: false, duties: ['building'] })]), []);
      assert.deepEqual(removals([plain('a', '(x)', { isValid: false })], { kind: 'partitioned table' }), []);
    });
  });

  describe('unused ones', () => {
    const lone = [plain('a', '(x)', { activity: never })];

    it('say since when and how often the table was read', () => {
      assert.deepEqual(
        removals(lone).map(({ kind, reason }) => [kind, reason]),
        [
          [
            'unused',
            'It was not scanned once since 2026-03-01 (100 days), while posts was scanned 9,000 times; a standby counts its own scans.',
          ],
        ],
      );
    });

    it('on a standby, the others are named and writes are not known', () => {
      const [found] = removals(
        lone,
        {},
        {
          counting: { since: '2026-03-01T00:00:00Z', until: '2026-06-09T00:00:00Z', isStandby: true },
        },
      );
      assert.match(
        found?.reason ?? '',
        /once on this standby since .*; the primary and other standbys count their own\.$/,
      );
      assert.equal(found?.writesPerDay, undefined);
    });

    it('not when the counters are younger than a week, were never begun, or are assumed', () => {
      const counting = { since: '2026-06-03T00:00:00Z', until: '2026-06-09T00:00:00Z', isStandby: false };
      assert.deepEqual(removals(lone, {}, { counting }), []);
      assert.deepEqual(removals(lone, {}, { counting: undefined }), []);
      assert.deepEqual(removals(lone, {}, { assumed: true }), []);
    });

    it('where the counters were never reset, only on a table that is read much', () => {
      const counting = { until: '2026-06-09T00:00:00Z', isStandby: false };
      const [found] = removals(lone, {}, { counting });
      assert.match(found?.reason ?? '', /^It was not scanned once since the server began to count, while/);
      assert.equal(found?.writesPerDay, undefined);
      const activity = { inserts: 9e6, updates: 0, hotUpdates: 0, deletes: 0, scans: 10 };
      assert.deepEqual(removals(lone, { activity }, { counting }), []);
    });

    it('not when nobody touches the table, or the index was made a moment ago', () => {
      const activity = { inserts: 0, updates: 0, hotUpdates: 0, deletes: 0, scans: 0 };
      assert.deepEqual(removals(lone, { activity }), []);
      assert.deepEqual(removals([plain('a', '(x)', { activity: { scans: 0, transactionsSince: 10 } })]), []);
    });

    it('not a unique one, a small one, one that was read before, or one of which nothing is known', () => {
      assert.deepEqual(removals([unique('a', '(x)', { activity: never })]), []);
      assert.deepEqual(removals([plain('a', '(x)', { activity: never, pages: 20 })]), []);
      assert.deepEqual(removals([plain('a', '(x)')]), []);
      assert.deepEqual(removals([plain('a', '(x)', { activity: { ...never, lastScan: '2026-01-01T00:00:00Z' } })]), []);
      assert.deepEqual(removals([plain('a', '(x)', { activity: undefined })]), []);
    });

    it('not the only one for a foreign key: the next deletion of a parent would read the whole table', () => {
      const foreignKeys = ['ALTER TABLE public.posts ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES users(id)'];
      assert.deepEqual(removals(lone, { foreignKeys }), []);
      const two = [...lone, plain('b', '(x, y)')];
      assert.deepEqual(said(removals(two, { foreignKeys })), ['a redundant of b']);
    });
  });

  describe('of partitioned tables', () => {
    const part = (name: string, table: string, key: string, duties: SnapshotIndex['duties']) =>
      index(`CREATE INDEX ${name} ON public.${table} USING btree ${key}`, { duties, pages: 500 });
    const whole = posts(
      [
        index('CREATE INDEX w1 ON ONLY public.posts USING btree (a)', { pages: 0 }),
        index('CREATE INDEX w2 ON ONLY public.posts USING btree (a, b)', { pages: 0 }),
      ],
      { kind: 'partitioned table', partitionKey: 'RANGE (a)' },
    );
    const leaf = (name: string) =>
      posts([part(`${name}_1`, name, '(a)', ['part']), part(`${name}_2`, name, '(a, b)', ['part'])], {
        name,
        partitionOf: { schema: 'public', table: 'posts', bound: 'DEFAULT' },
      });
    const snapshot = database([whole, leaf('p1'), leaf('p2')]);

    it('the index of the whole is dropped, without CONCURRENTLY, and is as large as its parts', () => {
      const found = indexRemovals(snapshot);
      assert.deepEqual(said(found), ['w1 redundant of w2']);
      assert.deepEqual([found[0]?.dropSql, found[0]?.sizeBytes], ['DROP INDEX w1', 1_000 * 8192]);
    });

    it('it goes with its parts where plans without it are compared', () => {
      const { tables } = withoutIndexes(snapshot, indexRemovals(snapshot));
      assert.deepEqual(
        tables.map(({ indexes }) => indexes.map(({ name }) => name)),
        [['w2'], ['p1_2'], ['p2_2']],
      );
    });
  });

  it('names are quoted where they must be', () => {
    const hostile = 'x"; DROP TABLE y; --\n';
    const bad = {
      name: hostile,
      definition: `CREATE INDEX "x""; DROP TABLE y; --\n" ON "we.ird".posts USING btree (a)`,
    };
    const [found] = indexRemovals(
      database([posts([plain('b', '(a, b)'), { ...plain('a', '(a)'), ...bad }], { schema: 'we.ird' })]),
    );
    assert.equal(found?.dropSql, 'DROP INDEX CONCURRENTLY "we.ird"."x""; DROP TABLE y; --\n"');
  });

  it('as plain objects, for JSON', () => {
    const found = removals([plain('a', '(x)'), plain('b', '(x, y)')]);
    assert.deepEqual(removalObjects(found), [
      {
        index: 'a',
        table: 'posts',
        reason: 'Its columns are the first of b (x, y), which serves the same queries.',
        kind: 'redundant',
        size: 8_192_000,
        writesPerDay: 1_000,
        sql: 'DROP INDEX CONCURRENTLY a;',
        replacedBy: 'b',
        nonHotShare: 0.25,
      },
    ]);
  });

  it('safe is what makes no statement dearer by more than 1 %', () => {
    assert.equal(provenSafe([{ before: 100, after: 100.5 }]), true);
    assert.equal(
      provenSafe([
        { before: 100, after: 90 },
        { before: 10, after: 12 },
      ]),
      false,
    );
  });

  it('a constraint goes with its index where plans without it are compared', () => {
    const constraints = ['ALTER TABLE public.posts ADD CONSTRAINT posts_id_key UNIQUE (id)'];
    const snapshot = database([posts([unique('posts_id_key', '(id)')], { constraints })]);
    const [table] = withoutIndexes(snapshot, [{ schema: 'public', table: 'posts', index: 'posts_id_key' }]).tables;
    assert.deepEqual([table?.indexes, table?.constraints], [[], []]);
  });
});
