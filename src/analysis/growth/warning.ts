import type { ParameterValues } from '../../database/planner';
import type { Snapshot } from '../../database/snapshot';
import type { WhatIfDatabase } from '../../database/what-if/planner';
import { formatCost } from '../../plan/format';
import { growQuery } from './growth';
import { GrowingTables } from './tables';
import { mainStep, sizeText } from './text';

/** Up to here a statement is fine today: about a tenth of a second. The planner's cost. */
const fineCost = 10_000;
/** From here on nobody calls it fine: about a second. */
const badCost = 100_000;
/** What grows further is another application then. */
const mostGrowth = 1_000;
/** A table beyond 1 TB takes the planner in memory 0.1 s a plan and more: too long for what nobody asked for. 8 kB pages. */
const mostPages = 131_072 * 1_024;

export interface GrowthWarningRequest {
  readonly sql: string;
  readonly values?: ParameterValues;
  readonly planner: Pick<WhatIfDatabase, 'plan'>;
  readonly snapshot: Snapshot;
  readonly signal?: AbortSignal;
}

/**
 * `Fine today (cost 1,498); at about 67× (1,340,000 rows of posts) this costs 100,000 (Seq Scan on posts).` Undefined for a
 * statement that is not fine today, stays fine, or whose tables' sizes are assumed. One plan where there is nothing to say,
 * some twenty else. Rejects with the planner's Problem, or 'cancelled'.
 */
export async function growthWarning(request: GrowthWarningRequest): Promise<string | undefined> {
  const { snapshot } = request;
  if (snapshot.assumed) return undefined;
  const tables = new GrowingTables(snapshot, {});
  const { sql, values, planner, signal } = request;
  const { plan } = await planner.plan({ sql, values, indexes: [], signal });
  const read = tables.of(plan);
  const most = Math.min(mostGrowth, ...read.map(({ pages }) => mostPages / Math.max(1, pages)));
  if (plan.root.totalCost > fineCost || read.length === 0 || most < 2) return undefined;
  const { plan: last } = await planner.plan({ sql, values, indexes: [], growth: { factor: most }, signal });
  if (last.root.totalCost < badCost) return undefined;
  const { today, overLimit } = await growQuery({
    ...request,
    factors: [most],
    limit: { cost: badCost },
    changes: false,
  });
  if (!overLimit) return undefined;
  const step = mainStep(overLimit.at.plan);
  const size = sizeText(today.plan, overLimit.at.factor, tables);
  const becomes =
    step === mainStep(today.plan)
      ? `costs ${formatCost(badCost)} (${step})`
      : `becomes ${step}, cost ${formatCost(overLimit.at.cost)}`;
  return `Fine today (cost ${formatCost(today.cost)}); at ${size} this ${becomes}.`;
}
