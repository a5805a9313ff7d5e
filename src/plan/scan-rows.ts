import type { PlanNode } from '../nouns/plan';

/** The estimate to compare `actual.rows` with: EXPLAIN prints the rows of one loop. */
export function estimatedRows(node: PlanNode): number {
  return node.planRows * Math.max(1, node.actual?.loops ?? 1);
}

/** Rows that a scan looked at: those that it gave and those that its filter threw away. */
export function rowsRead(node: PlanNode): number {
  return (node.actual?.rows ?? 0) + node.rowsRemoved;
}
