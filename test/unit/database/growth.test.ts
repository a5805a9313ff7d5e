import assert from 'node:assert/strict';
import { type Growth, grow } from '../../../src/database/growth/growth';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../../../src/database/snapshot';
import { Problem, type ProblemKind } from '../../../src/nouns/problem';
import { snapshotWith } from '../../support/what-if';

const plain = { nullFraction: 0, averageWidth: 8, correlation: 0.5 };
const unique: ColumnStatistics = { ...plain, distinct: -1 };

interface Column {
  readonly type?: string;
  readonly statistics?: ColumnStatistics;
}

/** A table of 1,000 rows on 100 pages; `keys` are columns with a unique index of their own. */
function table(
  name: string,
  columns: Readonly<Record<string, Column>>,
  more: Partial<SnapshotTable> & { readonly keys?: readonly string[] } = {},
): SnapshotTable {
  const { keys = [], ...rest } = more;
  return {
    schema: 'public',
    name,
    kind: 'table',
    columns: Object.entries(columns).map(([column, { type = 'integer', statistics }]) => ({
      name: column,
      type,
      notNull: true,
      statistics,
    })),
    constraints: [],
    foreignKeys: [],
    indexes: keys.map((key) => ({
      name: `${name}_${key}_key`,
      definition: `CREATE UNIQUE INDEX ${name}_${key}_key ON public.${name} USING btree (${key})`,
      isPrimary: false,
      isUnique: true,
      isValid: true,
      method: 'btree',
      columns: [{ name: key, descending: false }],
      pages: 11,
      rows: 1_000,
    })),
    pages: 100,
    rows: 1_000,
    allVisiblePages: 90,
    ...rest,
  };
}

const database = (tables: readonly SnapshotTable[], prelude: readonly string[] = []): Snapshot =>
  snapshotWith({}, {}, { tables, prelude });

const ids = { ...unique, histogramBounds: '{1,500,1000}' };
const users = table('users', { id: { statistics: ids } }, { keys: ['id'] });
const posts = table(
  'posts',
  {
    id: { statistics: ids },
    author_id: {
      statistics: {
        ...plain,
        distinct: 50,
        mostCommonValues: '{7,3}',
        mostCommonFrequencies: '{0.5,0.1}',
        histogramBounds: '{1,500,1000}',
      },
    },
  },
  { keys: ['id'], foreignKeys: ['ALTER TABLE posts ADD CONSTRAINT a FOREIGN KEY (author_id) REFERENCES users(id)'] },
);

function grown(tables: readonly SnapshotTable[], growth: Growth, prelude?: readonly string[]) {
  const after = grow(database(tables, prelude), growth);
  const named = (name: string) => after.tables.find((one) => one.name === name) as SnapshotTable;
  return {
    table: named,
    column: (name: string, column: string) =>
      named(name).columns.find((one) => one.name === column)?.statistics as ColumnStatistics,
  };
}

/** The statistics of one column of a lonely table that grows tenfold. */
function grownColumn(statistics: ColumnStatistics, type = 'text', prelude?: readonly string[]): ColumnStatistics {
  const one = table('one', { name: { type, statistics } });
  return grown([one], { factor: 10 }, prelude).column('one', 'name');
}

const isProblem = (kind: ProblemKind) => (error: unknown) => error instanceof Problem && error.kind === kind;

