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

/**
 * The set of indexes within the budget that makes the workload cheapest, as far as it was found before the time was
 * over. Three parts, after CoPhy (Dash, Polyzotis, Ailamaki: "CoPhy: a scalable, portable, and interactive index
 * advisor for large workloads", VLDB 2011): alternative plans of each query with the indexes that they use are
 * gathered from the planner; the choice among sets of indexes is made on these alone, without asking; and
 * where the choice rests on what was not asked yet, it is asked, and the choice is made anew.
 */
export async function search(costs: WorkloadCosts, options: SearchOptions): Promise<IndexSet> {
  await costs.ask(costs.queries.map((_, query) => ({ query, set: none })));
  await askAlone(costs);
  await askAlternatives(costs, options.budgetBytes);
  let best = none;
  for (;;) {
    const chooser = new Chooser(costs, options.budgetBytes);
    const found = [best, ...chooser.starts()].map((start) => chooser.improve(start));
    const cheapest = found.reduce((a, b) => (costs.atMost(b) < costs.atMost(a) ? b : a));
    if (costs.atMost(cheapest) < costs.atMost(best)) {
      best = cheapest;
      options.onBest(best);
    }
    const before = costs.whatIfs;
    await askAround(costs, found, options.budgetBytes);
    if (costs.whatIfs === before || costs.isOver) return best;
  }
}

/** Each index alone for each query that it matters to: builds it, tells its size, and whether it is of any use. */
async function askAlone(costs: WorkloadCosts): Promise<void> {
  await costs.ask(
    costs.queries.flatMap(({ relevant }, query) => positions(relevant).map((index) => ({ query, set: bit(index) }))),
  );
  await costs.ask(
    costs.pool.together.flatMap((groups, query) => groups.map((set) => ({ query, set: set & costs.built }))),
  );
}

/**
 * With everything that fits; then without the largest that was used, and so on: plans that need less and less. What is
 * left out stays out, so that each step gives another plan.
 */
async function askAlternatives(costs: WorkloadCosts, budgetBytes: number): Promise<void> {
  const fitting = positions(costs.built)
    .filter((index) => costs.bytes(bit(index)) <= budgetBytes)
    .reduce((set, index) => set | bit(index), none);
  const descend = async (query: number): Promise<void> => {
    const known = costs.queries[query];
    if (!known) return;
    const base = known.atMost(none);
    let shown = fitting & known.relevant;
    for (let step = 0; step < mostAlternatives && shown !== none && !costs.isOver; step++) {
      await costs.ask([{ query, set: shown }]);
      const used = known.usedOf(shown);
      if (used === undefined || used === none || known.atMost(shown) > base * (1 - worthwhile)) return;
      const largest = positions(used).reduce((a, b) => (costs.bytes(bit(b)) > costs.bytes(bit(a)) ? b : a));
      shown &= ~bit(largest);
    }
  };
  await inLanes(
    costs.queries.map((_, query) => query),
    descend,
  );
}

/** What the candidates for the answer rest on and was never asked; and what else would be used beside them. */
async function askAround(costs: WorkloadCosts, sets: readonly IndexSet[], budgetBytes: number): Promise<void> {
  const every = costs.queries.map((_, query) => query);
  await costs.ask(sets.flatMap((set) => every.map((query) => ({ query, set }))));
  const [best = none] = [...sets].sort((a, b) => costs.atMost(a) - costs.atMost(b));
  const room = budgetBytes - costs.bytes(best);
  const fitting = positions(costs.built)
    .filter((index) => costs.bytes(bit(index)) <= room)
    .reduce((set, index) => set | bit(index), none);
  await costs.ask(every.map((query) => ({ query, set: best | fitting })));
}

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

/** Chooses among sets of indexes by the plans that are known; asks nothing. */
class Chooser {
  readonly #costs: WorkloadCosts;
  readonly #budget: number;
  /** What plans use together. */
  readonly #bundles: readonly IndexSet[];

  constructor(costs: WorkloadCosts, budget: number) {
    this.#costs = costs;
    this.#budget = budget;
    const all = new Set(costs.queries.flatMap((query) => query.usedSets));
    this.#bundles = [...all].filter((set) => costs.bytes(set) <= budget && costs.gain(none, set) > 0);
  }

  /** Most gain for the bytes, most gain, and everything at once less what matters least. */
  starts(): IndexSet[] {
    const perByte = this.#fill(none, (gain, bytes) => gain / bytes);
    const most = this.#fill(none, (gain) => gain);
    const all = this.#fill(
      this.#fitted(
        this.#bundles.reduce((set, bundle) => set | bundle, none),
        none,
      ),
    );
    return [perByte, most, all];
  }

  /** Adds what plans use together, makes room for it, fills up again: as long as that makes the workload cheaper. */
  improve(start: IndexSet): IndexSet {
    let best = start;
    let cost = this.#costs.atMost(best);
    for (let isBetter = true; isBetter && !this.#costs.isOver; ) {
      isBetter = false;
      const moves = [
        ...this.#bundles
          .filter((bundle) => (bundle & ~best) !== none)
          .map((bundle) => this.#fitted(best | bundle, bundle)),
        ...positions(best).map((index) => best & ~bit(index)),
      ];
      for (const move of moves) {
        const filled = this.#fill(move);
        const moved = this.#costs.atMost(filled);
        if (moved >= cost * (1 - 1e-9)) continue;
        best = filled;
        cost = moved;
        isBetter = true;
        break;
      }
    }
    return best;
  }

  /** Adds bundles as long as one fits and saves something. */
  #fill(start: IndexSet, value: (gain: number, bytes: number) => number = (gain, bytes) => gain / bytes): IndexSet {
    let set = start;
    let room = this.#budget - this.#costs.bytes(set);
    for (;;) {
      let best: { added: IndexSet; value: number; bytes: number } | undefined;
      for (const bundle of this.#bundles) {
        const added = bundle & ~set;
        if (added === none) continue;
        const bytes = this.#costs.bytes(added);
        if (bytes > room) continue;
        const gain = this.#costs.gain(set, added);
        if (gain <= 0) continue;
        const worth = value(gain, bytes);
        if (!best || worth > best.value) best = { added, value: worth, bytes };
      }
      if (!best) return set;
      set |= best.added;
      room -= best.bytes;
    }
  }

  /** Without what saves least for its bytes, until the rest fits; `kept` stays. */
  #fitted(start: IndexSet, kept: IndexSet): IndexSet {
    let set = start;
    for (;;) {
      const losses = positions(set & ~kept).map((index) => {
        const without = set & ~bit(index);
        return { without, loss: this.#costs.gain(without, bit(index)) / this.#costs.bytes(bit(index)) };
      });
      const isOver = this.#costs.bytes(set) > this.#budget;
      const useless = losses.filter(({ loss }) => loss <= 0);
      const [least] = (isOver ? losses : useless).sort((a, b) => a.loss - b.loss);
      if (!least) return set;
      set = least.without;
    }
  }
}
