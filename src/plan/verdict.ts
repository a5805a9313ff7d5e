import type { Plan, PlanNode } from '../nouns/plan';
import { describeNode, targetName } from './describe-node';
import { formatBytes, formatCost, formatCount, formatMs } from './format';
import { mayStopEarly, roundOverLoops, rowsRead } from './scan-rows';
import { tellingNode } from './telling-node';
import { isMeasured, statementMs } from './worst-node';

/** Below both nobody waits for a statement: rules about its plan keep silent. */
export const negligible = { cost: 100, ms: 10 };

/**
 * One line about the whole plan:
 * `412 ms · reads all 200,000 rows of posts to keep 12`,
 * `estimated cost 5,013 · Seq Scan on posts`,
 * `0.4 ms · Index Scan using posts_author_id_idx on posts · nothing to improve`.
 */
export function verdict(plan: Plan): string {
  const ms = statementMs(plan);
  const worst = tellingNode(plan);
  const parts = [ms === undefined ? `estimated cost ${formatCost(plan.root.totalCost)}` : formatMs(ms)];
  parts.push((isMeasured(plan) && (scanStory(worst, plan) ?? spillStory(worst))) || describeNode(worst));
  if (ms !== undefined && isNegligible(plan)) parts.push('nothing to improve');
  return parts.join(' · ');
}

/** True when neither the cost nor the time (where it was measured) is worth a word. */
export function isNegligible(plan: Plan): boolean {
  return plan.root.totalCost < negligible.cost && (statementMs(plan) ?? 0) < negligible.ms;
}

function scanStory(node: PlanNode, plan: Plan): string | undefined {
  const target = targetName(node);
  if (!node.type.endsWith('Scan') || target === undefined || node.actual === undefined) return undefined;
  // Only what is worth telling: a whole table, or more rows thrown away than kept.
  if (node.type !== 'Seq Scan' && node.rowsRemoved <= node.actual.rows) return undefined;
  const shared = node.properties['Parallel Aware'] === true;
  const whole = node.type === 'Seq Scan' && (shared || node.actual.loops === 1) && !mayStopEarly(node, plan);
  const reads = `reads ${whole ? 'all ' : ''}${formatCount(roundOverLoops(rowsRead(node), node))} rows of ${target}`;
  return node.rowsRemoved > 0 ? `${reads} to keep ${formatCount(roundOverLoops(node.actual.rows, node))}` : reads;
}

function spillStory(node: PlanNode): string | undefined {
  const kB = node.properties['Sort Space Used'];
  if (node.properties['Sort Space Type'] !== 'Disk' || typeof kB !== 'number') return undefined;
  return `sorts ${formatCount(node.actual?.rows ?? node.planRows)} rows on disk (${formatBytes(kB * 1024)})`;
}
