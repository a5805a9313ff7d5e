import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexColumn, IndexDefinition } from '../../src/nouns/fix';
import { problemOf } from '../support/problems';
import { shapeOf, snapshotWith, startWhatIf } from '../support/what-if';

const whole = { nullFraction: 0, averageWidth: 4, distinct: -1, correlation: 0.9 };
const bounds = `{${Array.from({ length: 101 }, (_, i) => i * 10_000).join(',')}}`;

/** Two tables of a million rows: numbers from 0 to a million, a text, a document. */
function database(): Snapshot {
  const types = { id: 'integer', other: 'integer', note: 'text', data: 'jsonb' };
  const snapshot = snapshotWith(
    { posts: types, comments: types },
    { rows: 1_000_000, pages: 20_000, allVisiblePages: 20_000 },
  );
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) =>
        column.type === 'integer' ? { ...column, statistics: { ...whole, histogramBounds: bounds } } : column,
      ),
    })),
  };
}

const index = (columns: readonly IndexColumn[], more: Partial<IndexDefinition> = {}): IndexDefinition => ({
  schema: 'public',
  table: 'posts',
  name: 'tried',
  method: 'btree',
  columns,
  ...more,
});
const expression = (name: string): IndexColumn => ({ name, isExpression: true });

describe('building an index in memory', () => {
  let whatIf: WhatIfPlanner;
  let inMemory: WhatIfDatabase;

  before(async function () {
    this.timeout(60_000);
    whatIf = await startWhatIf();
    inMemory = await whatIf.open(database());
  });
  after(() => whatIf?.dispose());

  const wrong: readonly [what: string, definition: IndexDefinition, why: RegExp][] = [
    ['an unknown table', index([{ name: 'id' }], { table: 'nowhere' }), /there is no table public\.nowhere/],
    ['an unknown column', index([{ name: 'nothing' }]), /column "nothing" does not exist/],
    [
      'an unknown included column',
      index([{ name: 'id' }], { include: ['nothing'] }),
      /column "nothing" does not exist/,
    ],
    [
      'an unknown operator class',
      index([{ name: 'note', operatorClass: 'no_ops' }]),
      /operator class "no_ops" does not exist/,
    ],
    [
      'an unknown access method',
      index([{ name: 'id' }], { method: 'zone' as 'brin' }),
      /access method "zone" does not exist/,
    ],
    ['a type that the method cannot hold', index([{ name: 'id' }], { method: 'gin' }), /no default operator class/],
    [
      'two columns in a hash index',
      index([{ name: 'id' }, { name: 'other' }], { method: 'hash' }),
      /does not support multicolumn/,
    ],
    ['an expression that is not immutable', index([expression('(note || now()::text)')]), /must be marked IMMUTABLE/],
    ['a second statement in an expression', index([expression('(1)); DROP TABLE comments; --')]), /multiple commands/],
    [
      'a second statement in a predicate',
      index([{ name: 'id' }], { where: 'true; DROP TABLE comments' }),
      /syntax error|multiple commands/,
    ],
    [
      'a predicate that closes what it did not open',
      index([{ name: 'id' }], { where: 'true) OR (true' }),
      /syntax error/,
    ],
    [
      'a predicate with an aggregate',
      index([{ name: 'id' }], { where: 'id > max(other)' }),
      /aggregate functions are not allowed/,
    ],
    ['a parameter in a predicate', index([{ name: 'id' }], { where: 'id > $1' }), /parameter|bind message/],
    ['a predicate that fails', index([{ name: 'id' }], { where: 'id > 1 / 0' }), /division by zero/],
  ];

  for (const [what, definition, why] of wrong) {
    it(`says why it cannot: ${what}`, async () => {
      const problem = await problemOf(inMemory.plan({ sql: 'SELECT 1', indexes: [definition] }), 'unsupported');
      assert.match(problem.message, /^The planner in memory cannot build this index: /);
      assert.match(problem.message, why);
    });
  }

  it('goes on as before after all of these, and says it again', async () => {
    const [, definition] = wrong[1] as (typeof wrong)[number];
    await problemOf(inMemory.plan({ sql: 'SELECT 1', indexes: [definition] }), 'unsupported');
    const { plan, indexes } = await inMemory.plan({
      sql: 'SELECT p.id FROM posts p JOIN comments c ON c.id = p.id WHERE p.id = 7',
      indexes: [index([{ name: 'id' }])],
    });
    assert.match(shapeOf(plan), /Index Only Scan \(tried\)/);
    assert.equal(indexes[0]?.used, true);
    const before = await inMemory.plan({ sql: 'SELECT * FROM posts WHERE id = 7', indexes: [] });
    assert.equal(shapeOf(before.plan), 'Seq Scan');
    assert.ok(before.plan.root.totalCost > 20_000, 'the table is as large as ever');
  });

  it('builds the good ones of several, though one is wrong', async () => {
    const good = index([{ name: 'other' }]);
    await problemOf(inMemory.plan({ sql: 'SELECT 1', indexes: [good, index([{ name: 'nothing' }])] }), 'unsupported');
    const { plan } = await inMemory.plan({ sql: 'SELECT * FROM posts WHERE other = 7', indexes: [good] });
    assert.equal(shapeOf(plan), 'Index Scan (tried)');
  });

  it('shows exactly what is asked for, in any order', async () => {
    const sql = 'SELECT * FROM posts WHERE id = 7 AND other = 8';
    const sets = [[], [index([{ name: 'id' }])], [index([{ name: 'other' }], { name: 'second' })], []];
    const seen: string[] = [];
    for (const indexes of [...sets, ...sets.reverse()])
      seen.push(shapeOf((await inMemory.plan({ sql, indexes })).plan));
    const expected = ['Seq Scan', 'Index Scan (tried)', 'Index Scan (second)', 'Seq Scan'];
    assert.deepEqual(seen, [...expected, ...expected.reverse()]);
  });

  it('says what is guessed about an expression, and nothing where the column tells it', async () => {
    const asked = [index([expression("(data->>'x')")]), index([expression('(id / 10)')])];
    const { indexes } = await inMemory.plan({ sql: 'SELECT 1', indexes: asked });
    assert.equal(
      indexes[0]?.guessed,
      `nothing is known of (data ->> 'x'::text): planned as if it had 200 different values`,
    );
    assert.equal(indexes[1]?.guessed, undefined);
    const { plan } = await inMemory.plan({ sql: 'SELECT * FROM posts WHERE id / 10 = 5', indexes: asked });
    assert.equal(shapeOf(plan), 'Index Scan (tried)');
    assert.ok(plan.root.planRows >= 5 && plan.root.planRows <= 20, `${plan.root.planRows} rows, where it should be 10`);
  });

  it('plans statements again whose parameters have no type', async () => {
    const statements = ['SELECT id FROM posts WHERE $1 IS NULL', 'SELECT id FROM comments WHERE $1 IS NULL'];
    for (const sql of [...statements, ...statements]) {
      const { plan } = await inMemory.plan({ sql, indexes: [index([{ name: 'id' }])] });
      assert.ok(plan.root.totalCost > 0);
    }
  });

  it('gives a size whatever the statistics say', async () => {
    const wild = { nullFraction: Number.NaN, averageWidth: -5, distinct: Number.NaN, histogramBounds: '{5,3,1' };
    const snapshot = database();
    const hostile = await whatIf.open({
      ...snapshot,
      tables: snapshot.tables.map((table) => ({
        ...table,
        rows: Number.NaN,
        columns: table.columns.map((column) => ({ ...column, statistics: wild })),
      })),
    });
    const asked = [
      index([{ name: 'id' }, { name: 'note' }]),
      index([{ name: 'id' }], { method: 'hash' }),
      index([{ name: 'data' }], { method: 'gin' }),
      index([expression('lower(note)')]),
      index([expression('(id / 10)')]),
    ];
    const { indexes } = await hostile.plan({ sql: 'SELECT 1', indexes: asked });
    assert.ok(
      indexes.every(({ sizeBytes }) => sizeBytes >= 8192 && sizeBytes < 1e9),
      JSON.stringify(indexes),
    );
  });

  const ends: readonly [what: string, sql: string][] = [
    ['a range above the histogram', 'SELECT * FROM posts WHERE id > 999999999'],
    ['a range below the histogram', 'SELECT * FROM posts WHERE id < -5'],
    ['the smallest and the largest', 'SELECT min(id), max(id) FROM posts'],
    ['a merge join', 'SELECT count(*) FROM posts p JOIN comments c ON p.id = c.id'],
    ['the newest few', 'SELECT * FROM posts ORDER BY id DESC LIMIT 5'],
  ];
  const kinds: readonly IndexDefinition[] = [
    index([{ name: 'id' }]),
    index([{ name: 'id', descending: true }, { name: 'note' }]),
    index([{ name: 'id' }], { include: ['other'] }),
    index([{ name: 'id' }], { where: 'other > 5' }),
    index([{ name: 'id' }], { method: 'hash' }),
    index([{ name: 'id' }], { method: 'brin' }),
  ];
  for (const [what, sql] of ends) {
    it(`does not stumble over an index without rows: ${what}`, async () => {
      for (const definition of kinds) {
        const { plan } = await inMemory.plan({ sql, indexes: [definition] });
        assert.ok(plan.root.totalCost > 0);
      }
      const { plan } = await inMemory.plan({ sql, indexes: kinds });
      assert.ok(plan.root.totalCost > 0);
    });
  }
});
