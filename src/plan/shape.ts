import type { Plan, PlanNode } from '../nouns/plan';
import { describeNode } from './describe-node';

/**
 * The plan's form without numbers, equal for two plans that run the same way:
 * `Limit(Sort(Seq Scan on posts))`. Aliases do not count.
 */
export function planShape(plan: Plan): string {
  const parts: string[] = [];
  const pending: (PlanNode | string)[] = [plan.root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') {
      parts.push(next);
      continue;
    }
    parts.push(describeNode(next));
    if (next.children.length === 0) continue;
    parts.push('(');
    pending.push(')');
    for (let i = next.children.length - 1; i >= 0; i--) {
      pending.push(next.children[i] as PlanNode);
      if (i > 0) pending.push(', ');
    }
  }
  return parts.join('');
}
