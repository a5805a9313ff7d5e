import { adviseWorkload } from '../../advisor/workload/advise-workload';
import { upkeepOf } from '../../advisor/workload/upkeep';
import type { WorkloadGoal } from '../../advisor/workload/workload';
import { EmbeddedTarget } from '../../database/embedded-target';
import type { Snapshot } from '../../database/snapshot';
import type { WhatIfPlanner } from '../../database/what-if/planner';
import { formatCost, formatCount } from '../../plan/format';
import type { SqlParser } from '../../sql/parser';
import type { AdviceReport } from './advice-text';
import { gatherWorkload } from './workload';
import type { FoundStatements } from './workload-statements';

export interface AdviseOptions {
  readonly snapshot: Snapshot;
  readonly whatIf: WhatIfPlanner;
  readonly parser: SqlParser;
  readonly limits: Pick<WorkloadGoal, 'budgetBytes' | 'maxWidth' | 'timeLimitMs'>;
  /** The weights are calls, so that writes, which are counted too, can be set against them. */
  readonly isCounted: boolean;
  /** Before the search begins it ends everything; then the best until now is the answer. */
  readonly signal: AbortSignal;
  /** `312 what-ifs, cost 672,505 → 164,126` */
  readonly onProgress: (said: () => string) => void;
}

/** Advice for statements that were found somewhere; all of it is planned in memory. */
export async function adviseStatements(found: FoundStatements, options: AdviseOptions): Promise<AdviceReport> {
  const { snapshot, whatIf, parser, limits, isCounted, signal, onProgress } = options;
  const target = new EmbeddedTarget({ label: 'the planner in memory', whatIf, read: async () => snapshot });
  const workload = await gatherWorkload(found.statements, {
    target,
    parser,
    signal,
    onProgress: (done, all) => onProgress(() => `statement ${formatCount(done + 1)} of ${formatCount(all)}`),
  });
  const planner = await whatIf.open(snapshot, signal);
  const advice = await adviseWorkload({
    queries: workload.queries,
    snapshot,
    parser,
    planner,
    goal: { ...limits, upkeep: upkeepOf(snapshot, workload.queries, { isCounted, writtenRows: found.writtenRows }) },
    signal,
    onProgress: ({ whatIfs, before, best }) =>
      onProgress(() => `${formatCount(whatIfs)} what-ifs, cost ${formatCost(before)} → ${formatCost(best)}`),
  });
  return {
    advice,
    snapshot,
    passedOver: [...found.passedOver, ...workload.passedOver],
    leftOut: planner.leftOut,
    ...(Number.isFinite(limits.budgetBytes) && { budgetBytes: limits.budgetBytes }),
  };
}
