import assert from 'node:assert/strict';
import { type GrowthLimit, growQuery, type QueryGrowth } from '../../../src/analysis/growth/growth';
import { GrowingTables } from '../../../src/analysis/growth/tables';
import { type GrowthFacts, growthText } from '../../../src/analysis/growth/text';
import { growthWarning } from '../../../src/analysis/growth/warning';
import type { ColumnStatistics } from '../../../src/database/snapshot';
import type { WhatIfDatabase } from '../../../src/database/what-if/planner';
import { parsePlan } from '../../../src/plan/parse-plan';
import { snapshotWith } from '../../support/what-if';

/** A planner with one plan for each size, given as the node's type, its cost and its rows. */
function planner(planAt: (factor: number) => { node: string; cost: number; rows?: number; below?: string }) {
  const asked: number[] = [];
  const plan: WhatIfDatabase['plan'] = async ({ growth }) => {
    const factor = growth?.factor ?? 1;
    asked.push(factor);
    const { node, cost, rows = 1, below } = planAt(factor);
    const table = { 'Relation Name': 'posts', Schema: 'public', Alias: 'posts' };
    const inner = { 'Node Type': below, 'Total Cost': cost / 2, 'Plan Rows': rows, 'Plan Width': 100, ...table };
    const outer = {
      'Node Type': node,
      'Total Cost': cost,
      'Plan Rows': rows,
      'Plan Width': 100,
      ...(below === undefined ? table : { Plans: [inner] }),
    };
    return { plan: parsePlan([{ Plan: outer }], 'what-if'), indexes: [] };
  };
  return { planner: { plan }, asked };
}

const statistics: ColumnStatistics = { nullFraction: 0, averageWidth: 8, distinct: -1 };
const plain = snapshotWith({ posts: { id: 'integer' } }, { pages: 10_000, rows: 200_000 });
const snapshot = {
  ...plain,
  tables: plain.tables.map((table) => ({ ...table, columns: table.columns.map((one) => ({ ...one, statistics })) })),
};
const factors = [10, 100, 1_000];
const grow = (one: ReturnType<typeof planner>, limit?: GrowthLimit): Promise<QueryGrowth> =>
  growQuery({ sql: 'SELECT 1', planner: one.planner, snapshot, factors, limit });

describe('the growth of a query', () => {
  it('is constant, linear or quadratic by its cost at the largest sizes', async () => {
    const lawOf = async (cost: (factor: number) => number) =>
      (await grow(planner((factor) => ({ node: 'Seq Scan', cost: cost(factor) })))).law;
    assert.equal(await lawOf(() => 8), 'constant');
    assert.equal(await lawOf((factor) => 8 + Math.log10(factor)), 'constant');
    assert.equal(await lawOf(Math.sqrt), 'sublinear');
    assert.equal(await lawOf((factor) => 1 + factor), 'linear');
    assert.equal(await lawOf((factor) => factor * Math.log2(1_000 * factor)), 'linear');
    assert.equal(await lawOf((factor) => factor ** 1.5), 'superlinear');
    assert.equal(await lawOf((factor) => 1_000 + factor ** 2), 'quadratic');
  });

  it('finds the sizes at which the plan becomes another one, between those that were asked for', async () => {
    const at = (factor: number) => (factor < 40 ? 'Index Scan' : factor < 55 ? 'Bitmap Heap Scan' : 'Seq Scan');
    const { changes } = await grow(planner((factor) => ({ node: at(factor), cost: factor })));
    assert.deepEqual(
      changes.map(({ what }) => what),
      [
        'Index Scan on posts → Bitmap Heap Scan using  on posts',
        'Bitmap Heap Scan using  on posts → Seq Scan on posts',
      ],
    );
    for (const [i, size] of [40, 55].entries()) {
      const change = changes[i];
      assert.ok(change && change.before.factor < size && size <= change.after.factor);
      assert.ok(change.after.factor / change.before.factor <= 1.03);
    }
  });

  it('asks for each size once, and not for what lies between two equal plans', async () => {
    const one = planner((factor) => ({ node: 'Seq Scan', cost: factor }));
    await grow(one);
    assert.deepEqual(one.asked, [1, 10, 100, 1_000]);
  });

  it('sees a sort that no longer fits into work_mem', async () => {
    const one = planner((factor) => ({ node: 'Sort', below: 'Seq Scan', cost: factor, rows: 1_000 * factor }));
    const [change, ...others] = (await grow(one)).changes;
    assert.deepEqual(others, []);
    // 4 MB of rows of 104 + 24 bytes.
    assert.ok(Math.abs((change?.after.factor ?? 0) / 32.768 - 1) < 0.04);
    assert.match(change?.what ?? '', /^the Sort of 3\d,\d{3} rows \(4(\.\d)? MB\) no longer fits into 4 MB of memory$/);
  });

  it('finds the size at which a limit is passed, as a cost and as a multiple of today', async () => {
    const linear = () => planner((factor) => ({ node: 'Seq Scan', cost: 100 * factor }));
    const near = (found: QueryGrowth, factor: number) =>
      Math.abs((found.overLimit?.at.factor ?? 0) / factor - 1) < 0.04 && (found.overLimit?.at.factor ?? 0) >= factor;
    assert.ok(near(await grow(linear(), { cost: 5_000 }), 50));
    assert.ok(near(await grow(linear(), { times: 7 }), 7));
    assert.equal((await grow(linear(), { cost: 50 })).overLimit?.at.factor, 1);
    assert.equal((await grow(linear(), { cost: 1e9 })).overLimit, undefined);
  });

  it('ends with plans that flutter between two forms at every size', async () => {
    const one = planner((factor) => ({ node: (factor * 1e6) % 2 < 1 ? 'Index Scan' : 'Seq Scan', cost: factor }));
    await grow(one);
    assert.ok(one.asked.length <= 151, String(one.asked.length));
  });
});

