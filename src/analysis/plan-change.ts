import type { Snapshot } from '../database/snapshot';
import type { Plan, PlanNode } from '../nouns/plan';
import { comparePlans } from '../plan/compare';
import { describeNode } from '../plan/describe-node';
import { formatBytes, formatCount } from '../plan/format';
import { planShape } from '../plan/shape';
import { parentsById, planNodes } from '../plan/walk-plan';
import { hashMemMultiplier, workMem } from '../rules/work-mem';

/** A sort or a hash table that does not fit into its memory. */
interface Spill {
  readonly node: PlanNode;
  readonly bytes: number;
  readonly memory: number;
}

/** Equal for two plans that run the same way: of the same shape, and the same of their sorts and hash tables on disk. */
export function formOf(plan: Plan, snapshot: Snapshot): string {
  const shape = planShape(plan);
  const spilled = spills(plan, snapshot).map(({ node }) => node.id);
  return spilled.length === 0 ? shape : `${shape} on disk: ${spilled.join(', ')}`;
}

/** Nodes that say nothing by themselves: they come and go with the join above them. */
const serving: ReadonlySet<string> = new Set([
  'Hash',
  'Materialize',
  'Memoize',
  'BitmapAnd',
  'BitmapOr',
  'Bitmap Index Scan',
  'Result',
]);

/** Said of a change that leaves every step as it was, such as which of two tables is hashed. */
export const reordered = 'the same steps in another order';

/** What a person is told about a change: `Nested Loop → Hash Join`; `Sort of 2,000,000 rows (120 MB) no longer fits into 4 MB`. */
export function changeOf(before: Plan, after: Plan, snapshot: Snapshot): string {
  const parts = comparePlans(before, after).changes.filter((change) => change.includes(' → '));
  const [gone, come] = difference(titles(before), titles(after));
  if (gone.length > 0 || come.length > 0) parts.push(said(gone, come));
  const known = new Set(spills(before, snapshot).map(({ node }) => titleOf(node)));
  for (const { node, bytes, memory } of spills(after, snapshot)) {
    if (known.has(titleOf(node))) continue;
    const what = node.type === 'Hash' ? 'hash table' : 'Sort';
    parts.push(
      `the ${what} of ${formatCount(node.planRows)} rows (${formatBytes(bytes)}) no longer fits into ${formatBytes(memory)} of memory`,
    );
  }
  return parts.length > 0 ? parts.join('; ') : reordered;
}

function said(gone: readonly string[], come: readonly string[]): string {
  if (come.length === 0) return `no ${gone.join(', ')} any more`;
  return gone.length === 0 ? `now with ${come.join(', ')}` : `${gone.join(', ')} → ${come.join(', ')}`;
}

/** Scans of tables are compared table by table, elsewhere. */
function titles(plan: Plan): string[] {
  return planNodes(plan.root)
    .filter((node) => !serving.has(node.type) && !(node.relation && node.type.endsWith('Scan')))
    .map(describeNode);
}

/** What is in the first list only, and what in the second only; each as often. */
function difference(first: readonly string[], second: readonly string[]): [string[], string[]] {
  const rest = [...second];
  const gone = first.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [gone, rest];
}

const titleOf = (node: PlanNode): string => `${describeNode(node)} ${node.sortKey.join(', ')}`;

/**
 * By the planner's estimates, with the bytes that relation_byte_size (costsize.c) and ExecChooseHashTableSize (nodeHash.c)
 * count. A sort below a LIMIT keeps the first rows only.
 */
function spills(plan: Plan, snapshot: Snapshot): Spill[] {
  const parents = parentsById(plan.root);
  const sortMemory = workMem(plan, snapshot);
  const hashMemory = sortMemory * hashMemMultiplier(plan, snapshot);
  return planNodes(plan.root).flatMap((node): Spill[] => {
    const width = Math.ceil(node.planWidth / 8) * 8;
    if (node.type === 'Sort' && parents.get(node.id)?.type !== 'Limit') {
      const bytes = node.planRows * (width + 24);
      return bytes > sortMemory ? [{ node, bytes, memory: sortMemory }] : [];
    }
    if (node.type !== 'Hash') return [];
    // Tuple header, its place in the chain, and a bucket.
    const bytes = node.planRows * (width + 40);
    return bytes > hashMemory ? [{ node, bytes, memory: hashMemory }] : [];
  });
}
