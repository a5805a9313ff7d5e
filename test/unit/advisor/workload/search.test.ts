import assert from 'node:assert/strict';
import { bit, IndexPool, type IndexSet, none, positions } from '../../../../src/advisor/workload/index-pool';
import { QueryCosts } from '../../../../src/advisor/workload/query-costs';
import { search } from '../../../../src/advisor/workload/search';
import type { WorkloadQuery } from '../../../../src/advisor/workload/workload';
import { WorkloadCosts } from '../../../../src/advisor/workload/workload-costs';
import type { HypotheticalPlanner } from '../../../../src/database/planner';
import type { IndexDefinition } from '../../../../src/nouns/fix';
import { Problem } from '../../../../src/nouns/problem';
import { parsePlan } from '../../../../src/plan/parse-plan';
import { Statements } from '../../../support/statements';
import { snapshotWith } from '../../../support/what-if';

const megabyte = 1024 ** 2;

/** A plan of a made-up planner: it costs so much and needs these indexes, by their positions. */
type MadeUpPlan = readonly [cost: number, ...needs: number[]];

describe('the search for a workload’s indexes', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  /** Queries on one table each, so that all of a query's indexes matter to it. */
  function madeUp(
    plans: readonly (readonly MadeUpPlan[])[],
    sizes: readonly number[],
    weights: readonly number[] = [],
    upkeep = 0,
  ) {
    const columns = Object.fromEntries(sizes.map((_, i) => [`c${i}`, 'integer']));
    const snapshot = snapshotWith({ t: columns });
    const workload = plans.map((own, i): WorkloadQuery => {
      const used = new Set(own.flatMap(([, ...needs]) => needs));
      const where = [...used].map((index) => `c${index} = 1`).join(' OR ');
      const sql = `SELECT ${i} FROM t WHERE ${where || 'true'}`;
      return { label: `query ${i}`, statement: statements.read(sql), valueSets: [], weight: weights[i] ?? 1 };
    });
    const indexes = sizes.map(
      (_, i): IndexDefinition => ({
        schema: 'public',
        table: 't',
        name: `i${i}`,
        method: 'btree',
        columns: [{ name: `c${i}` }],
      }),
    );
    const everything = indexes.reduce((set, _, i) => set | bit(i), none);
    const pool = Object.assign(Object.create(IndexPool.prototype), {
      indexes,
      relevant: plans.map(() => everything),
      together: plans.map(() => []),
    }) as IndexPool;
    const planner: HypotheticalPlanner = {
      by: 'what-if',
      async plan({ sql, indexes: shown }) {
        const names = shown.map(({ name }) => Number(name.slice(1)));
        const own = plans[Number(/SELECT (\d+)/.exec(sql)?.[1])] ?? [];
        const [cost, ...needs] = [...own]
          .filter(([, ...all]) => all.every((one) => names.includes(one)))
          .sort((a, b) => a[0] - b[0])[0] ?? [0];
        const json = [
          { Plan: { 'Node Type': 'Result', 'Total Cost': cost, 'Startup Cost': 0, 'Plan Rows': 1, 'Plan Width': 4 } },
        ];
        return {
          plan: parsePlan(json, 'what-if'),
          indexes: names.map((name) => ({ sizeBytes: (sizes[name] ?? 0) * megabyte, used: needs.includes(name) })),
        };
      },
    };
    const costs = new WorkloadCosts(workload, pool, {
      planner,
      goal: { upkeep: () => upkeep, timeLimitMs: 60_000 },
      signal: new AbortController().signal,
    });
    return { costs, workload, snapshot };
  }

  const run = (costs: WorkloadCosts, megabytes: number): Promise<IndexSet> =>
    search(costs, { budgetBytes: megabytes * megabyte, onBest: () => undefined });

  it('takes what a plan needs together, though neither helps alone', async () => {
    const { costs } = madeUp([[[100], [10, 0, 1], [90, 2]]], [5, 5, 1]);
    assert.deepEqual(positions(await run(costs, 10)), [0, 1]);
  });

  it('takes the smaller index where the better one does not fit', async () => {
    const { costs } = madeUp([[[100], [10, 0], [20, 1]]], [20, 5]);
    assert.deepEqual(positions(await run(costs, 10)), [1]);
    assert.deepEqual(positions(await run(madeUp([[[100], [10, 0], [20, 1]]], [20, 5]).costs, 20)), [0]);
  });

  it('leaves out what costs more to keep up than it saves', async () => {
    const plans = [[[100], [10, 0]]] as const;
    assert.deepEqual(positions(await run(madeUp(plans, [5], [1], 80).costs, 10)), [0]);
    assert.deepEqual(positions(await run(madeUp(plans, [5], [1], 95).costs, 10)), []);
  });

  it('counts a query by its weight', async () => {
    const plans = [
      [[100], [10, 0]],
      [[100], [10, 1]],
    ] as const;
    assert.deepEqual(positions(await run(madeUp(plans, [5, 5], [1, 3]).costs, 5)), [1]);
    assert.deepEqual(positions(await run(madeUp(plans, [5, 5], [3, 1]).costs, 5)), [0]);
  });

  it('finds the best of all sets for eighty made-up workloads, or one within 1 % of it', async () => {
    const random = mulberry32(7);
    for (let round = 0; round < 80; round++) {
      const count = 9;
      const sizes = Array.from({ length: count }, () => 1 + Math.floor(random() * 20));
      const plans = Array.from({ length: 5 }, (): MadeUpPlan[] => [
        [1000],
        ...Array.from({ length: 5 }, (): MadeUpPlan => {
          const needs = new Set(
            Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * count)),
          );
          return [Math.round(random() * 990), ...needs];
        }),
      ]);
      const budget = 10 + Math.floor(random() * 60);
      const { costs } = madeUp(plans, sizes);
      const found = costOf(await run(costs, budget), plans);
      const best = cheapest(plans, sizes, budget);
      assert.ok(found <= best * 1.01, `round ${round}: ${found} where ${best} is possible`);
    }
  });

  it('gives the best that it found when its time is over', async () => {
    const { workload, costs } = madeUp(
      [
        [[100], [10, 0]],
        [[100], [10, 1]],
      ],
      [5, 5],
    );
    const ended = new AbortController();
    ended.abort();
    const stopped = new WorkloadCosts(workload, costs.pool, {
      planner: { by: 'what-if', plan: () => Promise.reject(new Problem('cancelled', 'never asked')) },
      goal: { upkeep: () => 0, timeLimitMs: 60_000 },
      signal: ended.signal,
    });
    assert.equal(await run(stopped, 100), none);
    assert.equal(stopped.whatIfs, 0);
  });
});

