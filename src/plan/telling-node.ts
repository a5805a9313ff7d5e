import type { Plan, PlanNode } from '../nouns/plan';
import { isSubplan, planNodes } from './walk-plan';
import { isMeasured, worstNode } from './worst-node';

/** They hand on what others read: their names tell nobody what to do about the time that is put down to them. */
const passing: ReadonlySet<string> = new Set([
  'Limit',
  'Result',
  'ProjectSet',
  'Gather',
  'Gather Merge',
  'Append',
  'Merge Append',
  'Materialize',
  'Memoize',
  'Subquery Scan',
  'LockRows',
  'Unique',
  'Hash',
  'Values Scan',
]);

/**
 * The node to name when one has only a line for a plan: the worst one or, where that only hands rows on, the scan below
 * it that takes most; the root where nothing is scanned (`Insert on posts`).
 */
export function tellingNode(plan: Plan): PlanNode {
  const worst = worstNode(plan);
  if (!passing.has(worst.type)) return worst;
  return worstScan(plan, planNodes(worst)) ?? worstScan(plan, planNodes(plan.root)) ?? plan.root;
}

/** The scan of `table` that takes most; undefined where the plan does not scan it. */
export function scanOfTable(plan: Plan, table: string): PlanNode | undefined {
  return worstScan(
    plan,
    planNodes(plan.root).filter(({ relation }) => relation?.name === table),
  );
}

function worstScan(plan: Plan, nodes: readonly PlanNode[]): PlanNode | undefined {
  const measured = isMeasured(plan);
  const weight = (node: PlanNode) => (measured ? (node.actual?.totalMs ?? 0) : node.totalCost);
  const scans = nodes.filter((node) => node.relation !== undefined && node.type.endsWith('Scan'));
  const main = scans.filter((node) => !isSubplan(node));
  const candidates = main.length > 0 ? main : scans;
  return candidates.reduce<PlanNode | undefined>(
    (most, node) => (most === undefined || weight(node) > weight(most) ? node : most),
    undefined,
  );
}
