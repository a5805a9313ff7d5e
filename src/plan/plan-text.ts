import type { Plan, PlanNode } from '../nouns/plan';
import { describeNode } from './describe-node';
import { formatCost, formatCount, formatMs } from './format';
import { estimatedRows } from './scan-rows';
import { planNodes } from './walk-plan';
import { isMeasured, shareOf, worstNode } from './worst-node';

/** A deeper node is drawn at this depth, and a longer name is cut: a hover is about 100 characters wide. */
const deepest = 16;
const longestName = 64;
/** The root, the worst node, and the gaps around it. */
const fewestLines = 4;

/**
 * The plan as an indented tree in plain text with aligned columns; rows are estimated → actual:
 *
 *     Limit                  10 → 10 rows  64.8 ms
 *       Sort                 12 → 10 rows  64.8 ms
 *         Seq Scan on posts  12 → 10 rows  64.7 ms  ← 99 % of the time
 *
 * A plan of more than `maxLines` lines is cut in the middle; the worst node always stays.
 */
export function planText(plan: Plan, options: { readonly maxLines: number }): string {
  const worst = worstNode(plan);
  const nodes = planNodes(plan.root);
  const depths = depthsById(plan.root);
  const lines = selectNodes(nodes, worst, Math.max(fewestLines, options.maxLines)).map((entry): readonly string[] => {
    if (typeof entry === 'number') return [`… ${formatCount(entry)} more ${entry === 1 ? 'node' : 'nodes'}`];
    const depth = Math.min(deepest, depths.get(entry.id) ?? 0);
    return [
      '  '.repeat(depth) + shorten(subplanName(entry) + describeNode(entry)),
      rowsText(entry),
      weightText(entry),
      entry === worst && nodes.length > 1 ? worstText(entry, plan) : '',
    ];
  });
  return alignColumns(lines);
}

/** Nodes to print, with the numbers of those left out between them. */
function selectNodes(nodes: readonly PlanNode[], worst: PlanNode, maxLines: number): (PlanNode | number)[] {
  if (nodes.length <= maxLines) return [...nodes];
  const cut = (head: number, tail: number, middle: readonly (PlanNode | number)[]) => [
    ...nodes.slice(0, head),
    ...middle.filter((entry) => entry !== 0),
    ...nodes.slice(nodes.length - tail),
  ];
  const head = Math.ceil((maxLines - 1) / 2);
  const tail = maxLines - 1 - head;
  const left = nodes.length - head - tail;
  if (worst.id < head || worst.id >= head + left) return cut(head, tail, [left]);
  // The worst node stands in the gap: it and the second gap take two of the lines.
  const shortHead = Math.ceil((maxLines - 3) / 2);
  const shortTail = maxLines - 3 - shortHead;
  return cut(shortHead, shortTail, [worst.id - shortHead, worst, nodes.length - shortTail - worst.id - 1]);
}

function depthsById(root: PlanNode): Map<number, number> {
  const depths = new Map([[root.id, 0]]);
  for (const node of planNodes(root)) {
    for (const child of node.children) depths.set(child.id, (depths.get(node.id) ?? 0) + 1);
  }
  return depths;
}

/** `CTE recent: `, `InitPlan 1: ` before the node that computes it. */
function subplanName(node: PlanNode): string {
  const name = node.properties['Subplan Name'];
  return typeof name === 'string' ? `${name}: ` : '';
}

function rowsText(node: PlanNode): string {
  const estimated = formatCount(estimatedRows(node));
  if (node.actual === undefined) return `${estimated} rows`;
  return node.actual.loops === 0 ? 'never run' : `${estimated} → ${formatCount(node.actual.rows)} rows`;
}

function weightText(node: PlanNode): string {
  if (node.actual === undefined) return `cost ${formatCost(node.totalCost)}`;
  if (node.actual.loops === 0) return '';
  const loops = node.actual.loops > 1 ? ` in ${formatCount(node.actual.loops)} loops` : '';
  return node.actual.totalMs > 0 ? `${formatMs(node.actual.totalMs)}${loops}` : loops.trim();
}

function worstText(node: PlanNode, plan: Plan): string {
  const share = Math.round(shareOf(node, plan) * 100);
  if (share < 1) return '';
  return `← ${share} % of the ${isMeasured(plan) ? 'time' : 'cost'}`;
}

function shorten(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    if (line.length === 1) continue;
    line.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(line.length === 1 ? 0 : (widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