describe('what is known of a query’s cost', () => {
  it('holds for every set between what was used and what was shown', () => {
    const query = new QueryCosts(1, 0b1111n);
    query.learn({ shown: none, used: none, cost: 100 });
    query.learn({ shown: 0b0111n, used: 0b0010n, cost: 40 });
    assert.equal(query.known(0b0010n), 40);
    assert.equal(query.known(0b0110n), 40);
    assert.equal(query.known(0b1010n), undefined, 'the fourth was never shown beside it');
    assert.equal(query.known(0b0101n), undefined, 'what was used is missing');
    assert.equal(query.atMost(0b1010n), 40);
    assert.equal(query.atMost(0b0101n), 100);
    assert.equal(query.known(0b10010n), 40, 'one that does not matter to it changes nothing');
  });
});

function costOf(set: IndexSet, plans: readonly (readonly MadeUpPlan[])[]): number {
  const chosen = new Set(positions(set));
  return plans.reduce(
    (sum, own) =>
      sum + Math.min(...own.filter(([, ...needs]) => needs.every((one) => chosen.has(one))).map(([cost]) => cost)),
    0,
  );
}

function cheapest(plans: readonly (readonly MadeUpPlan[])[], sizes: readonly number[], budget: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let set = 0; set < 1 << sizes.length; set++) {
    const bytes = positions(BigInt(set)).reduce((sum, index) => sum + (sizes[index] ?? 0), 0);
    if (bytes <= budget) best = Math.min(best, costOf(BigInt(set), plans));
  }
  return best;
}

/** The same numbers in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
