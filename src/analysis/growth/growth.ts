import type { Growth } from '../../database/growth/growth';
import type { ParameterValues } from '../../database/planner';
import type { Snapshot } from '../../database/snapshot';
import type { WhatIfDatabase } from '../../database/what-if/planner';
import type { Plan } from '../../nouns/plan';
import { changeOf, formOf } from '../plan-change';

/** How a statement's plan fares while tables grow. */
export interface QueryGrowth {
  readonly today: GrownPlan;
  /** At the factors that were asked for, in ascending order. */
  readonly steps: readonly GrownPlan[];
  /** Where the plan becomes another one, in ascending order. */
  readonly changes: readonly PlanChange[];
  readonly law: GrowthLaw;
  /** The cost grows like this power of the size, from the last size but one to the last. */
  readonly exponent: number;
  /** The smallest size at which the cost is above the limit; undefined where none was set or none of the sizes reaches it. */
  readonly overLimit?: { readonly limit: number; readonly at: GrownPlan };
}

export interface GrownPlan {
  /** 1 is today. */
  readonly factor: number;
  readonly plan: Plan;
  readonly cost: number;
}

export interface PlanChange {
  readonly before: GrownPlan;
  /** At most 3 % larger than `before`. */
  readonly after: GrownPlan;
  /** `Index Scan using posts_pkey on posts → Seq Scan on posts` */
  readonly what: string;
}

export type GrowthLaw = 'constant' | 'sublinear' | 'linear' | 'superlinear' | 'quadratic';

/** A planner's cost, or so many times today's. */
export type GrowthLimit = { readonly cost: number } | { readonly times: number };

export interface GrowthRequest {
  readonly sql: string;
  readonly values?: ParameterValues;
  readonly planner: Pick<WhatIfDatabase, 'plan'>;
  /** For the memory that a sort or a hash table may take. */
  readonly snapshot: Snapshot;
  /** Above 1; what lies between two of them is searched where their plans differ. */
  readonly factors: readonly number[];
  readonly tables?: readonly string[];
  readonly alone?: boolean;
  readonly limit?: GrowthLimit;
  /** False: where the plan changes is not searched. */
  readonly changes?: boolean;
  readonly signal?: AbortSignal;
}

/** A change is known to this part of the size; closer nobody knows the size of next year. */
const precision = 1.03;
/** What a statement may ask at most, for plans that flutter between two forms: about 5 ms each. */
const mostPlans = 150;

/** Rejects with the planner's Problem, or 'cancelled'. */
export async function growQuery(request: GrowthRequest): Promise<QueryGrowth> {
  const sizes = new Sizes(request);
  const factors = [...new Set(request.factors)].filter((factor) => factor > 1).sort((a, b) => a - b);
  const today = await sizes.at(1);
  const steps: GrownPlan[] = [];
  for (const factor of factors) steps.push(await sizes.at(factor));
  const all = [today, ...steps];
  const changes: PlanChange[] = [];
  for (const [i, after] of steps.entries()) {
    const before = all[i];
    if (before && request.changes !== false) changes.push(...(await sizes.changesBetween(before, after)));
  }
  const exponent = exponentOf(all.at(-2) ?? today, all.at(-1) ?? today);
  const overLimit = await findLimit(sizes, all, request.limit);
  return { today, steps, changes, law: lawOf(exponent), exponent, ...(overLimit && { overLimit }) };
}

/** The statement's plans at different sizes, each asked for once. */
class Sizes {
  readonly #request: GrowthRequest;
  readonly #known = new Map<number, GrownPlan>();

  constructor(request: GrowthRequest) {
    this.#request = request;
  }

  async at(factor: number): Promise<GrownPlan> {
    const known = this.#known.get(factor);
    if (known) return known;
    const { sql, values, planner, tables, alone, signal } = this.#request;
    const growth: Growth | undefined = factor === 1 ? undefined : { factor, tables, alone };
    const { plan } = await planner.plan({ sql, values, indexes: [], growth, signal });
    const grown = { factor, plan, cost: plan.root.totalCost };
    this.#known.set(factor, grown);
    return grown;
  }

  /** In the middle of two sizes; undefined where they are as close as it matters, or enough was asked. */
  async between(low: GrownPlan, high: GrownPlan): Promise<GrownPlan | undefined> {
    if (high.factor / low.factor <= precision || this.#known.size >= mostPlans) return undefined;
    return this.at(Math.sqrt(low.factor * high.factor));
  }

  async changesBetween(before: GrownPlan, after: GrownPlan): Promise<PlanChange[]> {
    const { snapshot } = this.#request;
    if (formOf(before.plan, snapshot) === formOf(after.plan, snapshot)) return [];
    const middle = await this.between(before, after);
    if (!middle) return [{ before, after, what: changeOf(before.plan, after.plan, snapshot) }];
    return [...(await this.changesBetween(before, middle)), ...(await this.changesBetween(middle, after))];
  }
}

async function findLimit(
  sizes: Sizes,
  all: readonly GrownPlan[],
  asked: GrowthLimit | undefined,
): Promise<QueryGrowth['overLimit']> {
  const [today] = all;
  if (!asked || !today) return undefined;
  const limit = 'cost' in asked ? asked.cost : asked.times * today.cost;
  const first = all.findIndex(({ cost }) => cost > limit);
  let at = all[first];
  if (!at) return undefined;
  let below = all[first - 1];
  while (below) {
    const middle = await sizes.between(below, at);
    if (!middle) break;
    if (middle.cost > limit) at = middle;
    else below = middle;
  }
  return { limit, at };
}

function exponentOf(before: GrownPlan, after: GrownPlan): number {
  if (after.factor <= before.factor || before.cost <= 0 || after.cost <= 0) return 0;
  return Math.log(after.cost / before.cost) / Math.log(after.factor / before.factor);
}

/** Between the laws' own exponents, 0, 1 and 2; a sort's n log n is 1.1 to 1.2 at these sizes. */
function lawOf(exponent: number): GrowthLaw {
  if (exponent < 0.15) return 'constant';
  if (exponent < 0.85) return 'sublinear';
  if (exponent <= 1.25) return 'linear';
  return exponent < 1.75 ? 'superlinear' : 'quadratic';
}
