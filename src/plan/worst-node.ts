import type { Plan, PlanNode } from '../nouns/plan';
import { planNodes, selfCost } from './walk-plan';

/** The node that takes most of the time by itself or, where nothing was measured, most of the planner's cost. */
export function worstNode(plan: Plan): PlanNode {
  const measured = isMeasured(plan);
  const nodes = planNodes(plan.root);
  let worst = plan.root;
  let most = -1;
  for (const node of nodes) {
    const weight = measured ? (node.actual?.selfMs ?? 0) : selfCost(node);
    if (weight > most) {
      worst = node;
      most = weight;
    }
  }
  return worst;
}

/** The node's own share of the whole statement's time, or of its cost, from 0 to 1. */
export function shareOf(node: PlanNode, plan: Plan): number {
  const [part, whole] = isMeasured(plan)
    ? [node.actual?.selfMs ?? 0, Math.max(plan.executionMs ?? 0, plan.root.actual?.totalMs ?? 0)]
    : [selfCost(node), plan.root.totalCost];
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

/** The share of the node with everything below it, from 0 to 1. */
export function shareWithInputs(node: PlanNode, plan: Plan): number {
  const [part, whole] = isMeasured(plan)
    ? [node.actual?.totalMs ?? 0, Math.max(plan.executionMs ?? 0, plan.root.actual?.totalMs ?? 0)]
    : [node.totalCost, plan.root.totalCost];
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

/** True when the plan carries times: EXPLAIN ANALYZE, with TIMING. */
export function isMeasured(plan: Plan): boolean {
  return (plan.root.actual?.totalMs ?? 0) > 0;
}

/** The statement's time in ms: execution, with triggers; undefined when it was not run. */
export function statementMs(plan: Plan): number | undefined {
  return plan.executionMs ?? (isMeasured(plan) ? plan.root.actual?.totalMs : undefined);
}
