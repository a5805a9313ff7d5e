import { bit, type IndexSet, none, positions } from './index-pool';
import type { WorkloadCosts } from './workload-costs';

/** So long, in ms, nothing else gets its turn. */
const sliceMs = 30;
/** How often the search begins again nearby. */
const shakes = 12;

/** A plan of one query: what it costs, and the indexes that it needs. */
interface KnownPlan {
  readonly cost: number;
  readonly needs: readonly number[];
}

/** Indexes that some plan uses together. */
interface Bundle {
  readonly indexes: readonly number[];
  /** For each query that they matter to, its plans with one of them, the cheapest first. */
  readonly plans: readonly { readonly query: number; readonly plans: readonly KnownPlan[] }[];
}

/**
 * Chooses among sets of indexes by the plans that are known, and asks nothing: a query costs what the cheapest of its
 * plans costs whose indexes are all there. Many thousand sets are compared in a second.
 */
export class Chooser {
  readonly #costs: WorkloadCosts;
  readonly #budget: number;
  readonly #bytes: readonly number[];
  readonly #upkeep: readonly number[];
  readonly #weights: readonly number[];
  /** For each query, the cheapest first; the last one needs nothing. */
  readonly #plans: readonly (readonly KnownPlan[])[];
  /** For each index, the queries with a plan that needs it. */
  readonly #touched: readonly (readonly number[])[];
  readonly #bundles: readonly Bundle[];
  #lastPause = performance.now();