describe('a table that grows', () => {
  it('has ten times the pages and rows, and as large a part of them visible to all', () => {
    const { pages, rows, allVisiblePages } = grown([posts], { factor: 10 }).table('posts');
    assert.deepEqual({ pages, rows, allVisiblePages }, { pages: 1_000, rows: 10_000, allVisiblePages: 900 });
  });

  it('has indexes that grow with it, their leaves ten times as many', () => {
    const [index] = grown([posts], { factor: 10 }).table('posts').indexes;
    assert.deepEqual([index?.pages, index?.rows], [87, 10_000]);
  });

  it('fills the page that it has before it needs another', () => {
    const small = table('small', { id: { statistics: unique } }, { pages: 1, rows: 10 });
    assert.equal(grown([small], { factor: 10 }).table('small').pages, 1);
    assert.equal(grown([small], { factor: 100 }).table('small').pages, 5);
  });

  it('stays empty when it is', () => {
    const empty = table('empty', { id: {} }, { pages: 0, rows: 0, allVisiblePages: 0 });
    const { pages, rows } = grown([empty], { factor: 1_000 }).table('empty');
    assert.deepEqual([pages, rows], [0, 0]);
  });

  it('ends at the largest size that PostgreSQL has, 32 TB', () => {
    const large = table('large', { id: { statistics: unique } }, { pages: 1_000_000_000, rows: 2_000_000_000 });
    const { pages, rows } = grown([large], { factor: 100 }).table('large');
    assert.equal(pages, 4_294_967_294);
    assert.equal(rows, 2 * 4_294_967_294);
  });

  it('is as large as its partitions, each of which grows', () => {
    const whole = table('log', {}, { kind: 'partitioned table', partitionKey: 'RANGE (at)', pages: 200, rows: 2_000 });
    const part = (name: string) =>
      table(name, {}, { partitionOf: { schema: 'public', table: 'log', bound: `FOR VALUES IN ('${name}')` } });
    const after = grown([whole, part('log_1'), part('log_2')], { factor: 10, tables: ['log'] });
    assert.deepEqual([after.table('log').rows, after.table('log_1').rows], [20_000, 10_000]);
  });
});

describe('a column of a table that grows', () => {
  it('that is a key stays unique, and its counted numbers go on', () => {
    const { distinct, histogramBounds } = grown([posts, users], { factor: 10 }).column('posts', 'id');
    assert.equal(distinct, -1);
    assert.equal(histogramBounds, '{"1","4995","10000"}');
  });

  it('does not count beyond what its type holds', () => {
    const { histogramBounds } = grown([posts, users], { factor: 1_000_000 }).column('posts', 'id');
    assert.equal(histogramBounds, '{"1","499499500","1000000000"}');
    const small = table('small', { id: { type: 'smallint', statistics: ids } }, { keys: ['id'] });
    assert.match(grown([small], { factor: 1_000 }).column('small', 'id').histogramBounds ?? '', /"32767"}$/);
  });

  it('keeps numbers where they are when they are random and not counted', () => {
    const random = { ...unique, histogramBounds: '{1,500000,2000000000}' };
    const one = table('one', { id: { statistics: random } }, { keys: ['id'] });
    assert.equal(grown([one], { factor: 10 }).column('one', 'id').histogramBounds, random.histogramBounds);
  });

  it('that points at a growing table has more values, of which each one of today has a smaller part', () => {
    const author = grown([posts, users], { factor: 10 }).column('posts', 'author_id');
    assert.equal(author.distinct, 500);
    assert.equal(author.mostCommonFrequencies, '{0.05,0.01}');
    assert.equal(author.mostCommonValues, '{7,3}');
    assert.equal(author.histogramBounds, '{"1","4995","10000"}');
  });

  it('that points at a table that stays reaches the keys that had no rows, and the shares stay', () => {
    const author = grown([posts, users], { factor: 10, tables: ['posts'] }).column('posts', 'author_id');
    // 95 % of 1,000 users had no post; 0.95^10 of them still have none.
    assert.equal(author.distinct, Math.round(1_000 * (1 - 0.95 ** 10)));
    assert.equal(author.mostCommonFrequencies, '{0.5,0.1}');
    assert.equal(author.histogramBounds, '{1,500,1000}');
  });

  it('that is named like a reference grows like one, also without a foreign key', () => {
    const { foreignKeys, ...rest } = posts;
    assert.equal(
      grown([{ ...rest, foreignKeys: [] }, users], { factor: 10 }).column('posts', 'author_id').distinct,
      500,
    );
    assert.equal(foreignKeys.length, 1);
  });

  it('does not get more values when it is an enum, a boolean, or its common values are all there are', () => {
    const prelude = [`CREATE TYPE public.mood AS ENUM ('sad', 'ok')`];
    assert.equal(grownColumn({ ...plain, distinct: 2 }, 'mood', prelude).distinct, 2);
    assert.equal(grownColumn({ ...plain, distinct: 2 }, 'boolean').distinct, 2);
    const status = { ...plain, distinct: 3, mostCommonValues: '{a,b,c}', mostCommonFrequencies: '{0.9,0.08,0.02}' };
    assert.deepEqual(grownColumn(status), status);
  });

  it('has as many values as before when they were more than a tenth of a few rows but all there are', () => {
    const few = { ...plain, distinct: -0.3, mostCommonValues: '{a,b,c}', mostCommonFrequencies: '{0.5,0.3,0.2}' };
    const one = table('one', { kind: { type: 'text', statistics: few } }, { rows: 10 });
    assert.equal(grown([one], { factor: 1_000 }).column('one', 'kind').distinct, 3);
  });

  it('stays that part of the rows that it is, above a tenth of them', () => {
    const title = { ...plain, distinct: -0.7 };
    assert.equal(grownColumn(title), title);
  });

  it('has as many more values as a text has words: the square root of its growth', () => {
    assert.equal(grownColumn({ ...plain, distinct: 80, histogramBounds: '{a,b}' }).distinct, 253);
  });

  it('fills the days between the first and the last', () => {
    const day = { ...plain, distinct: 50, histogramBounds: '{2025-01-01,2025-02-01,2025-04-10}' };
    assert.equal(grownColumn(day, 'date').distinct, Math.round(100 * (1 - 0.5 ** 10)));
    assert.equal(grownColumn(day, 'date').histogramBounds, day.histogramBounds);
  });

  it('keeps its nulls, its width and its order', () => {
    const { nullFraction, averageWidth, correlation } = grownColumn({ ...plain, nullFraction: 0.2, distinct: 80 });
    assert.deepEqual(
      { nullFraction, averageWidth, correlation },
      { nullFraction: 0.2, averageWidth: 8, correlation: 0.5 },
    );
  });
});

