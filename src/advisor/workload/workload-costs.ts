import type { HypotheticalPlan, HypotheticalPlanner } from '../../database/planner';
import { Problem } from '../../nouns/problem';
import { bit, type IndexPool, type IndexSet, none, positions } from './index-pool';
import { QueryCosts } from './query-costs';
import type { WorkloadGoal, WorkloadQuery } from './workload';

/** As many requests wait at the planner's door: while it plans one, the next is written and the last is read. */
const lanes = 3;

/** The costs of a workload with sets of indexes from a pool, asked of the planner as far as they are not known. */
export class WorkloadCosts {
  readonly pool: IndexPool;
  /** One for each query, in the workload's order. */
  readonly queries: readonly QueryCosts[];
  /** Why a query cannot be planned, by its position; it counts for nothing. */
  readonly failures = new Map<number, Problem>();
  whatIfs = 0;
  /** The indexes that were built: their sizes are known. */
  built: IndexSet = none;
  readonly #workload: readonly WorkloadQuery[];
  readonly #planner: HypotheticalPlanner;
  readonly #goal: Pick<WorkloadGoal, 'upkeep'>;
  readonly #signal: AbortSignal;
  /** As performance.now() tells the time: a timer's signal comes late when nobody gives way. */
  readonly #deadline: number;
  #broken: IndexSet = none;
  readonly #sizes: number[] = [];
  readonly #guessed = new Map<number, string>();
  readonly #upkeep: number[] = [];
  /** For each index: positions of the queries that it matters to. */
  readonly #touched: readonly (readonly number[])[];

  constructor(
    workload: readonly WorkloadQuery[],
    pool: IndexPool,
    options: { planner: HypotheticalPlanner; goal: Pick<WorkloadGoal, 'upkeep' | 'timeLimitMs'>; signal: AbortSignal },
  ) {
    this.pool = pool;
    this.#workload = workload;
    this.#planner = options.planner;
    this.#goal = options.goal;
    this.#signal = options.signal;
    this.#deadline = performance.now() + options.goal.timeLimitMs;
    this.queries = workload.map(({ weight }, i) => new QueryCosts(weight, pool.relevant[i] ?? none));
    this.#touched = pool.indexes.map((_, index) =>
      workload.flatMap((_, i) => (((pool.relevant[i] ?? none) & bit(index)) === none ? [] : [i])),
    );
  }

  /** Whether the time is over: nothing is asked any more. */
  get isOver(): boolean {
    return this.#signal.aborted || performance.now() > this.#deadline;
  }

  /** Asks each query's cost with its set, several at a time, as far as it is not known and there is time. */
  async ask(questions: readonly { readonly query: number; readonly set: IndexSet }[]): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < questions.length && !this.isOver) {
        const question = questions[next++];
        if (question) await this.#askOne(question.query, question.set);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** The workload's weighted cost with these indexes, as far as it is known: never below the real one. */
  atMost(set: IndexSet): number {
    return this.queries.reduce((sum, query, i) => sum + this.#weighted(query, i, set), this.upkeep(set));
  }

  /** What the indexes that are added save, by the plans known; less what their upkeep costs. */
  gain(set: IndexSet, added: IndexSet): number {
    const both = set | added;
    let saved = -this.upkeep(added & ~set);
    for (const i of this.touchedBy(added & ~set)) {
      const query = this.queries[i];
      if (query) saved += this.#weighted(query, i, set) - this.#weighted(query, i, both);
    }
    return saved;
  }

  /** Positions of the queries that one of the indexes matters to. */
  touchedBy(set: IndexSet): number[] {
    return [...new Set(positions(set).flatMap((index) => this.#touched[index] ?? []))];
  }

  bytes(set: IndexSet): number {
    return positions(set).reduce((sum, index) => sum + (this.#sizes[index] ?? Number.POSITIVE_INFINITY), 0);
  }

  /** What the planner had to guess about an index; a sentence without its end. */
  guessed(position: number): string | undefined {
    return this.#guessed.get(position);
  }

  upkeep(set: IndexSet): number {
    return positions(set).reduce((sum, index) => sum + (this.#upkeep[index] ?? 0), 0);
  }

  #weighted(query: QueryCosts, position: number, set: IndexSet): number {
    // One that cannot be planned, or was not asked before the time was over, counts for nothing.
    const cost = this.failures.has(position) ? 0 : query.atMost(set);
    return Number.isFinite(cost) ? query.weight * cost : 0;
  }

  async #askOne(position: number, set: IndexSet): Promise<void> {
    const query = this.queries[position];
    if (!query || this.failures.has(position)) return;
    const shown = set & query.relevant & ~this.#broken;
    if (query.known(shown) !== undefined) return;
    try {
      const answers = await this.#plan(position, shown);
      const cost = answers.reduce((sum, { plan }) => sum + plan.root.totalCost, 0) / answers.length;
      this.#learnSizes(shown, answers[0]);
      query.learn({ shown, used: this.#used(shown, answers), cost });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.kind === 'cancelled') return;
      if (shown === none) this.failures.set(position, error);
      else if (error.kind !== 'unsupported') throw error;
      else await this.#leaveOutBroken(position, shown);
    }
  }

  /** One of them cannot be built (a type without an order, an expression that is not immutable): it is never shown again. */
  async #leaveOutBroken(position: number, shown: IndexSet): Promise<void> {
    const doubtful = positions(shown & ~this.built).map(bit);
    const [only] = doubtful;
    if (doubtful.length === 1 && only !== undefined) this.#broken |= only;
    else for (const index of doubtful) await this.#askOne(position, index);
    if (doubtful.length > 0) await this.#askOne(position, shown);
  }

  async #plan(position: number, set: IndexSet): Promise<HypotheticalPlan[]> {
    const { statement, valueSets } = this.#workload[position] as WorkloadQuery;
    const indexes = this.pool.definitions(set);
    const answers: HypotheticalPlan[] = [];
    for (const values of valueSets.length > 0 ? valueSets : [undefined]) {
      this.whatIfs++;
      answers.push(await this.#planner.plan({ sql: statement.text, values, indexes, signal: this.#signal }));
    }
    return answers;
  }

  #used(set: IndexSet, answers: readonly HypotheticalPlan[]): IndexSet {
    return positions(set).reduce(
      (used, index, i) => (answers.some((answer) => answer.indexes[i]?.used) ? used | bit(index) : used),
      none,
    );
  }

  #learnSizes(set: IndexSet, answer: HypotheticalPlan | undefined): void {
    for (const [i, index] of positions(set).entries()) {
      const size = answer?.indexes[i]?.sizeBytes;
      const definition = this.pool.indexes[index];
      if (size === undefined || !definition || (this.built & bit(index)) !== none) continue;
      this.#sizes[index] = size;
      const guessed = answer?.indexes[i]?.guessed;
      if (guessed !== undefined) this.#guessed.set(index, guessed);
      this.#upkeep[index] = this.#goal.upkeep(definition, size);
      this.built |= bit(index);
    }
  }
}
