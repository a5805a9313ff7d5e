import type { Severity } from '../nouns/finding';
import type { Plan, PlanNode } from '../nouns/plan';
import { isNegligible, negligible } from '../plan/verdict';
import { shareWithInputs, statementMs } from '../plan/worst-node';

/**
 * A node matters from a tenth of the statement's time or cost: what is below cannot win more than 10 %, the least
 * gain for which an index is proposed.
 */
export const leastShare = 0.1;

/** True when the statement is worth a word and the node, with its inputs, is a good part of it. */
export function matters(node: PlanNode, plan: Plan): boolean {
  return !isNegligible(plan) && shareWithInputs(node, plan) >= leastShare;
}

/** True when the statement was run and took so little that nobody waits for it. */
function isQuick(plan: Plan): boolean {
  return (statementMs(plan) ?? Number.POSITIVE_INFINITY) < negligible.ms;
}

/** By the part of the statement that could be saved: from half of it a warning, below it a note. */
export function severityOf(share: number, plan: Plan): Severity {
  if (isQuick(plan)) return 'hint';
  return share >= 0.5 ? 'warning' : 'info';
}