  constructor(costs: WorkloadCosts, budget: number) {
    this.#costs = costs;
    this.#budget = budget;
    const indexes = costs.pool.indexes.map((_, index) => bit(index));
    this.#bytes = indexes.map((index) => costs.bytes(index));
    this.#upkeep = indexes.map((index) => costs.upkeep(index));
    this.#plans = costs.queries.map((query, i) => (costs.failures.has(i) ? [] : query.plans.map(knownPlan)));
    this.#weights = costs.queries.map(({ weight }) => weight);
    const touched = indexes.map((): number[] => []);
    for (const [query, plans] of this.#plans.entries()) {
      for (const index of new Set(plans.flatMap(({ needs }) => needs))) touched[index]?.push(query);
    }
    this.#touched = touched;
    const used = new Set(costs.queries.flatMap((query) => query.plans.map(({ used }) => used)));
    this.#bundles = [...used]
      .filter((set) => set !== none && costs.bytes(set) <= budget)
      .map((set) => this.#bundle(positions(set)))
      .filter((bundle) => this.#gain(this.#state(none), bundle) > 0);
  }

  /** Most gain for the bytes, most gain, and everything at once less what matters least. */
  starts(): IndexSet[] {
    const perByte = this.#state(none);
    this.#fill(perByte, (gain, bytes) => gain / bytes);
    const most = this.#state(none);
    this.#fill(most, (gain) => gain);
    const all = this.#state(none);
    for (const { indexes } of this.#bundles) this.#add(all, indexes);
    this.#fit(all, []);
    this.#fill(all);
    return [perByte, most, all].map((state) => this.#set(state));
  }

  /** Adds what plans use together, makes room for it, fills up again: as long as that makes the workload cheaper. */
  async improve(start: IndexSet): Promise<IndexSet> {
    let best = this.#state(start);
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      for (const move of this.#moves(best)) {
        if (await this.#isOver()) return this.#set(best);
        const moved = this.#copy(best);
        move(moved);
        this.#fill(moved);
        this.#fit(moved, []);
        if (moved.total >= best.total * (1 - 1e-9)) continue;
        best = moved;
        isBetter = true;
      }
    }
    return this.#set(best);
  }

  /** Improves again from where a few things were changed at random, always the same: out of what is best nearby only. */
  async shake(start: IndexSet): Promise<IndexSet> {
    let best = start;
    const random = sequence();
    for (let round = 0; round < shakes && this.#bundles.length > 0 && !(await this.#isOver()); round++) {
      // Every other time from nothing but the one bundle.
      const state = this.#state(round % 2 === 0 ? best : none);
      const chosen = this.#chosen(state);
      for (let i = 0; i < 2; i++) this.#remove(state, chosen[Math.floor(random() * chosen.length)] ?? 0);
      const indexes = this.#bundles[Math.floor(random() * this.#bundles.length)]?.indexes ?? [];
      this.#add(state, indexes);
      this.#fit(state, indexes);
      this.#fill(state);
      const found = await this.improve(this.#set(state));
      if (this.#state(found).total < this.#state(best).total) best = found;
    }
    return best;
  }

  /** Lets others have their turn now and then: somebody may want to end the search. */
  async #isOver(): Promise<boolean> {
    if (performance.now() - this.#lastPause > sliceMs) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#lastPause = performance.now();
    }
    return this.#costs.isOver;
  }

  #moves(from: State): ((state: State) => void)[] {
    const chosen = this.#chosen(from);
    const wanted = this.#bundles.filter((bundle) => this.#gain(from, bundle) > 0);
    // With nothing left to wish for, room is of no use.
    const removed = wanted.length > 0 ? chosen : [];
    return [
      ...wanted.map(({ indexes }) => (state: State) => {
        this.#add(state, indexes);
        this.#fit(state, indexes);
      }),
      ...removed.map((index) => (state: State) => this.#remove(state, index)),
      ...removed.flatMap((one, i) =>
        removed.slice(i + 1).map((other) => (state: State) => {
          this.#remove(state, one);
          this.#remove(state, other);
        }),
      ),
    ];
  }

  /**
   * Adds bundles as long as one fits and saves something. What one saves mostly shrinks while others are added: so only
   * the most promising is looked at again, until it is still the most promising (lazy greedy: Minoux 1978).
   */
  #fill(state: State, value: (gain: number, bytes: number) => number = (gain, bytes) => gain / bytes): void {
    const worthOf = (bundle: Bundle): number => {
      const bytes = this.#missingBytes(state, bundle);
      if (bytes === 0 || state.bytes + bytes > this.#budget) return 0;
      return value(this.#gain(state, bundle), bytes);
    };
    const open = this.#bundles.flatMap((bundle) => {
      const worth = worthOf(bundle);
      return worth > 0 ? [{ bundle, worth }] : [];
    });
    open.sort((a, b) => a.worth - b.worth);
    for (let best = open.pop(); best; best = open.pop()) {
      const { bundle } = best;
      const worth = worthOf(bundle);
      if (worth <= 0) continue;
      if (worth >= (open.at(-1)?.worth ?? 0)) {
        this.#add(state, bundle.indexes);
        continue;
      }
      let at = open.length;
      while (at > 0 && (open[at - 1]?.worth ?? 0) > worth) at--;
      open.splice(at, 0, { bundle, worth });
    }
  }

  /** Takes away what saves nothing, and what saves least for its bytes until the rest fits; `kept` stays. */
  #fit(state: State, kept: readonly number[]): void {
    for (;;) {
      let least: number | undefined;
      let smallest = Number.POSITIVE_INFINITY;
      for (const index of this.#chosen(state)) {
        if (kept.includes(index)) continue;
        const loss = this.#loss(state, index) / (this.#bytes[index] ?? 1);
        if (loss < smallest) [least, smallest] = [index, loss];
      }
      if (least === undefined || (smallest > 0 && state.bytes <= this.#budget)) return;
      this.#remove(state, least);
    }
  }

  #missingBytes(state: State, { indexes }: Bundle): number {
    let bytes = 0;
    for (const index of indexes) if (!state.chosen[index]) bytes += this.#bytes[index] ?? 0;
    return bytes;
  }

  #gain({ chosen, costs }: State, { indexes, plans }: Bundle): number {
    let gain = 0;
    for (const index of indexes) if (!chosen[index]) gain -= this.#upkeep[index] ?? 0;
    for (const index of indexes) chosen[index] = (chosen[index] ?? 0) + 1;
    for (const { query, plans: own } of plans) {
      const now = costs[query] ?? 0;
      gain += (this.#weights[query] ?? 0) * (now - cheapest(own, chosen, now));
    }
    for (const index of indexes) chosen[index] = (chosen[index] ?? 0) - 1;
    return gain;
  }

  /** What the workload costs more without the index. */
  #loss(state: State, index: number): number {
    let loss = -(this.#upkeep[index] ?? 0);
    const before = state.chosen[index] ?? 0;
    state.chosen[index] = 0;
    for (const query of this.#touched[index] ?? []) {
      loss += (this.#weights[query] ?? 0) * (this.#cheapest(query, state.chosen) - (state.costs[query] ?? 0));
    }
    state.chosen[index] = before;
    return loss;
  }

  #cheapest(query: number, chosen: Uint8Array): number {
    const plans = this.#plans[query] ?? [];
    // The one that needs nothing is the last.
    return cheapest(plans, chosen, plans.at(-1)?.cost ?? 0);
  }

  #add(state: State, indexes: readonly number[]): void {
    for (const index of indexes) {
      if (state.chosen[index]) continue;
      state.chosen[index] = 1;
      state.bytes += this.#bytes[index] ?? 0;
      state.total += this.#upkeep[index] ?? 0;
    }
    for (const index of indexes) this.#recost(state, index);
  }

  #remove(state: State, index: number): void {
    if (!state.chosen[index]) return;
    state.chosen[index] = 0;
    state.bytes -= this.#bytes[index] ?? 0;
    state.total -= this.#upkeep[index] ?? 0;
    this.#recost(state, index);
  }

  #recost(state: State, index: number): void {
    for (const query of this.#touched[index] ?? []) {
      const cost = this.#cheapest(query, state.chosen);
      state.total += (this.#weights[query] ?? 0) * (cost - (state.costs[query] ?? 0));
      state.costs[query] = cost;
    }
  }

  #state(set: IndexSet): State {
    const chosen = new Uint8Array(this.#bytes.length);
    const costs = this.#plans.map((_, query) => this.#cheapest(query, chosen));
    const total = costs.reduce((sum, cost, query) => sum + cost * (this.#weights[query] ?? 0), 0);
    const state: State = { chosen, costs: Float64Array.from(costs), bytes: 0, total };
    this.#add(state, positions(set));
    return state;
  }

  #copy(state: State): State {
    return { chosen: state.chosen.slice(), costs: state.costs.slice(), bytes: state.bytes, total: state.total };
  }

  #chosen(state: State): number[] {
    const found: number[] = [];
    for (const [index, is] of state.chosen.entries()) if (is) found.push(index);
    return found;
  }

  #set(state: State): IndexSet {
    return this.#chosen(state).reduce((set, index) => set | bit(index), none);
  }

  #bundle(indexes: readonly number[]): Bundle {
    const queries = [...new Set(indexes.flatMap((index) => this.#touched[index] ?? []))];
    const isOurs = ({ needs }: KnownPlan): boolean => needs.some((index) => indexes.includes(index));
    return { indexes, plans: queries.map((query) => ({ query, plans: (this.#plans[query] ?? []).filter(isOurs) })) };
  }
}

/** The cost of the first plan, the cheapest, whose indexes are all there; `otherwise` where none is cheaper. */
function cheapest(plans: readonly KnownPlan[], chosen: Uint8Array, otherwise: number): number {
  for (const { cost, needs } of plans) {
    if (cost >= otherwise) return otherwise;
    let isPossible = true;
    for (const index of needs) {
      if (chosen[index]) continue;
      isPossible = false;
      break;
    }
    if (isPossible) return cost;
  }
  return otherwise;
}

interface State {
  /** 1 for those that are there. */
  readonly chosen: Uint8Array;
  /** Of each query. */
  readonly costs: Float64Array;
  bytes: number;
  /** Weighted costs and upkeep. */
  total: number;
}

const knownPlan = ({ used, cost }: { used: IndexSet; cost: number }): KnownPlan => ({ cost, needs: positions(used) });

/** Numbers from 0 to 1, evenly spread and the same in every run: multiples of the golden ratio. */
function sequence(): () => number {
  let state = 0;
  return () => {
    state = (state + 0.618_033_988_749_894_9) % 1;
    return state;
  };
}
