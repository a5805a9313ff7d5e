import { Chooser } from './chooser';
import { bit, type IndexSet, none, positions } from './index-pool';
import type { WorkloadCosts } from './workload-costs';

export interface SearchOptions {
  readonly budgetBytes: number;
  readonly onBest: (set: IndexSet) => void;
}

/** A plan that saves less than this share of its query's cost is not worth following. */
const worthwhile = 0.01;
/** How many plans of one query are looked for before the search begins. */
const mostAlternatives = 12;
/** … and after it has come to a first answer. */
const mostFurther = 60;

/**
 * The set of indexes within the budget that makes the workload cheapest, as far as it was found before the time was
 * over. Three parts, after CoPhy (Dash, Polyzotis, Ailamaki: "CoPhy: a scalable, portable, and interactive index
 * advisor for large workloads", VLDB 2011): alternative plans of each query with the indexes that they use are
 * gathered from the planner; the choice among sets of indexes is made on these alone, without asking; and
 * where the choice rests on what was not asked yet, it is asked, and the choice is made anew.
 */
export async function search(costs: WorkloadCosts, options: SearchOptions): Promise<IndexSet> {
  const every = costs.queries.map((_, query) => query);
  await costs.ask(every.map((query) => ({ query, set: none })));
  // What costs most comes first, for the case that the time is short.
  const today = costs.queries.map((query) => query.weight * query.atMost(none));
  every.sort((a, b) => (today[b] ?? 0) - (today[a] ?? 0));
  // Builds all candidates, tells their sizes, and how cheap each query can become at best.
  await costs.ask(every.map((query) => ({ query, set: costs.queries[query]?.relevant ?? none })));
  await inLanes(every, (query) => askAlternatives(costs, query, options.budgetBytes));
  await askAlone(costs);
  let best = none;
  const choose = async (): Promise<void> => {
    // Once at least: when the time is over, from what is known by then.
    for (let before = -1; before < costs.whatIfs; ) {
      const chooser = new Chooser(costs, options.budgetBytes);
      const found: IndexSet[] = [];
      for (const start of [best, ...chooser.starts()]) found.push(await chooser.improve(start));
      const cheapest = found.reduce((a, b) => (costs.atMost(b) < costs.atMost(a) ? b : a));
      if (costs.atMost(cheapest) < costs.atMost(best)) {
        best = cheapest;
        options.onBest(best);
      }
      before = costs.whatIfs;
      await askAround(costs, found, options.budgetBytes);
    }
  };
  await choose();
  // The answer is good by now. What is left of the time goes to plans that the first look passed over.
  await inLanes(every, (query) => askFurther(costs, query, options.budgetBytes));
  await choose();
  best = await new Chooser(costs, options.budgetBytes).shake(best);
  await choose();
  return best;
}

/**
 * With everything that fits; then without the largest that was used, and so on: plans that need less and less. What is
 * left out stays out, so that each step gives another plan.
 */
async function askAlternatives(costs: WorkloadCosts, query: number, budgetBytes: number): Promise<void> {
  const known = costs.queries[query];
  if (!known) return;
  const enough = known.atMost(none) * (1 - worthwhile);
  let shown = fitting(costs, known.relevant, budgetBytes);
  for (let step = 0; step < mostAlternatives && shown !== none && !costs.isOver; step++) {
    await costs.ask([{ query, set: shown }]);
    const used = known.usedOf(shown);
    if (used === undefined || used === none || known.atMost(shown) > enough) return;
    shown &= ~bit(positions(used).reduce((a, b) => (costs.bytes(bit(b)) > costs.bytes(bit(a)) ? b : a)));
  }
}

/** Without each one of what was used, the cheapest plan first: every way to do without something. */
async function askFurther(costs: WorkloadCosts, query: number, budgetBytes: number): Promise<void> {
  const known = costs.queries[query];
  if (!known) return;
  const enough = known.atMost(none) * (1 - worthwhile);
  const open = [fitting(costs, known.relevant, budgetBytes)];
  const seen = new Set(open);
  for (let step = 0; step < mostFurther && open.length > 0 && !costs.isOver; step++) {
    const shown = open.shift() ?? none;
    await costs.ask([{ query, set: shown }]);
    const used = known.usedOf(shown) ?? none;
    if (used === none || known.atMost(shown) > enough) continue;
    for (const index of positions(used)) {
      const without = shown & ~bit(index);
      if (!seen.has(without)) open.push(without);
      seen.add(without);
    }
  }
}

/** Of what plans use together, each alone; and what was proposed together, such as for the branches of an OR. */
async function askAlone(costs: WorkloadCosts): Promise<void> {
  await costs.ask(
    costs.queries.flatMap(({ plans }, query) => {
      const used = plans.reduce((set, plan) => set | plan.used, none);
      const together = costs.pool.together[query] ?? [];
      return [...positions(used).map(bit), ...together].map((set) => ({ query, set: set & costs.built }));
    }),
  );
}

function fitting(costs: WorkloadCosts, set: IndexSet, bytes: number): IndexSet {
  return positions(set & costs.built)
    .map(bit)
    .filter((index) => costs.bytes(index) <= bytes)
    .reduce((all, index) => all | index, none);
}

/** What the candidates for the answer rest on and was never asked; and what else would be used beside them. */
async function askAround(costs: WorkloadCosts, sets: readonly IndexSet[], budgetBytes: number): Promise<void> {
  const every = costs.queries.map((_, query) => query);
  await costs.ask(sets.flatMap((set) => every.map((query) => ({ query, set }))));
  const [best = none] = [...sets].sort((a, b) => costs.atMost(a) - costs.atMost(b));
  const room = fitting(costs, costs.built, budgetBytes - costs.bytes(best));
  await costs.ask(every.map((query) => ({ query, set: best | room })));
}

/** Several at a time: while the planner answers one, the next is written and the last is read. */
async function inLanes(items: readonly number[], work: (item: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
}
