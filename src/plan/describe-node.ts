import type { PlanNode } from '../nouns/plan';

/**
 * A node in EXPLAIN's own words: `Index Scan Backward using posts_pkey on posts`, `Parallel Seq Scan on posts`,
 * `Hash Left Join`, `HashAggregate`, `Update on posts`, `CTE Scan on recent`.
 */
export function describeNode(node: PlanNode): string {
  const parallel = node.properties['Parallel Aware'] === true ? 'Parallel ' : '';
  const target = targetName(node);
  const using =
    node.index === undefined ? '' : node.type === 'Bitmap Index Scan' ? ` on ${node.index}` : ` using ${node.index}`;
  return `${parallel}${nodeTitle(node)}${using}${target === undefined ? '' : ` on ${target}`}`;
}

function nodeTitle(node: PlanNode): string {
  const { properties } = node;
  const join = text(properties['Join Type']);
  const command = text(properties.Command);
  switch (node.type) {
    case 'Nested Loop':
      return join === undefined || join === 'Inner' ? 'Nested Loop' : `Nested Loop ${join} Join`;
    case 'Hash Join':
    case 'Merge Join': {
      const method = node.type === 'Hash Join' ? 'Hash' : 'Merge';
      return join === undefined || join === 'Inner' ? `${method} Join` : `${method} ${join} Join`;
    }
    case 'Aggregate':
      return aggregateTitle(text(properties.Strategy), text(properties['Partial Mode']));
    case 'ModifyTable':
      return text(properties.Operation) ?? 'ModifyTable';
    case 'SetOp':
      return `${text(properties.Strategy) === 'Hashed' ? 'HashSetOp' : 'SetOp'}${command === undefined ? '' : ` ${command}`}`;
    case 'Index Scan':
    case 'Index Only Scan':
      return text(properties['Scan Direction']) === 'Backward' ? `${node.type} Backward` : node.type;
    default:
      return node.type;
  }
}

function aggregateTitle(strategy: string | undefined, mode: string | undefined): string {
  const names: Record<string, string> = { Hashed: 'HashAggregate', Sorted: 'GroupAggregate', Mixed: 'MixedAggregate' };
  const name = names[strategy ?? ''] ?? 'Aggregate';
  return mode === 'Partial' ? `Partial ${name}` : mode === 'Finalize' ? `Finalize ${name}` : name;
}

/** What the node reads or writes: the table, or the CTE, function, VALUES list or subquery that stands in for one. */
export function targetName(node: PlanNode): string | undefined {
  if (node.type === 'Bitmap Index Scan') return undefined;
  if (node.relation !== undefined) return node.relation.name;
  const { properties } = node;
  return text(properties['CTE Name']) ?? text(properties['Function Name']) ?? text(properties['Tuplestore Name']);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
