import type { HypotheticalPlanner, ParameterValues } from '../../database/planner';
import type { Snapshot } from '../../database/snapshot';
import type { IndexDefinition } from '../../nouns/fix';
import type { Plan } from '../../nouns/plan';
import type { Problem } from '../../nouns/problem';
import type { SqlParser } from '../../sql/parser';
import { takenNames } from '../candidates';
import { replacedBy } from '../existing-indexes';
import { indexName } from '../index-name';
import { bit, IndexPool, type IndexSet, none, positions } from './index-pool';
import { search } from './search';
import { settle } from './settle';
import type { WorkloadGoal, WorkloadProgress, WorkloadQuery } from './workload';
import { WorkloadCosts } from './workload-costs';

export interface WorkloadRequest {
  readonly queries: readonly WorkloadQuery[];
  readonly snapshot: Snapshot;
  readonly parser: SqlParser;
  readonly planner: HypotheticalPlanner;
  readonly goal: WorkloadGoal;
  /** Ends the search early: the best that was found until then is the answer. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WorkloadProgress) => void;
}

export interface WorkloadAdvice {
  /** Weighted sums over the queries that can be planned, in the planner's units; upkeep not among them. */
  readonly before: number;
  readonly after: number;
  readonly whatIfs: number;
  readonly milliseconds: number;
  /** False: the time was over, or somebody ended the search, before nothing better could be found. */
  readonly isComplete: boolean;
  /** What saves most comes first. */
  readonly indexes: readonly WorkloadIndex[];
  /** In the order of the request. */
  readonly queries: readonly QueryOutcome[];
}

export interface WorkloadIndex {
  readonly index: IndexDefinition;
  readonly sizeBytes: number;
  /** Weighted cost that comes back when this index alone is left out. */
  readonly gain: number;
  /** Upkeep for as long as the weights count. */
  readonly upkeep: number;
  /** Positions of the queries whose plans use it. */
  readonly queries: readonly number[];
  /** Names of existing indexes that it makes superfluous. */
  readonly replaces: readonly string[];
  /** What the planner had to guess about it; a sentence without its end. */
  readonly guessed?: string;
}

export interface QueryOutcome {
  readonly query: WorkloadQuery;
  /** Mean over the sets of values; undefined when there is no plan. */
  readonly before?: number;
  readonly after?: number;
  /** Names of the new indexes that its plans use. */
  readonly indexes: readonly string[];
  /** Plans without and with the new indexes, where these are used; for the first set of values that they help. */
  readonly plans?: { readonly before: Plan; readonly after: Plan };
  readonly problem?: Problem;
}

/** The indexes that make the workload cheapest within the goal's limits; none where there is no gain. */
export async function adviseWorkload(request: WorkloadRequest): Promise<WorkloadAdvice> {
  const started = performance.now();
  const { queries, snapshot, parser, goal, onProgress = () => undefined } = request;
  const timeOver = AbortSignal.timeout(goal.timeLimitMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeOver]) : timeOver;
  const pool = IndexPool.of(queries, snapshot, { parser, maxWidth: goal.maxWidth });
  const costs = new WorkloadCosts(queries, pool, { planner: request.planner, goal, signal });
  let best = none;
  const tell = (phase: WorkloadProgress['phase']): void =>
    onProgress({ phase, whatIfs: costs.whatIfs, before: costs.atMost(none), best: costs.atMost(best) });
  tell('reading');
  const found = await search(costs, {
    budgetBytes: goal.budgetBytes,
    onBest: (set) => {
      best = set;
      tell('searching');
    },
  });
  const isComplete = !costs.isOver;
  tell('checking');
  const chosen = await settle(costs, found, goal.budgetBytes);
  const definitions = withOwnNames(pool, chosen, snapshot);
  return {
    before: costs.atMost(none) - costs.upkeep(none),
    after: costs.atMost(chosen) - costs.upkeep(chosen),
    whatIfs: costs.whatIfs,
    milliseconds: performance.now() - started,
    isComplete,
    indexes: chosenIndexes(costs, definitions, snapshot),
    queries: await outcomes(costs, definitions, request),
  };
}

