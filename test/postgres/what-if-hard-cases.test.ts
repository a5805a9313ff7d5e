import assert from 'node:assert/strict';
import type { ColumnStatistics, Snapshot } from '../../src/database/snapshot';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexDefinition } from '../../src/nouns/fix';
import { planNodes } from '../../src/plan/walk-plan';
import { problemOf } from '../support/problems';
import { shapeOf, snapshotWith, startWhatIf } from '../support/what-if';

const byId: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_by_id',
  method: 'btree',
  columns: [{ name: 'id' }],
};

function withStatistics(snapshot: Snapshot, statistics: Readonly<Record<string, ColumnStatistics>>): Snapshot {
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, statistics: statistics[column.name] })),
    })),
  };
}

describe('hard cases for the planner in memory', function () {
  this.timeout(60_000);
  let whatIf: WhatIfPlanner;
  before(async () => {
    whatIf = await startWhatIf();
  });
  after(() => whatIf.dispose());

  it('plans 2,000 branches of UNION ALL', async () => {
    const database = await whatIf.open(snapshotWith({ posts: { id: 'integer' } }));
    const branches = Array.from({ length: 2_000 }, (_, i) => `SELECT id FROM posts WHERE id = ${i}`);
    const { plan } = await database.plan({ sql: branches.join(' UNION ALL '), indexes: [] });
    assert.equal(planNodes(plan.root).filter(({ type }) => type === 'Seq Scan').length, 2_000);
  });

  it('plans a table of 50 GB, with an index of several gigabytes, and goes back', async () => {
    const pages = 6_553_600;
    const rows = 500_000_000;
    const database = await whatIf.open(
      withStatistics(snapshotWith({ posts: { id: 'integer', title: 'text' } }, { pages, rows, allVisiblePages: 0 }), {
        id: { nullFraction: 0, averageWidth: 4, distinct: -1, correlation: 0 },
      }),
    );
    const sql = 'SELECT * FROM posts';
    const whole = pages + rows * 0.01;
    assert.equal((await database.plan({ sql, indexes: [] })).plan.root.totalCost, whole);
    const found = await database.plan({ sql: `${sql} WHERE id = 7`, indexes: [byId] });
    assert.equal(shapeOf(found.plan), 'Index Scan (posts_by_id)');
    const bytes = found.indexes[0]?.sizeBytes ?? 0;
    assert.ok(bytes > 8e9 && bytes < 13e9, String(bytes));
    assert.equal((await database.plan({ sql, indexes: [] })).plan.root.totalCost, whole);
  });

  it('takes what is sound of statistics that contradict themselves, and names the rest', async () => {
    const plain = { nullFraction: 0, averageWidth: 4, distinct: 10 };
    const statistics: Record<string, ColumnStatistics> = {
      lengths: { ...plain, mostCommonValues: '{1,2,3}', mostCommonFrequencies: '{0.5}', histogramBounds: '{1,5,9}' },
      sum: { ...plain, mostCommonValues: '{1,2}', mostCommonFrequencies: '{0.9,0.8}' },
      nan: { ...plain, mostCommonValues: '{1,2}', mostCommonFrequencies: '{NaN,0.1}', nullFraction: Number.NaN },
      disorder: { ...plain, histogramBounds: '{9,1,5,2}' },
      type: { ...plain, histogramBounds: '{1,2,x}' },
      torn: { ...plain, histogramBounds: '{1,2,"3' },
      numbers: { nullFraction: -3, averageWidth: -1, distinct: -5, correlation: 7 },
      huge: { nullFraction: 0, averageWidth: 1e300, distinct: 1e300 },
      fine: { ...plain, mostCommonValues: '{7}', mostCommonFrequencies: '{0.25}' },
    };
    const columns = Object.fromEntries(Object.keys(statistics).map((name) => [name, 'integer']));
    const database = await whatIf.open(
      withStatistics(snapshotWith({ posts: columns }, { rows: -7, allVisiblePages: -1 }), statistics),
    );
    const said = database.leftOut.join('\n');
    for (const [column, why] of [
      ['lengths', '3 values have 1 frequencies'],
      ['sum', 'add up to more than 1'],
      ['nan', 'a frequency is not between 0 and 1'],
      ['nan', 'the share of nulls \\(NaN\\) cannot be, 0 is used'],
      ['type', 'invalid input syntax for type integer: "x"'],
      ['torn', 'the histogram is no array'],
      ['numbers', 'the share of nulls \\(-3\\) cannot be, 0 is used'],
      ['numbers', 'distinct values \\(-5\\) cannot be, -1 is used'],
      ['numbers', 'average width \\(-1\\) cannot be, 0 is used'],
      ['numbers', 'the correlation \\(7\\) is not between -1 and 1'],
      ['huge', 'average width \\(1e\\+300\\) cannot be'],
    ]) {
      assert.match(said, new RegExp(`statistics of posts\\.${column} are used: .*${why}`));
    }
    assert.doesNotMatch(said, /posts\.fine/);
    for (const column of Object.keys(statistics)) {
      const sql = `SELECT * FROM posts p JOIN posts q USING (${column}) WHERE p.${column} > 3 AND q.${column} = 7`;
      assert.ok((await database.plan({ sql, indexes: [{ ...byId, columns: [{ name: column }] }] })).plan);
    }
    const { plan } = await database.plan({ sql: 'SELECT * FROM posts WHERE fine = 7', indexes: [] });
    const { plan: all } = await database.plan({ sql: 'SELECT * FROM posts', indexes: [] });
    assert.ok(Math.abs(plan.root.planRows / all.root.planRows - 0.25) < 0.001);
  });

  it('has a stand-in for a type of an extension that it lacks: its statistics count, and it can be a key', async () => {
    const snapshot = snapshotWith({
      items: { id: 'integer', embedding: 'vector(1536)', spot: 'gis.geometry(Point,4326)', more: '"we ird"[]' },
    });
    const [table] = snapshot.tables;
    assert.ok(table);
    const database = await whatIf.open({
      ...withStatistics(snapshot, {
        id: { nullFraction: 0, averageWidth: 4, distinct: -1 },
        embedding: { nullFraction: 0.9, averageWidth: 6_148, distinct: -0.1 },
        spot: {
          nullFraction: 0,
          averageWidth: 32,
          distinct: 5,
          mostCommonValues: '{0101,0102}',
          mostCommonFrequencies: '{0.5,0.1}',
        },
      }),
      prelude: ['CREATE EXTENSION vector'],
    });
    assert.match(database.leftOut.join('\n'), /Column items\.embedding has type vector\(1536\), which .* lacks/);
    assert.match(database.leftOut.join('\n'), /Column items\.spot has type gis\.geometry\(Point,4326\)/);
    const [width, rows] = await Promise.all([
      database.plan({ sql: 'SELECT embedding FROM items WHERE embedding IS NOT NULL', indexes: [] }),
      database.plan({ sql: `SELECT id FROM items WHERE spot = '0102'`, indexes: [] }),
    ]);
    assert.equal(width.plan.root.planWidth, 6_148);
    assert.equal(width.plan.root.planRows, 100_000);
    assert.equal(rows.plan.root.planRows, 100_000);
    const bySpot = { ...byId, table: 'items', columns: [{ name: 'spot' }, { name: 'id' }] };
    const { plan } = await database.plan({
      sql: `SELECT * FROM items WHERE spot = '0103' AND id = 7`,
      indexes: [bySpot],
    });
    assert.equal(shapeOf(plan), 'Index Scan (posts_by_id)');
    await problemOf(database.plan({ sql: 'SELECT embedding <-> embedding FROM items', indexes: [] }), 'missing-object');
  });

  it('plans a table whose generated column needs a function that it lacks, and says so', async () => {
    const snapshot = snapshotWith({ files: { id: 'integer', hash: 'text', name: 'text' } });
    const [table] = snapshot.tables;
    assert.ok(table);
    const columns = table.columns.map((column) => {
      if (column.name === 'hash') return { ...column, generated: `encode(digest(name, 'sha256'), 'hex')` };
      return column.name === 'name' ? { ...column, collation: 'pg_catalog."xx_XX"' } : column;
    });
    const database = await whatIf.open({ ...snapshot, tables: [{ ...table, columns }] });
    assert.equal(database.leftOut.length, 1);
    assert.match(
      database.leftOut[0] ?? '',
      /^Table files is planned without the collations of its columns and how they are/,
    );
    assert.ok((await database.plan({ sql: `SELECT * FROM files WHERE hash = 'a' ORDER BY name`, indexes: [] })).plan);
  });

  it('leaves a table out whole when one that inherits from it is a foreign table', async () => {
    const snapshot = snapshotWith({ posts: { id: 'integer' }, far: { id: 'integer' }, other: { id: 'integer' } });
    const database = await whatIf.open({
      ...snapshot,
      tables: snapshot.tables.map((table) =>
        table.name === 'far'
          ? { ...table, kind: 'foreign table' as const, inherits: [{ schema: 'public', table: 'posts' }] }
          : table,
      ),
    });
    assert.match(database.leftOut.join('\n'), /^Table posts is left out: its child far is a foreign table/);
    const problem = await problemOf(database.plan({ sql: 'SELECT * FROM posts', indexes: [] }), 'unsupported');
    assert.match(problem.message, /its child far is a foreign table/);
    assert.ok((await database.plan({ sql: 'SELECT * FROM other', indexes: [] })).plan);
  });
});