describe('columns together (CREATE STATISTICS)', () => {
  it('have as many more combinations as the column of theirs that grows most', () => {
    const status = { ...plain, distinct: 3, mostCommonValues: '{a,b,c}', mostCommonFrequencies: '{0.9,0.08,0.02}' };
    const visits = table(
      'visits',
      {
        user_id: { statistics: { ...plain, distinct: 50 } },
        status: { type: 'text', statistics: status },
        kind: { type: 'text', statistics: status },
      },
      {
        extendedStatistics: [
          {
            schema: 'public',
            name: 'together',
            definition: '',
            isInherited: false,
            distinct: '{"1, 2": 120, "2, 3": 5, "1, 2, 3": 900}',
          },
        ],
      },
    );
    const [together] = grown([visits, users], { factor: 10 }).table('visits').extendedStatistics ?? [];
    assert.equal(together?.distinct, '{"1, 2": 1200, "2, 3": 5, "1, 2, 3": 9000}');
  });
});

describe('which tables grow', () => {
  const all = [users, posts, table('tags', {})];
  const rows = (growth: Growth) => {
    const after = grown(all, growth);
    return all.map(({ name }) => after.table(name).rows);
  };

  it('all of them, where none is named', () => {
    assert.deepEqual(rows({ factor: 2 }), [2_000, 2_000, 2_000]);
  });

  it('the named ones and those that point at them', () => {
    assert.deepEqual(rows({ factor: 2, tables: ['users'] }), [2_000, 2_000, 1_000]);
    assert.deepEqual(rows({ factor: 2, tables: ['public.posts'] }), [1_000, 2_000, 1_000]);
  });

  it('the named ones alone, where that is wanted', () => {
    assert.deepEqual(rows({ factor: 2, tables: ['users'], alone: true }), [2_000, 1_000, 1_000]);
  });

  it('a table with any name', () => {
    for (const [name, written] of [
      ['Order', '"Order"'],
      ['a.b', '"a.b"'],
      ['we"ird', '"we""ird"'],
      ['Mixed', 'Mixed'],
    ]) {
      const after = grow(database([table(name ?? '', {})]), { factor: 2, tables: [written ?? ''] });
      assert.equal(after.tables[0]?.rows, 2_000, name);
    }
  });

  it('is refused for a table that is not there, and for a factor that is none', () => {
    assert.throws(() => rows({ factor: 2, tables: ['nope'] }), isProblem('missing-object'));
    for (const factor of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e7]) {
      assert.throws(() => rows({ factor }), isProblem('not-understood'), String(factor));
    }
  });
});
