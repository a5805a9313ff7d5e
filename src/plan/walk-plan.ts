import type { PlanNode } from '../nouns/plan';

/** The node and everything below it, in pre-order (so `planNodes(plan.root)[n].id === n`). */
export function planNodes(root: PlanNode): PlanNode[] {
  const nodes: PlanNode[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.push(node);
    for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i] as PlanNode);
  }
  return nodes;
}

/** Every node's parent, by the node's id. The root has none. */
export function parentsById(root: PlanNode): Map<number, PlanNode> {
  const parents = new Map<number, PlanNode>();
  for (const node of planNodes(root)) {
    for (const child of node.children) parents.set(child.id, node);
  }
  return parents;
}

/** InitPlans, CTEs and SubPlans hang under a node without being its input. */
export function isSubplan(node: PlanNode): boolean {
  const relationship = node.properties['Parent Relationship'];
  return relationship === 'InitPlan' || relationship === 'SubPlan';
}

/** The planner's cost of the node without its inputs' (never below 0: a LIMIT costs less than its input). */
export function selfCost(node: PlanNode): number {
  let cost = node.totalCost;
  for (const child of node.children) cost -= child.totalCost;
  return Math.max(0, cost);
}