describe('the report on growth', () => {
  async function report(more: Partial<GrowthFacts> = {}): Promise<string> {
    const quick = await grow(planner(() => ({ node: 'Index Scan', cost: 8.3 })));
    const slow = await grow(
      planner((factor) => ({ node: factor < 40 ? 'Index Scan' : 'Seq Scan', cost: 100 * factor })),
      { cost: 5_000 },
    );
    return growthText({
      statements: [
        { label: 'src/quick.ts:1', sql: 'SELECT quick', growth: quick },
        { label: 'src/slow.ts:2', sql: 'SELECT\n  slow', growth: slow },
      ],
      tables: new GrowingTables(snapshot, {}),
      factors,
      passedOver: [{ label: 'src/broken.ts:3', why: 'relation "nowhere" does not exist' }],
      assumed: false,
      leftOut: [],
      ...more,
    });
  }

  it('is a table, the worst first, with what happens to each plan', async () => {
    assert.equal(
      await report(),
      `Planner's cost while all tables grow

                today    10×    100×   1,000×  growth

src/slow.ts:2     100  1,000  10,000  100,000  linear
    SELECT slow
    above the limit of 5,000 from about 50× (10,000,000 rows of posts) on
    at about 41× (8,200,000 rows of posts): Index Scan on posts → Seq Scan on posts, cost 3,995 → 4,068
    in the end: Seq Scan on posts

src/quick.ts:1    8.3    8.3     8.3      8.3  constant
    SELECT quick
    the same plan throughout: Index Scan on posts

src/broken.ts:3: relation "nowhere" does not exist`,
    );
  });

  it('says what its numbers rest on', async () => {
    const without = (change: object) => ({
      ...snapshot,
      tables: snapshot.tables.map((one) => ({ ...one, ...change })),
    });
    const notes = async (change: object) => {
      const tables = new GrowingTables(without(change), {});
      return (await report({ tables, assumed: true, leftOut: ['Table x is left out: it is.'] })).split('\n\n').at(-1);
    };
    const assumed = 'Table sizes are assumed: no database was asked.\nTable x is left out: it is.';
    assert.equal(await notes({}), assumed);
    assert.equal(await notes({ rows: 0 }), `${assumed}\nTable posts is empty: nothing can be said about how it grows.`);
    assert.match(
      (await notes({ columns: plain.tables[0]?.columns })) ?? '',
      /Table posts has no statistics: only its size grows/,
    );
    assert.match(
      (await notes({ pages: 1e9 })) ?? '',
      /From 4× on, posts is 32 TB, the largest table that PostgreSQL can have/,
    );
  });

  it('says when the ids of a table are used up', async () => {
    const id = {
      name: 'id',
      type: 'integer',
      notNull: true,
      statistics: { ...statistics, histogramBounds: '{1,200000000}' },
    };
    const key = { name: 'posts_pkey', isUnique: true, columns: [{ name: 'id', descending: false }] };
    const tables = snapshot.tables.map((one) => ({
      ...one,
      rows: 200_000_000,
      columns: [id],
      indexes: [key] as never,
    }));
    assert.match(
      await report({ tables: new GrowingTables({ ...snapshot, tables }, {}) }),
      /At 10× the ids of posts are used up \(id is of type integer\)\./,
    );
  });
});

describe('the sentence about a query that is fine today', () => {
  const sentence = (
    cost: (factor: number) => number,
    more: Partial<typeof snapshot> = {},
  ): Promise<string | undefined> => {
    const one = planner((factor) => ({ node: factor < 40 ? 'Index Scan' : 'Seq Scan', cost: cost(factor) }));
    return growthWarning({ sql: 'SELECT 1', planner: one.planner, snapshot: { ...snapshot, ...more } });
  };

  it('says from which size on it is not, and with which plan', async () => {
    assert.match(
      (await sentence((factor) => 1_500 * factor)) ?? '',
      /^Fine today \(cost 1,500\); at about 67× \(13,400,000 rows of posts\) this becomes Seq Scan on posts, cost 10\d,\d{3}\.$/,
    );
    assert.match(
      (await sentence((factor) => 5_000 * factor)) ?? '',
      /^Fine today \(cost 5,000\); at about 21× \(4,200,000 rows of posts\) this costs 100,000 \(Index Scan on posts\)\.$/,
    );
  });

  it('is not said of what stays fine, is not fine today, or rests on assumed sizes', async () => {
    assert.equal(await sentence(() => 8), undefined);
    assert.equal(await sentence((factor) => 50 * factor), undefined);
    assert.equal(await sentence((factor) => 20_000 * factor), undefined);
    assert.equal(await sentence((factor) => 1_500 * factor, { assumed: true }), undefined);
  });
});
