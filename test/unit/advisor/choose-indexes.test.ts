import assert from 'node:assert/strict';
import type { Candidate } from '../../../src/advisor/candidates';
import { chooseIndexes } from '../../../src/advisor/query/choose-indexes';
import type { HypotheticalPlanner } from '../../../src/database/planner';
import type { IndexDefinition } from '../../../src/nouns/fix';
import { Problem } from '../../../src/nouns/problem';
import { parsePlan } from '../../../src/plan/parse-plan';
import { problemOf } from '../../support/problems';

function candidate(...columns: string[]): Candidate {
  const index: IndexDefinition = {
    schema: 'public',
    table: 't',
    name: `t_${columns.join('_')}`,
    method: 'btree',
    columns: columns.map((name) => ({ name })),
  };
  return { indexes: [index] };
}

/**
 * A planner that takes the cheapest of what it is shown: the cost of a set of indexes, by their names, is as the test
 * says. With several that cost the same it takes the smallest set.
 */
function plannerOf(cost: (names: readonly string[]) => number | Problem): HypotheticalPlanner {
  return {
    by: 'what-if',
    async plan({ indexes }) {
      const refused = cost(indexes.map(({ name }) => name));
      if (refused instanceof Problem) throw refused;
      let best: { total: number; names: readonly string[] } | undefined;
      for (const names of subsets([...new Set(indexes.map(({ name }) => name))])) {
        const total = cost(names);
        if (typeof total === 'number' && (!best || total < best.total)) best = { total, names };
      }
      const plan = parsePlan([{ Plan: { 'Node Type': 'Result', 'Total Cost': best?.total } }], 'what-if');
      return {
        plan,
        indexes: indexes.map(({ name }) => ({ sizeBytes: 8192, used: best?.names.includes(name) === true })),
      };
    },
  };
}

/** The smallest first. */
function subsets(names: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const name of names) all = [...all, ...all.map((some) => [...some, name])];
  return all.sort((a, b) => a.length - b.length);
}

async function chosen(
  candidates: Candidate[],
  cost: (names: readonly string[]) => number | Problem,
): Promise<string[]> {
  return (await chosenSteps(candidates, cost)).flat();
}

async function chosenSteps(
  candidates: Candidate[],
  cost: (names: readonly string[]) => number | Problem,
): Promise<string[][]> {
  const steps = await chooseIndexes({
    sql: 'SELECT 1',
    valueSets: [],
    candidates,
    planner: plannerOf(cost),
    minimumGain: 0.1,
    budgetMs: 10_000,
  });
  return steps.map((step) => step.added.map((index) => index.name));
}

