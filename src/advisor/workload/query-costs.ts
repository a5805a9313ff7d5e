import { type IndexSet, none } from './index-pool';

/** What the planner said about one query with some indexes shown. */
interface Answer {
  readonly shown: IndexSet;
  readonly used: IndexSet;
  readonly cost: number;
}

/**
 * What is known of one query's cost with any set of indexes. The best plan among some indexes that uses only a few of
 * them is also the best among any set in between, so one answer holds for many sets: the rest need not be asked.
 * Between answers the cost is bounded: more indexes never make the best plan dearer.
 */
export class QueryCosts {
  readonly weight: number;
  /** The indexes that matter to this query. */
  readonly relevant: IndexSet;
  #answers: Answer[] = [];
  /** Cost by set; forgotten when there is a new answer. */
  #remembered = new Map<IndexSet, number>();

  constructor(weight: number, relevant: IndexSet) {
    this.weight = weight;
    this.relevant = relevant;
  }

  learn(answer: Answer): void {
    // One that is shown and not used may change an estimate a little (of keys that are unique, of expressions): what uses
    // no new index costs what it costs today.
    const today = answer.used === none ? this.#answers.find(({ shown }) => shown === none)?.cost : undefined;
    this.#answers.push({ ...answer, cost: today ?? answer.cost });
    this.#remembered.clear();
  }

  /** The cost, when an answer settles it. */
  known(set: IndexSet): number | undefined {
    return this.#settled(set)?.cost;
  }

  /** What the best plan among these indexes uses, when an answer settles it. */
  usedOf(set: IndexSet): IndexSet | undefined {
    return this.#settled(set)?.used;
  }

  #settled(set: IndexSet): Answer | undefined {
    const own = set & this.relevant;
    return this.#answers.find(({ shown, used }) => (used & ~own) === none && (own & ~shown) === none);
  }

  /** The cost of the best known plan that these indexes allow: never below the real one. */
  atMost(set: IndexSet): number {
    const own = set & this.relevant;
    const remembered = this.#remembered.get(own);
    if (remembered !== undefined) return remembered;
    let least = Number.POSITIVE_INFINITY;
    for (const { used, cost } of this.#answers) if (cost < least && (used & ~own) === none) least = cost;
    this.#remembered.set(own, least);
    return least;
  }

  /** The known plans, the cheapest first, without those that cost more than another and need all that it needs. */
  get plans(): { readonly used: IndexSet; readonly cost: number }[] {
    const kept: Answer[] = [];
    for (const one of [...this.#answers].sort((a, b) => a.cost - b.cost)) {
      if (!kept.some(({ used }) => (used & ~one.used) === none)) kept.push(one);
    }
    return kept;
  }
}
