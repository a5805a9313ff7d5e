import type { HypotheticalIndex, HypotheticalPlan, HypotheticalPlanner, ParameterValues } from '../../database/planner';
import { Problem } from '../../nouns/problem';
import type { Candidate } from '../candidates';

export interface TrialRequest {
  readonly sql: string;
  /** An index has to serve all of them: the costs are added up. Empty: the generic plan. */
  readonly valueSets: readonly ParameterValues[];
  readonly planner: HypotheticalPlanner;
  readonly signal?: AbortSignal;
  /** After so long, in ms, nothing new is tried: the best that was found until then is the answer. */
  readonly budgetMs: number;
}

/** The plans of one statement with the same indexes, one for each set of values. */
export interface Planned {
  readonly plans: readonly [HypotheticalPlan, ...HypotheticalPlan[]];
}

/** Plans a statement with candidates; each combination once, and none when the time is over. */
export class Trials {
  readonly #request: TrialRequest;
  readonly #done = new Map<string, Planned | undefined>();
  readonly #budget: AbortSignal;

  constructor(request: TrialRequest) {
    this.#request = request;
    this.#budget = AbortSignal.timeout(request.budgetMs);
  }

  /** The time is over. */
  get isOver(): boolean {
    return this.#budget.aborted;
  }

  /**
   * Undefined when the planner cannot build one of the indexes (a type without an order, an access method it lacks), or
   * when the time was over before.
   */
  async plan(candidates: readonly Candidate[]): Promise<Planned | undefined> {
    const indexes = candidates.flatMap((candidate) => candidate.indexes);
    const key = JSON.stringify(indexes);
    if (this.#done.has(key)) return this.#done.get(key);
    const { sql, valueSets, planner, signal } = this.#request;
    const either = signal ? AbortSignal.any([signal, this.#budget]) : this.#budget;
    const ask = (values?: ParameterValues): Promise<HypotheticalPlan> => {
      if (either.aborted) throw new Problem('cancelled', 'The search for an index was cancelled.');
      return planner.plan({ sql, values, indexes, signal: either });
    };
    try {
      const first = await ask(valueSets[0]);
      const others: HypotheticalPlan[] = [];
      for (const values of valueSets.slice(1)) others.push(await ask(values));
      const planned: Planned = { plans: [first, ...others] };
      this.#done.set(key, planned);
      return planned;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const isLate = error.kind === 'cancelled' && this.#budget.aborted && !signal?.aborted;
      if (isLate) return undefined;
      if (indexes.length === 0 || error.kind !== 'unsupported') throw error;
      this.#done.set(key, undefined);
      return undefined;
    }
  }
}

export const costOf = (planned: HypotheticalPlan): number => planned.plan.root.totalCost;

export const cost = ({ plans }: Planned): number => plans.reduce((sum, planned) => sum + costOf(planned), 0);

/** Size of each index, whether any of the plans uses it, and what was guessed about it. */
export function indexesOf({ plans }: Planned): HypotheticalIndex[] {
  return plans[0].indexes.map((index, i) => ({
    ...index,
    used: plans.some((planned) => planned.indexes[i]?.used === true),
  }));
}