describe('choosing indexes', () => {
  it('takes the cheapest', async () => {
    const costs: Record<string, number> = { t_a: 500, t_b: 200 };
    assert.deepEqual(await chosen([candidate('a'), candidate('b')], ([name]) => costs[name ?? ''] ?? 1000), ['t_b']);
  });

  it('prefers fewer columns within 3 % of the cost', async () => {
    const costs: Record<string, number> = { t_a: 205, t_a_b: 200 };
    assert.deepEqual(await chosen([candidate('a', 'b'), candidate('a')], ([name]) => costs[name ?? ''] ?? 1000), [
      't_a',
    ]);
    costs.t_a = 210;
    assert.deepEqual(await chosen([candidate('a', 'b'), candidate('a')], ([name]) => costs[name ?? ''] ?? 1000), [
      't_a_b',
    ]);
  });

  it('adds a second index only when it pays', async () => {
    const pair = (both: number) => (names: readonly string[]) =>
      names.length === 2 ? both : names.length === 1 ? 500 : 1000;
    assert.deepEqual(await chosen([candidate('a'), candidate('b')], pair(100)), ['t_a', 't_b']);
    assert.deepEqual(await chosen([candidate('a'), candidate('b')], pair(495)), ['t_a']);
  });

  it('drops an index that a later one made superfluous', async () => {
    const cost = (names: readonly string[]): number => {
      if (names.includes('t_b')) return names.includes('t_c') ? 100 : 700;
      return names.includes('t_a') ? (names.includes('t_c') ? 100 : 500) : 1000;
    };
    assert.deepEqual(await chosen([candidate('a'), candidate('c'), candidate('b')], cost), ['t_a', 't_c']);
  });

  it('proposes nothing for less than a tenth, nor for what is cheap already', async () => {
    assert.deepEqual(await chosen([candidate('a')], (names) => (names.length > 0 ? 920 : 1000)), []);
    assert.deepEqual(await chosen([candidate('a')], (names) => (names.length > 0 ? 1 : 99)), []);
  });

  it('passes over what the planner cannot build and passes on every other problem', async () => {
    const unsupported = new Problem('unsupported', 'no such access method');
    assert.deepEqual(
      await chosen([candidate('a'), candidate('b')], ([name]) => (name === 't_a' ? unsupported : name ? 100 : 1000)),
      ['t_b'],
    );
    const lost = new Problem('server', 'gone');
    await problemOf(
      chosen([candidate('a')], (names) => (names.length > 0 ? lost : 1000)),
      'server',
    );
  });

  it('weighs all values together: an index that serves only the most common one is not taken', async () => {
    // Per index: the cost for a common author, and for a rare one.
    const costs: Record<string, [number, number]> = { t_created: [17, 15000], t_author_created: [28, 12] };
    const planner: HypotheticalPlanner = {
      by: 'what-if',
      async plan({ indexes, values }) {
        const [common, rare] = costs[indexes[0]?.name ?? ''] ?? [15200, 15100];
        const total = values?.[0] === 'common' ? common : rare;
        const plan = parsePlan([{ Plan: { 'Node Type': 'Result', 'Total Cost': total } }], 'what-if');
        return { plan, indexes: indexes.map(() => ({ sizeBytes: 8192, used: true })) };
      },
    };
    const steps = await chooseIndexes({
      sql: 'SELECT 1',
      valueSets: [['common'], ['rare']],
      candidates: [candidate('created'), candidate('author', 'created')],
      planner,
      minimumGain: 0.1,
      budgetMs: 10_000,
    });
    assert.deepEqual(
      steps.map(({ added, values }) => [added[0]?.name, values]),
      [['t_author_created', ['common']]],
    );
  });

  it('stops when the plan is fine, although a further index would save half of the rest', async () => {
    const costs = (names: readonly string[]) => (names.length === 0 ? 15000 : names.length === 1 ? 28 : 14);
    assert.deepEqual(await chosen([candidate('a'), candidate('b')], costs), ['t_a']);
  });

  it('starts with the index that saves most', async () => {
    // What the first one leaves is the same whichever it is; alone, b saves more for the pair than it shows.
    const cost = (names: readonly string[]): number =>
      ({ '': 1000, t_a: 600, t_b: 640, 't_a t_b': 100, 't_a t_c': 590 })[[...names].sort().join(' ')] ?? 1000;
    assert.deepEqual(await chosenSteps([candidate('a'), candidate('b')], cost), [['t_a', 't_b']]);
    const other = (names: readonly string[]): number =>
      ({ '': 1000, t_a: 400, t_b: 800, 't_a t_b': 100 })[[...names].sort().join(' ')] ?? 1000;
    assert.deepEqual(await chosenSteps([candidate('b'), candidate('a')], other), [['t_a'], ['t_b']]);
  });

  it('leaves out a companion that saves less than a tenth beside what came later', async () => {
    // a is the best alone; b and c together hardly need it.
    const costs: Record<string, number> = {
      '': 1000,
      t_a: 500,
      t_b: 600,
      t_c: 600,
      't_a t_b': 300,
      't_a t_c': 310,
      't_a t_b t_c': 200,
      't_b t_c': 210,
    };
    const cost = (names: readonly string[]): number => costs[[...names].sort().join(' ')] ?? 1000;
    assert.deepEqual((await chosen([candidate('a'), candidate('b'), candidate('c')], cost)).sort(), ['t_b', 't_c']);
  });

  it('gives indexes that would be called the same names of their own', async () => {
    const down: Candidate = {
      indexes: candidate('a').indexes.map((index) => ({ ...index, columns: [{ name: 'a', descending: true }] })),
    };
    const planner: HypotheticalPlanner = {
      by: 'what-if',
      async plan({ indexes }) {
        const total = [1000, 500][indexes.length] ?? 200;
        const plan = parsePlan([{ Plan: { 'Node Type': 'Result', 'Total Cost': total } }], 'what-if');
        return { plan, indexes: indexes.map(() => ({ sizeBytes: 8192, used: true })) };
      },
    };
    const steps = await chooseIndexes({
      sql: '',
      valueSets: [],
      candidates: [candidate('a'), down],
      planner,
      minimumGain: 0.1,
      budgetMs: 10_000,
    });
    assert.deepEqual(
      steps.flatMap(({ added }) => added.map(({ name }) => name)),
      ['t_a', 't_a_idx'],
    );
  });

  it('asks once where nothing can help, and for nothing where the plan is fine', async () => {
    const asked: number[] = [];
    const counted = (planner: HypotheticalPlanner): HypotheticalPlanner => ({
      by: 'what-if',
      plan(request) {
        asked.push(request.indexes.length);
        return planner.plan(request);
      },
    });
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => candidate(name));
    const search = { sql: '', valueSets: [], candidates: many, minimumGain: 0.1, budgetMs: 10_000 };
    await chooseIndexes({ ...search, planner: counted(plannerOf(() => 1000)) });
    assert.deepEqual(asked, [0, 5]);
    asked.length = 0;
    await chooseIndexes({ ...search, planner: counted(plannerOf(() => 20)) });
    assert.deepEqual(asked, [0]);
  });

  it('finds a pair of which neither helps alone', async () => {
    const cost = (names: readonly string[]): number => (names.length === 2 ? 100 : 1000);
    assert.deepEqual(await chosenSteps([candidate('a'), candidate('b')], cost), [['t_a', 't_b']]);
  });

  describe('between a general index and a special one', () => {
    const million = 1_000_000;
    const special = (how: Partial<IndexDefinition>): Candidate => ({
      indexes: candidate('s').indexes.map((index) => ({ ...index, ...how })),
    });

    /** `general` and `special`: bytes and cost of each. */
    async function choice(
      how: Partial<IndexDefinition>,
      bytes: { general: number; special: number },
      costs: { general: number; special: number },
    ): Promise<string> {
      const planner = plannerOf(([name]) => ({ t_a: costs.general, t_s: costs.special })[name ?? ''] ?? 10_000);
      const sized: HypotheticalPlanner = {
        by: 'what-if',
        async plan(request) {
          const { plan, indexes } = await planner.plan(request);
          const size = (name: string | undefined): number => (name === 't_a' ? bytes.general : bytes.special);
          return { plan, indexes: indexes.map((one, i) => ({ ...one, sizeBytes: size(request.indexes[i]?.name) })) };
        },
      };
      const search = { sql: '', valueSets: [], minimumGain: 0.1, budgetMs: 10_000 };
      const steps = await chooseIndexes({ ...search, candidates: [candidate('a'), special(how)], planner: sized });
      return steps.flatMap(({ added }) => added.map(({ name }) => (name === 't_a' ? 'general' : 'special'))).join();
    }

    const partial = { where: 'a = 1' };
    const sizes = { general: 50 * million, special: 2 * million };

    it('takes a partial one that is much smaller or clearly cheaper', async () => {
      assert.equal(await choice(partial, sizes, { general: 2000, special: 1999 }), 'special');
      assert.equal(
        await choice(partial, { ...sizes, special: 40 * million }, { general: 3000, special: 1990 }),
        'special',
      );
    });

    it('takes the general one for a little', async () => {
      const similar = { ...sizes, special: 20 * million };
      assert.equal(await choice(partial, similar, { general: 2000, special: 1950 }), 'general');
      const small = { general: 5 * million, special: 0.1 * million };
      assert.equal(await choice(partial, small, { general: 2000, special: 1999 }), 'general');
      assert.equal(await choice(partial, similar, { general: 50, special: 5 }), 'general');
    });

    it('takes a much smaller one that is a little dearer where both plans are fine', async () => {
      assert.equal(await choice(partial, sizes, { general: 15, special: 34 }), 'special');
      assert.equal(await choice(partial, sizes, { general: 500, special: 700 }), 'general');
    });

    it('takes one with included columns for half of the cost', async () => {
      const covering = { include: ['b'] };
      assert.equal(await choice(covering, sizes, { general: 5000, special: 2000 }), 'special');
      assert.equal(await choice(covering, sizes, { general: 5000, special: 3000 }), 'general');
      assert.equal(await choice(covering, sizes, { general: 400, special: 150 }), 'general');
    });

    it('takes BRIN instead of a B-tree of a gigabyte, when it saves a third by itself', async () => {
      const brin = { method: 'brin' } as const;
      const huge = { general: 2_000 * million, special: 0.1 * million };
      assert.equal(await choice(brin, huge, { general: 300, special: 5000 }), 'special');
      assert.equal(await choice(brin, huge, { general: 300, special: 9000 }), 'general');
      assert.equal(await choice(brin, sizes, { general: 300, special: 5000 }), 'general');
    });

    it('takes a hash index of half the size at the same cost', async () => {
      assert.equal(await choice({ method: 'hash' }, sizes, { general: 8.5, special: 8 }), 'special');
    });
  });

  it('answers with the best so far when its time is over, also while the planner plans', async () => {
    const asked: string[][] = [];
    const planner = plannerOf(([name]) => ({ t_a: 500, t_b: 10 })[name ?? ''] ?? 1000);
    const slow: HypotheticalPlanner = {
      by: 'what-if',
      async plan(request) {
        asked.push(request.indexes.map((index) => index.name));
        // As a planner does that thinks about a dozen joins, until it is told to stop.
        if (asked.length > 2) {
          await new Promise<never>((_, reject) => {
            request.signal?.addEventListener('abort', () => reject(new Problem('cancelled', 'Cancelled.')));
          });
        }
        return planner.plan(request);
      },
    };
    const search = { sql: '', valueSets: [], planner: slow, minimumGain: 0.1, budgetMs: 200 };
    const steps = await chooseIndexes({
      ...search,
      candidates: [candidate('a'), candidate('b'), candidate('c')],
    });
    assert.deepEqual(
      steps.flatMap(({ added }) => added.map(({ name }) => name)),
      ['t_b'],
    );
    assert.deepEqual(asked, [[], ['t_a', 't_b', 't_c'], ['t_a']]);
  });

  it('stops at once when it is cancelled', async () => {
    const controller = new AbortController();
    const planner = plannerOf((names) => {
      if (names.length > 0) controller.abort();
      return names.length > 0 ? 10 : 1000;
    });
    const search = { sql: '', valueSets: [], planner, minimumGain: 0.1, budgetMs: 10_000, signal: controller.signal };
    await problemOf(chooseIndexes({ ...search, candidates: [candidate('a'), candidate('b')] }), 'cancelled');
  });

  it('does not add an index that saves a lot of the rest and nothing of the whole', async () => {
    const costs = (names: readonly string[]) => [460_000, 15_000, 150, 120][names.length] ?? 120;
    assert.equal((await chosen([candidate('a'), candidate('b'), candidate('c')], costs)).length, 2);
  });
});
