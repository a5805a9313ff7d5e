import type { Plan, PlanNode } from '../nouns/plan';
import { parentsById } from './walk-plan';

/** The estimate to compare `actual.rows` with: EXPLAIN prints the rows of one loop. */
export function estimatedRows(node: PlanNode): number {
  return node.planRows * Math.max(1, node.actual?.loops ?? 1);
}

/** Rows that a scan looked at: those that it gave and those that its filter threw away. */
export function rowsRead(node: PlanNode): number {
  return (node.actual?.rows ?? 0) + node.rowsRemoved;
}

/** EXPLAIN rounds the average of a loop, so a sum over loops is good to about three digits: 200,001 → 200,000. */
export function roundOverLoops(rows: number, node: PlanNode): number {
  return (node.actual?.loops ?? 1) > 1 ? Number(rows.toPrecision(3)) : Math.round(rows);
}

/** True when a LIMIT, a semi-, anti- or merge join above may not ask the node for all its rows. */
export function mayStopEarly(node: PlanNode, plan: Plan): boolean {
  const parents = parentsById(plan.root);
  const readsToTheEnd = new Set(['Sort', 'Hash', 'Aggregate', 'ModifyTable']);
  for (let above = parents.get(node.id); above !== undefined; above = parents.get(above.id)) {
    if (readsToTheEnd.has(above.type)) return false;
    if (above.type === 'Limit' || above.type === 'Merge Join') return true;
    if (/Semi|Anti/.test(String(above.properties['Join Type'] ?? ''))) return true;
  }
  return false;
}
