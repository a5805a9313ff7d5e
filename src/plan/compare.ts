import type { Plan, PlanNode } from '../nouns/plan';
import { describeNode } from './describe-node';
import { formatCost, formatMs } from './format';
import { planShape } from './shape';
import { planNodes } from './walk-plan';
import { isMeasured, statementMs } from './worst-node';

export interface PlanComparison {
  /** `Seq Scan on posts → Index Scan using posts_author_id_idx on posts, no Sort, cost 5,013 → 28, 412 ms → 0.3 ms` */
  readonly summary: string;
  /** The part about nodes, one entry for each change. */
  readonly changes: readonly string[];
  readonly sameShape: boolean;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Only when both were run. */
  readonly msBefore?: number;
  readonly msAfter?: number;
}

/** What changed between two plans of the same statement. */
export function comparePlans(before: Plan, after: Plan): PlanComparison {
  const changes = [...changedScans(before, after), ...goneSorts(before, after)];
  const sameShape = planShape(before) === planShape(after);
  const msBefore = isMeasured(before) && isMeasured(after) ? statementMs(before) : undefined;
  const msAfter = msBefore === undefined ? undefined : statementMs(after);
  const said = sameShape ? ['same plan'] : changes.length > 0 ? [...changes] : ['another plan'];
  said.push(`cost ${formatCost(before.root.totalCost)} → ${formatCost(after.root.totalCost)}`);
  if (msBefore !== undefined && msAfter !== undefined) said.push(`${formatMs(msBefore)} → ${formatMs(msAfter)}`);
  return {
    summary: said.join(', '),
    changes,
    sameShape,
    costBefore: before.root.totalCost,
    costAfter: after.root.totalCost,
    msBefore,
    msAfter,
  };
}

function changedScans(before: Plan, after: Plan): string[] {
  const scansAfter = scansByAlias(after);
  const changes = new Set<string>();
  for (const [alias, scan] of scansByAlias(before)) {
    const now = scansAfter.get(alias);
    if (now !== undefined && now !== scan) changes.add(`${scan} → ${now}`);
  }
  return [...changes];
}

/** How each relation is read: `posts` → 'Seq Scan on posts'. A Bitmap Heap Scan names the indexes below it. */
function scansByAlias(plan: Plan): Map<string, string> {
  const scans = new Map<string, string>();
  for (const node of planNodes(plan.root)) {
    if (node.relation === undefined || !node.type.endsWith('Scan')) continue;
    scans.set(node.relation.alias, node.type === 'Bitmap Heap Scan' ? describeBitmap(node) : describeNode(node));
  }
  return scans;
}

function describeBitmap(node: PlanNode): string {
  const indexes = planNodes(node).flatMap((below) => (below.type === 'Bitmap Index Scan' ? (below.index ?? []) : []));
  return `Bitmap Heap Scan using ${[...new Set(indexes)].join(', ')} on ${node.relation?.name}`;
}

function goneSorts(before: Plan, after: Plan): string[] {
  const sorts = (plan: Plan) => planNodes(plan.root).filter((node) => node.type === 'Sort').length;
  return sorts(before) > 0 && sorts(after) === 0 ? ['no Sort'] : [];
}
