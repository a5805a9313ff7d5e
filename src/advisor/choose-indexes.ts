import type { HypotheticalPlan, HypotheticalPlanner, ParameterValues } from '../database/planner';
import type { IndexDefinition } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import type { Candidate } from './candidates';

export interface ChooseRequest {
  readonly sql: string;
  /** An index has to serve all of them: the costs are added up. Empty: the generic plan. */
  readonly valueSets: readonly ParameterValues[];
  readonly candidates: readonly Candidate[];
  readonly planner: HypotheticalPlanner;
  readonly signal?: AbortSignal;
  /** Share of the cost that must go for anything to be proposed. */
  readonly minimumGain: number;
}

/** One step of the choice: what is added to the indexes before it, and the plan with all of them. */
export interface ChosenStep {
  readonly added: readonly IndexDefinition[];
  /** Both with the same values: those for which the whole choice saves most. */
  readonly before: HypotheticalPlan;
  readonly after: HypotheticalPlan;
  readonly values?: ParameterValues;
  /** Bytes of each added index. */
  readonly sizes: readonly number[];
}

/** The plans of one statement with the same indexes, one for each set of values. */
interface Planned {
  readonly plans: readonly [HypotheticalPlan, ...HypotheticalPlan[]];
}

/** Below this cost the plan is fine: about 100 pages read in order. */
export const fineCost = 100;
/** Every further index or column must take away this share of the cost; within it the smaller set wins. */
const worthwhile = 0.03;
/** Less than this share of the first cost is not felt. */
const feltShare = 0.01;
const maxSteps = 4;

/**
 * Takes the best candidate, then the best to go with it, as long as each pays; then takes away again what the later
 * ones made superfluous.
 */
export async function chooseIndexes(request: ChooseRequest): Promise<ChosenStep[]> {
  const base = await plan(request, []);
  if (!base) return [];
  const chosen: Candidate[] = [];
  let current = base;
  while (chosen.length < maxSteps && !isFine(current)) {
    const best = await bestAddition(request, chosen, current);
    if (!best || (chosen.length > 0 && !paysForItself(best.plan, current, base, request.minimumGain))) break;
    chosen.push(best.candidate);
    current = best.plan;
  }
  if (chosen.length === 0) return [];
  const kept = await minimal(request, chosen, current);
  return await steps(request, kept, base);
}

/**
 * A further index is written and kept for ever: it has to earn what the first one has to, and what it saves has to be
 * felt beside the cost that the person started from.
 */
function paysForItself(planned: Planned, current: Planned, base: Planned, minimumGain: number): boolean {
  const saved = cost(current) - cost(planned);
  return saved >= cost(current) * minimumGain && saved >= cost(base) * feltShare;
}

async function bestAddition(
  request: ChooseRequest,
  chosen: readonly Candidate[],
  current: Planned,
): Promise<{ candidate: Candidate; plan: Planned } | undefined> {
  const tried: { candidate: Candidate; plan: Planned; columns: number; size: number }[] = [];
  for (const candidate of request.candidates) {
    if (chosen.includes(candidate)) continue;
    const result = await plan(request, [...chosen, candidate]);
    if (!result || cost(result) > cost(current) * (1 - worthwhile)) continue;
    const own = indexesOf(result).slice(-candidate.indexes.length);
    if (!own.every((index) => index.used)) continue;
    tried.push({
      candidate,
      plan: result,
      columns: candidate.indexes.reduce((sum, index) => sum + index.columns.length, 0),
      size: own.reduce((sum, index) => sum + index.sizeBytes, 0),
    });
  }
  const lowest = Math.min(...tried.map((one) => cost(one.plan)));
  // Costs below 1 differ by more than that without meaning it.
  const good = tried.filter((one) => cost(one.plan) <= Math.max(lowest * (1 + worthwhile), lowest + 0.1));
  good.sort((a, b) => a.columns - b.columns || a.size - b.size || cost(a.plan) - cost(b.plan));
  return good[0];
}

async function minimal(request: ChooseRequest, chosen: Candidate[], plan_: Planned): Promise<Candidate[]> {
  let kept = chosen;
  let current = plan_;
  for (const candidate of chosen) {
    if (kept.length < 2) break;
    const rest = kept.filter((one) => one !== candidate);
    const result = await plan(request, rest);
    if (result && cost(result) <= cost(current) * (1 + worthwhile)) {
      kept = rest;
      current = result;
    }
  }
  return kept;
}

/** The proof: the plan before and after each step; nothing at all when the whole gain is too small. */
async function steps(request: ChooseRequest, kept: readonly Candidate[], base: Planned): Promise<ChosenStep[]> {
  const reached: Planned[] = [];
  for (let count = 1; count <= kept.length; count++) {
    const after = await plan(request, kept.slice(0, count));
    if (!after) return [];
    reached.push(after);
  }
  const last = reached.at(-1);
  if (!last || !indexesOf(last).every((index) => index.used)) return [];
  if (cost(last) > cost(base) * (1 - request.minimumGain)) return [];
  const shown = greatestGain(base, last);
  return kept.flatMap((candidate, i) => {
    const before = (reached[i - 1] ?? base).plans[shown];
    const planned = reached[i];
    const after = planned?.plans[shown];
    if (!before || !planned || !after) return [];
    const own = indexesOf(planned).slice(-candidate.indexes.length);
    const sizes = own.map((index) => index.sizeBytes);
    return [{ added: candidate.indexes, before, after, values: request.valueSets[shown], sizes }];
  });
}

/** Position of the set of values that gains most; the first of equals. */
function greatestGain(before: Planned, after: Planned): number {
  const gains = before.plans.map((planned, i) => costOf(planned) - costOf(after.plans[i] ?? planned));
  return gains.indexOf(Math.max(...gains));
}

/** Undefined when the planner cannot build one of the indexes (a type without an order, an access method it lacks). */
async function plan(request: ChooseRequest, candidates: readonly Candidate[]): Promise<Planned | undefined> {
  const { sql, valueSets, planner, signal } = request;
  const indexes = candidates.flatMap((candidate) => candidate.indexes);
  const ask = (values?: ParameterValues): Promise<HypotheticalPlan> => {
    if (signal?.aborted) throw new Problem('cancelled', 'The search for an index was cancelled.');
    return planner.plan({ sql, values, indexes, signal });
  };
  try {
    const first = await ask(valueSets[0]);
    const others: HypotheticalPlan[] = [];
    for (const values of valueSets.slice(1)) others.push(await ask(values));
    return { plans: [first, ...others] };
  } catch (error) {
    if (indexes.length > 0 && error instanceof Problem && error.kind === 'unsupported') return undefined;
    throw error;
  }
}

const isFine = ({ plans }: Planned): boolean => plans.every((planned) => costOf(planned) < fineCost);

const costOf = (planned: HypotheticalPlan): number => planned.plan.root.totalCost;

const cost = ({ plans }: Planned): number => plans.reduce((sum, planned) => sum + costOf(planned), 0);

/** Size of each index, and whether any of the plans uses it. */
function indexesOf({ plans }: Planned): { sizeBytes: number; used: boolean }[] {
  return plans[0].indexes.map(({ sizeBytes }, i) => ({
    sizeBytes,
    used: plans.some((planned) => planned.indexes[i]?.used === true),
  }));
}
