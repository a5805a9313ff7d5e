import assert from 'node:assert/strict';
import { indexWrites } from '../../../src/advisor/index-writes';
import { updatedColumns } from '../../../src/advisor/updated-columns';
import type { SnapshotIndex } from '../../../src/database/snapshot';
import type { IndexDefinition } from '../../../src/nouns/fix';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

const index: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'i',
  method: 'btree',
  columns: [{ name: 'author_id' }],
};
const existing = (definition: string, method = 'btree') =>
  ({ name: 'e', definition: `CREATE INDEX e ON public.posts USING ${definition}`, method }) as SnapshotIndex;

function posts(indexes: readonly SnapshotIndex[], version = 180_000) {
  const columns = { id: 'integer', author_id: 'integer', status: 'text', title: 'text', 'Odd "name"': 'text' };
  return snapshotWith({ posts: columns }, { indexes }, { version });
}

describe('what an index costs when rows are written', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  const writes = (definition: Partial<IndexDefinition>, update: string, snapshot = posts([existing('btree (id)')])) =>
    indexWrites({ ...index, ...definition }, snapshot, updatedColumns(statements.read(update)));

  it('is one more index to write each inserted row to', () => {
    assert.deepEqual(indexWrites(index, posts([existing('btree (id)'), existing('gin (title)', 'gin')]), []), {
      indexesBefore: 2,
      indexesAfter: 3,
      everyRow: true,
    });
    assert.equal(indexWrites({ ...index, where: "status = 'x'" }, posts([]), [])?.everyRow, false);
    assert.equal(indexWrites({ ...index, table: 'gone' }, posts([]), []), undefined);
  });

  it('takes HOT updates away where its key, its INCLUDE, its expression or its condition has a column that is set', () => {
    const update = "UPDATE posts SET title = 'x', status = 'y'";
    assert.equal(writes({}, update)?.hot, 'kept');
    assert.deepEqual(writes({ columns: [{ name: 'title' }] }, update)?.hotColumns, ['title']);
    assert.deepEqual(writes({ include: ['title'] }, update)?.hotColumns, ['title']);
    assert.deepEqual(writes({ columns: [{ name: '(lower(title))', isExpression: true }] }, update)?.hotColumns, [
      'title',
    ]);
    assert.deepEqual(writes({ where: "status = 'draft'" }, update)?.hotColumns, ['status']);
    assert.equal(writes({ where: `"Odd ""name""" > 1` }, `UPDATE posts SET "Odd ""name""" = 2`)?.hot, 'lost');
  });

  it('cannot take away what an existing index forbids already', () => {
    const update = "UPDATE posts SET author_id = 1, status = 'y'";
    assert.equal(writes({}, update, posts([existing('btree (id) WHERE (status IS NOT NULL)')]))?.hot, undefined);
    assert.equal(writes({}, update, posts([existing('btree (id) INCLUDE (status)')]))?.hot, undefined);
    assert.equal(writes({}, update, posts([existing('btree (title)')]))?.hot, 'lost');
  });

  it('leaves BRIN out since PostgreSQL 16', () => {
    const update = 'UPDATE posts SET author_id = 1';
    assert.equal(writes({ method: 'brin' }, update, posts([]))?.hot, 'kept');
    assert.equal(writes({ method: 'brin' }, update, posts([], 150_000))?.hot, 'lost');
  });

  it('counts what the server counted, where that is a day or more', () => {
    const activity = { inserts: 900, updates: 100, hotUpdates: 90, deletes: 50, scans: 0 };
    const of = (since: string | undefined, isStandby = false) => {
      const counting = { until: '2024-01-11T00:00:00Z', isStandby, ...(since && { since }) };
      return indexWrites(index, snapshotWith({ posts: { author_id: 'integer' } }, { activity }, { counting }), []);
    };
    assert.deepEqual(
      [of('2024-01-01T00:00:00Z'), of('2024-01-10T23:00:00Z'), of(undefined)].map((one) => [
        one?.hotShare,
        one?.rowsPerDay,
      ]),
      [
        [0.9, 100],
        [0.9, undefined],
        [0.9, undefined],
      ],
    );
    assert.equal(of('2024-01-01T00:00:00Z', true)?.hotShare, undefined);
  });

  it('finds the columns that UPDATE, ON CONFLICT and MERGE set, in CTEs too', () => {
    const columns = (sql: string) => updatedColumns(statements.read(sql));
    assert.deepEqual(columns('UPDATE app.posts SET (a, b) = (1, 2), c = 3'), [
      { schema: 'app', table: 'posts', columns: ['a', 'b', 'c'] },
    ]);
    assert.deepEqual(columns('WITH x AS (UPDATE posts SET a = 1 RETURNING *) SELECT * FROM x'), [
      { table: 'posts', columns: ['a'] },
    ]);
    assert.deepEqual(columns('INSERT INTO posts (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = 2'), [
      { table: 'posts', columns: ['a'] },
    ]);
    assert.deepEqual(
      columns(`MERGE INTO posts p USING news n ON n.id = p.id WHEN MATCHED THEN UPDATE SET a = n.a
        WHEN NOT MATCHED THEN INSERT (id, b) VALUES (n.id, n.b)`),
      [{ table: 'posts', columns: ['a'] }],
    );
    assert.deepEqual(columns('INSERT INTO posts (id) VALUES (1)'), []);
  });
});