/** In the pool, an index is called so that no two of hundreds are called alike; the chosen ones need no such numbers. */
function withOwnNames(pool: IndexPool, chosen: IndexSet, snapshot: Snapshot): Map<number, IndexDefinition> {
  const taken = takenNames(snapshot);
  return new Map(
    positions(chosen).flatMap((position) => {
      const index = pool.indexes[position];
      if (!index) return [];
      const name = indexName(index.table, index.columns, taken);
      taken.add(name);
      return [[position, { ...index, name }] as const];
    }),
  );
}

function chosenIndexes(
  costs: WorkloadCosts,
  definitions: ReadonlyMap<number, IndexDefinition>,
  { tables }: Snapshot,
): WorkloadIndex[] {
  const chosen = setOf(definitions.keys());
  return [...definitions]
    .map(([position, index]): WorkloadIndex => {
      const own = bit(position);
      const guessed = costs.guessed(position);
      const table = tables.find(({ schema, name }) => schema === index.schema && name === index.table);
      return {
        index,
        sizeBytes: costs.bytes(own),
        gain: costs.gain(chosen & ~own, own) + costs.upkeep(own),
        upkeep: costs.upkeep(own),
        replaces: table ? replacedBy(index, table) : [],
        ...(guessed !== undefined && { guessed }),
        queries: costs.queries.flatMap((query, i) => (((query.usedOf(chosen) ?? none) & own) === none ? [] : [i])),
      };
    })
    .sort((a, b) => b.gain - a.gain);
}

async function outcomes(
  costs: WorkloadCosts,
  definitions: ReadonlyMap<number, IndexDefinition>,
  { queries, planner, signal }: WorkloadRequest,
): Promise<QueryOutcome[]> {
  const chosen = setOf(definitions.keys());
  const result: QueryOutcome[] = [];
  for (const [i, query] of queries.entries()) {
    const problem = costs.failures.get(i);
    const known = costs.queries[i];
    const before = known?.atMost(none);
    if (problem || !known || before === undefined || !Number.isFinite(before)) {
      result.push({ query, indexes: [], problem });
      continue;
    }
    const used = positions(known.usedOf(chosen) ?? none);
    const indexes = used.flatMap((position) => definitions.get(position) ?? []);
    result.push({
      query,
      before,
      after: known.atMost(chosen),
      indexes: indexes.map(({ name }) => name),
      ...(indexes.length > 0 && !signal?.aborted && { plans: await plansWith(indexes, query, { planner, signal }) }),
    });
  }
  return result;
}

/** The values that come most often are first; those that an index helps may be others. */
async function plansWith(
  indexes: readonly IndexDefinition[],
  { statement, valueSets, plan: known }: WorkloadQuery,
  { planner, signal }: Pick<WorkloadRequest, 'planner' | 'signal'>,
): Promise<{ readonly before: Plan; readonly after: Plan }> {
  const plansFor = async (values: ParameterValues | undefined, before?: Plan) => {
    const planOf = async (shown: readonly IndexDefinition[]): Promise<Plan> =>
      (await planner.plan({ sql: statement.text, values, indexes: shown, signal })).plan;
    return { before: before ?? (await planOf([])), after: await planOf(indexes) };
  };
  const [first, ...others] = valueSets;
  const plans = await plansFor(first, known);
  if (isHelped(plans)) return plans;
  for (const values of others) {
    if (signal?.aborted) break;
    const other = await plansFor(values);
    if (isHelped(other)) return other;
  }
  return plans;
}

const isHelped = ({ before, after }: { readonly before: Plan; readonly after: Plan }): boolean =>
  after.root.totalCost < before.root.totalCost;

function setOf(places: Iterable<number>): IndexSet {
  let set = none;
  for (const position of places) set |= bit(position);
  return set;
}
