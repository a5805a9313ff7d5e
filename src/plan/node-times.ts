import type { ActualRun, PlanNode } from '../nouns/plan';

/** A node while the tree is being built: children and times are filled in later. */
export interface DraftNode extends Omit<PlanNode, 'children' | 'actual'> {
  readonly children: DraftNode[];
  actual?: { -readonly [Key in keyof ActualRun]: ActualRun[Key] };
}

/**
 * Turns the times of EXPLAIN ANALYZE, which are averages of one loop in one process, into wall-clock totals, and
 * gives every node its own share. `nodes` are all nodes of the plan in pre-order.
 *
 * Below a Gather the work is shared: a child's loops count every process, so its total is divided by their number.
 * An InitPlan, a CTE or a SubPlan runs inside the node that asks for its value: its time is taken from that node,
 * once, and not from the node that it is printed under.
 */
export function assignTimes(nodes: readonly DraftNode[]): void {
  divideAmongProcesses(nodes);
  for (const node of nodes) {
    if (node.actual === undefined) continue;
    let own = node.actual.totalMs;
    for (const child of node.children) {
      if (!isSubplan(child)) own -= child.actual?.totalMs ?? 0;
    }
    node.actual.selfMs = Math.max(0, own);
  }
  chargeSubplans(nodes);
}

function divideAmongProcesses(nodes: readonly DraftNode[]): void {
  const pending: { node: DraftNode; processes: number }[] =
    nodes[0] === undefined ? [] : [{ node: nodes[0], processes: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, processes } = next;
    if (node.actual !== undefined && processes > 1) node.actual.totalMs /= processes;
    for (const child of node.children) {
      pending.push({ node: child, processes: isSubplan(child) ? 1 : processes * processesBelow(node, child) });
    }
  }
}

/** Each process that takes part, the leader included, counts as one loop of the node below a Gather. */
function processesBelow(parent: DraftNode, child: DraftNode): number {
  if (!parent.type.startsWith('Gather')) return 1;
  const parentLoops = parent.actual?.loops ?? 0;
  return parentLoops > 0 ? Math.max(1, (child.actual?.loops ?? 0) / parentLoops) : 1;
}

function chargeSubplans(nodes: readonly DraftNode[]): void {
  const readers = readersByName(nodes);
  for (const parent of nodes) {
    for (const child of parent.children) {
      if (!isSubplan(child) || child.actual === undefined) continue;
      let left = child.actual.totalMs;
      const candidates = readers.get(subplanKey(child)) ?? [];
      for (const reader of [...candidates, parent]) {
        if (reader.actual === undefined || reader === child) continue;
        const taken = Math.min(left, reader.actual.selfMs);
        reader.actual.selfMs -= taken;
        left -= taken;
      }
    }
  }
}

function isSubplan(node: DraftNode): boolean {
  const relationship = node.properties['Parent Relationship'];
  return relationship === 'InitPlan' || relationship === 'SubPlan';
}

/** 'CTE recent' → 'CTE recent'; 'InitPlan 1 (returns $0)' → '$0'; 'InitPlan 1' → 'InitPlan 1' (PostgreSQL 17 and later). */
function subplanKey(node: DraftNode): string {
  const name = String(node.properties['Subplan Name'] ?? '');
  return /\(returns (\$\d+)/.exec(name)?.[1] ?? name;
}

/** The nodes that read a CTE, or whose conditions mention an InitPlan, under `subplanKey`'s names. */
function readersByName(nodes: readonly DraftNode[]): Map<string, DraftNode[]> {
  const readers = new Map<string, DraftNode[]>();
  const add = (key: string, node: DraftNode) => {
    const known = readers.get(key);
    if (known === undefined) readers.set(key, [node]);
    else if (known.at(-1) !== node) known.push(node);
  };
  for (const node of nodes) {
    const cte = node.properties['CTE Name'];
    if (typeof cte === 'string') add(`CTE ${cte}`, node);
    for (const condition of Object.values(node.conditions)) {
      for (const [mention] of condition.matchAll(/\$\d+|InitPlan \d+/g)) add(mention, node);
    }
  }
  return readers;
}
