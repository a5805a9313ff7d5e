import type { HypotheticalPlan, HypotheticalPlanner, ParameterValues } from '../database/planner';
import type { IndexDefinition } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import type { Candidate } from './candidates';

export interface ChooseRequest {
  readonly sql: string;
  readonly values?: ParameterValues;
  readonly candidates: readonly Candidate[];
  readonly planner: HypotheticalPlanner;
  readonly signal?: AbortSignal;
  /** Share of the cost that must go for anything to be proposed. */
  readonly minimumGain: number;
}

/** One step of the choice: what is added to the indexes before it, and the plan with all of them. */
export interface ChosenStep {
  readonly added: readonly IndexDefinition[];
  readonly before: HypotheticalPlan;
  readonly after: HypotheticalPlan;
  /** Bytes of each added index. */
  readonly sizes: readonly number[];
}

/** Below this cost the plan is fine: about 100 pages read in order. */
export const fineCost = 100;
/** Every further index or column must take away this share of the cost; within it the smaller set wins. */
const worthwhile = 0.03;
const maxSteps = 4;

/**
 * Takes the best candidate, then the best to go with it, as long as each pays; then takes away again what the later
 * ones made superfluous.
 */
export async function chooseIndexes(request: ChooseRequest): Promise<ChosenStep[]> {
  const base = await plan(request, []);
  if (!base || cost(base) < fineCost) return [];
  const chosen: Candidate[] = [];
  let current = base;
  while (chosen.length < maxSteps) {
    const best = await bestAddition(request, chosen, current);
    if (!best) break;
    chosen.push(best.candidate);
    current = best.plan;
  }
  const kept = await minimal(request, chosen, current);
  return await steps(request, kept, base);
}

async function bestAddition(
  request: ChooseRequest,
  chosen: readonly Candidate[],
  current: HypotheticalPlan,
): Promise<{ candidate: Candidate; plan: HypotheticalPlan } | undefined> {
  const tried: { candidate: Candidate; plan: HypotheticalPlan; columns: number; size: number }[] = [];
  for (const candidate of request.candidates) {
    if (chosen.includes(candidate)) continue;
    const result = await plan(request, [...chosen, candidate]);
    if (!result || cost(result) > cost(current) * (1 - worthwhile)) continue;
    const own = result.indexes.slice(-candidate.indexes.length);
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

async function minimal(request: ChooseRequest, chosen: Candidate[], plan_: HypotheticalPlan): Promise<Candidate[]> {
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
async function steps(
  request: ChooseRequest,
  kept: readonly Candidate[],
  base: HypotheticalPlan,
): Promise<ChosenStep[]> {
  const result: ChosenStep[] = [];
  let before = base;
  for (const [i, candidate] of kept.entries()) {
    const after = await plan(request, kept.slice(0, i + 1));
    if (!after) return [];
    const own = after.indexes.slice(-candidate.indexes.length);
    result.push({ added: candidate.indexes, before, after, sizes: own.map((index) => index.sizeBytes) });
    before = after;
  }
  const allUsed = before.indexes.every((index) => index.used);
  return allUsed && cost(before) <= cost(base) * (1 - request.minimumGain) ? result : [];
}

/** Undefined when the planner cannot build one of the indexes (a type without an order, an access method it lacks). */
async function plan(request: ChooseRequest, candidates: readonly Candidate[]): Promise<HypotheticalPlan | undefined> {
  if (request.signal?.aborted) throw new Problem('cancelled', 'The search for an index was cancelled.');
  const indexes = candidates.flatMap((candidate) => candidate.indexes);
  try {
    const { sql, values, signal } = request;
    return await request.planner.plan({ sql, values, indexes, signal });
  } catch (error) {
    if (indexes.length > 0 && error instanceof Problem && error.kind === 'unsupported') return undefined;
    throw error;
  }
}

const cost = (planned: HypotheticalPlan): number => planned.plan.root.totalCost;
