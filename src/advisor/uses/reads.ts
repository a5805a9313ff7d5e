import { isNode, walk } from '../../sql/ast';
import { columnNames, listOf, type Scope, stringOf, typed } from './scope';

/** Notes which columns one query level reads of each relation; its sub-queries are levels of their own. */
export function noteReads(level: unknown, scope: Scope): void {
  walk(level, (type, node) => {
    if (type === 'SubLink') noteReads(node.testexpr, scope);
    if (type === 'SubLink' || type === 'RangeSubselect' || type === 'CommonTableExpr') return false;
    // FOR UPDATE goes to the rows themselves.
    if (type === 'LockingClause') readsAll(scope, undefined);
    if (type === 'ColumnRef') noteReference({ ColumnRef: node }, scope);
    return true;
  });
}

function noteReference(reference: unknown, scope: Scope): void {
  const names = columnNames(reference);
  if (names === undefined) {
    const fields = listOf(typed(reference, 'ColumnRef')?.fields);
    const isStar = fields.some((field) => isNode(field) && 'A_Star' in field);
    if (isStar) readsAll(scope, fields.length > 1 ? stringOf(fields.at(-2)) : undefined);
    return;
  }
  const column = scope.resolve(reference);
  if (column) column.use.reads?.add(column.column);
  // `SELECT p FROM posts p`: the whole row.
  else if (names.length === 1) readsAll(scope, names[0], { exact: true });
}

function readsAll(scope: Scope, alias: string | undefined, { exact = false } = {}): void {
  for (const item of scope.items) {
    if ('use' in item && (item.alias === alias || (alias === undefined && !exact))) item.use.reads = undefined;
  }
}
