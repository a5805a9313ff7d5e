import assert from 'node:assert/strict';
import { parseArrayText } from '../../../src/database/array-text';
import { chooseValues } from '../../../src/database/parameters/parameter-values';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../../../src/database/snapshot';
import { Statements } from '../../support/statements';

const base = { nullFraction: 0, averageWidth: 4, distinct: -1 };

function table(name: string, columns: Record<string, Partial<ColumnStatistics> | undefined>): SnapshotTable {
  return {
    schema: 'public',
    name,
    kind: 'table',
    columns: Object.entries(columns).map(([column, statistics]) => ({
      name: column,
      type: 'text',
      notNull: false,
      ...(statistics === undefined ? {} : { statistics: { ...base, ...statistics } }),
    })),
    constraints: [],
    foreignKeys: [],
    indexes: [],
    pages: 10,
    rows: 100,
    allVisiblePages: 0,
  };
}

const snapshot: Pick<Snapshot, 'tables' | 'searchPath'> = {
  searchPath: ['public'],
  tables: [
    table('posts', {
      id: { histogramBounds: '{1,25,50,75,100}' },
      author_id: { mostCommonValues: '{17,4,9}', histogramBounds: '{20,30,40}' },
      status: { mostCommonValues: '{published,draft}' },
      title: { histogramBounds: '{"aaa","my 100% \\"best\\" idea","zzz"}' },
      created_at: { histogramBounds: '{2020-01-01,2021-01-01,2022-01-01,2023-01-01,2024-01-01}' },
      fresh: undefined,
    }),
    table('users', { id: { histogramBounds: '{5,6,7}' } }),
  ],
};

describe('values for placeholders', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });
  const choose = (sql: string, ...types: string[]) => chooseValues(statements.read(sql), types, snapshot);
  const values = (sql: string, ...types: string[]) => choose(sql, ...types).map((candidate) => candidate.values);

  it('are the most common one, a median and a rare one of the column', () => {
    assert.deepEqual(
      choose('SELECT * FROM posts p WHERE p.author_id = $1', 'integer').map(({ said }) => said[0]),
      ['author_id = 17 (most common value)', 'author_id = 30 (median)', 'author_id = 20 (a rare value)'],
    );
    assert.deepEqual(values('SELECT * FROM posts WHERE $1::text = status', 'text'), [['published'], ['draft']]);
  });

  it('are what the program always binds, where it does', () => {
    const statement = statements.read('SELECT * FROM posts WHERE status = $1 AND author_id = $2');
    const parameters = [{ index: 1, constant: 'archived' }];
    const chosen = chooseValues(statement, ['text', 'integer'], snapshot, parameters);
    assert.deepEqual(
      chosen.map((candidate) => candidate.values),
      [
        ['archived', '17'],
        ['archived', '30'],
        ['archived', '20'],
      ],
    );
    assert.equal(chosen[0]?.said[0], 'status = archived (as written)');
  });

  it('of LIKE are a word anywhere and at the start, or as the program is seen to put %', () => {
    const like = (wildcards?: 'both' | 'after') =>
      chooseValues(statements.read('SELECT 1 FROM posts WHERE fresh ILIKE $1'), ['text'], snapshot, [
        { index: 1, wildcards },
      ]).map((candidate) => candidate.values[0]);
    assert.deepEqual(like(), ['%word%', 'word%']);
    assert.deepEqual(like('both'), ['%word%']);
    assert.deepEqual(like('after'), ['word%']);
  });

  it('are combined, at most six times', () => {
    const sql = 'SELECT * FROM posts WHERE author_id = $1 AND status = $2 AND id = $3 LIMIT $4 OFFSET $5';
    const chosen = values(sql, 'integer', 'text', 'integer', 'bigint', 'bigint');
    assert.equal(chosen.length, 6);
    assert.deepEqual(chosen[0], ['17', 'published', '50', '10', '0']);
    assert.equal(new Set(chosen.map(String)).size, 6);
  });

  it('lie on both ends of a range', () => {
    assert.deepEqual(values('SELECT * FROM posts WHERE created_at >= $1', 'timestamptz'), [
      ['2022-01-01'],
      ['2020-01-01'],
      ['2024-01-01'],
    ]);
    const [narrow, wide] = values('SELECT * FROM posts WHERE id BETWEEN $1 AND $2', 'integer', 'integer');
    assert.deepEqual(narrow, ['50', '50']);
    assert.deepEqual(wide, ['1', '100']);
  });

  it('are parts of a real text for LIKE, with its special characters escaped', () => {
    const [inside, begin] = values('SELECT * FROM posts WHERE lower(title) LIKE $1', 'text');
    assert.deepEqual(inside, ['% "be%']);
    assert.deepEqual(begin, ['my 1%']);
  });

  it('are several for = ANY and one each for IN', () => {
    assert.deepEqual(values('SELECT * FROM posts WHERE author_id = ANY($1)', 'integer[]'), [['{"17","4","9"}']]);
    assert.equal(values('SELECT * FROM posts WHERE author_id IN ($1, $2)', 'integer', 'integer')[0]?.length, 2);
  });

  it('come from the right table of a join', () => {
    const sql = 'SELECT * FROM posts p JOIN users u ON u.id = p.author_id WHERE u.id = $1';
    assert.deepEqual(values(sql, 'integer')[0], ['6']);
  });

  it('are assumed by type where only some are known', () => {
    const [first] = choose('SELECT * FROM posts WHERE id = $1 AND fresh > $2', 'integer', 'timestamp with time zone');
    assert.deepEqual(first?.values, ['50', '2024-01-01']);
    assert.deepEqual(first?.said[1], 'fresh > 2024-01-01 (assumed)');
  });

  it('are none when the statistics know nothing', () => {
    assert.deepEqual(choose('SELECT * FROM posts WHERE fresh = $1', 'text'), []);
    assert.deepEqual(choose('SELECT * FROM nothing WHERE id = $1', 'integer'), []);
    assert.deepEqual(choose('SELECT * FROM posts WHERE id = $1 AND fresh = $2', 'integer', 'geometry'), []);
  });

  it('are read from PostgreSQL’s array text', () => {
    assert.deepEqual(parseArrayText('{17,"a b","q\\"x\\\\y",NULL,"NULL",2024-01-01 00:00:00+00}'), [
      '17',
      'a b',
      'q"x\\y',
      null,
      'NULL',
      '2024-01-01 00:00:00+00',
    ]);
    assert.deepEqual(parseArrayText('{}'), []);
    assert.deepEqual(parseArrayText('{"",x}'), ['', 'x']);
  });
});
