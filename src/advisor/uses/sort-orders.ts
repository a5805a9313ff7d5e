import { type AstNode, isNode, walk } from '../../sql/ast';
import { keyOf } from './key-of';
import { columnNames, listOf, type Scope, stringOf, typed } from './scope';
import type { ColumnOf, MutableTableUse, OrderColumn } from './table-use';

interface Key {
  readonly use: MutableTableUse;
  readonly order: OrderColumn;
}

/** Notes the orders in which a query level wants the rows of one relation. */
export function noteOrders(select: AstNode, scope: Scope): void {
  const hasLimit = select.limitCount !== undefined;
  const [first, ...others] = endsOfColumns(select, scope);
  if (first) {
    first.use.order = [{ name: first.column, descending: false }];
    first.use.hasLimit = true;
    for (const { use, column } of others) use.orders.push([{ name: column, descending: false }]);
    return;
  }
  const groups = listOf(select.groupClause).map((item) => plainKey(outputExpression(item, select), scope));
  addOrder(groups);
  const distinct = listOf(select.distinctClause);
  const isDistinctOn = distinct.some((one) => isNode(one) && Object.keys(one).length > 0);
  if (isDistinctOn) addOrder(distinct.map((item) => plainKey(outputExpression(item, select), scope)));
  else if (select.distinctClause !== undefined) {
    addOrder(listOf(select.targetList).map((target) => plainKey(typed(target, 'ResTarget')?.val, scope)));
  }
  noteWindows(select, scope);
  noteNearest(select, scope);
  const keys = listOf(select.sortClause).map((item) => orderKey(item, select, scope));
  const order = oneRelation(keys);
  if (!order) return;
  // Rows that are put together come in an index's order too; that pays when few of them are wanted.
  if (!hasLimit && (groups.length > 0 || (select.distinctClause !== undefined && !isDistinctOn))) return;
  order.use.order = order.columns;
  order.use.hasLimit = hasLimit;
}

/** `sum(x) OVER (PARTITION BY a ORDER BY b)`, `WINDOW w AS (…)` */
function noteWindows(select: AstNode, scope: Scope): void {
  const note = (window: AstNode): void =>
    addOrder([
      ...listOf(window.partitionClause).map((item) => plainKey(item, scope)),
      ...listOf(window.orderClause).map((item) => orderKey(item, select, scope)),
    ]);
  walk([select.targetList, select.sortClause, select.windowClause], (type, node) => {
    if (type === 'SubLink') return false;
    if (type === 'WindowDef') note(node);
    if (type === 'FuncCall' && isNode(node.over)) note(node.over);
    return true;
  });
}

/** `ORDER BY place <-> $1 LIMIT 10` */
function noteNearest(select: AstNode, scope: Scope): void {
  if (select.limitCount === undefined) return;
  const [first] = listOf(select.sortClause);
  const distance = typed(outputExpression(typed(first, 'SortBy')?.node, select), 'A_Expr');
  if (!distance || listOf(distance.name).map(stringOf).at(-1) !== '<->') return;
  const found = keyOf(distance.lexpr, scope) ?? keyOf(distance.rexpr, scope);
  if (!found) return;
  found.use.nearest.add(found.column);
  found.use.hasLimit = true;
}

function addOrder(keys: readonly (Key | undefined)[]): void {
  const order = oneRelation(keys);
  order?.use.orders.push(order.columns);
}

/** The keys when all of them are of one relation. */
function oneRelation(keys: readonly (Key | undefined)[]): { use: MutableTableUse; columns: OrderColumn[] } | undefined {
  const [first] = keys;
  if (!first || !keys.every((key) => key?.use === first.use)) return undefined;
  return { use: first.use, columns: (keys as Key[]).map(({ order }) => order) };
}

/** The columns whose lowest or highest values are all that a query wants: `SELECT max(created_at) FROM posts`. */
function endsOfColumns(select: AstNode, scope: Scope): ColumnOf[] {
  if (listOf(select.groupClause).length > 0 || listOf(select.sortClause).length > 0) return [];
  const columns = listOf(select.targetList).map((target) => {
    let value = typed(target, 'ResTarget')?.val;
    // `coalesce(max(position), 0)`
    value = listOf(typed(value, 'CoalesceExpr')?.args)[0] ?? value;
    const call = typed(value, 'FuncCall');
    const isEnd = /^(?:min|max)$/.test(stringOf(listOf(call?.funcname).at(-1)) ?? '');
    return isEnd && call?.agg_filter === undefined ? keyOf(listOf(call?.args)[0], scope) : undefined;
  });
  const [first] = columns;
  return first && columns.every((one) => one?.use === first.use) ? (columns as ColumnOf[]) : [];
}

function plainKey(node: unknown, scope: Scope): Key | undefined {
  const found = keyOf(node, scope);
  return found && { use: found.use, order: { name: found.column, descending: false } };
}

function orderKey(node: unknown, select: AstNode, scope: Scope): Key | undefined {
  const sort = typed(node, 'SortBy');
  if (!sort || sort.sortby_dir === 'SORTBY_USING') return undefined;
  const found = keyOf(outputExpression(sort.node, select), scope);
  if (!found) return undefined;
  const descending = sort.sortby_dir === 'SORTBY_DESC';
  const nulls =
    sort.sortby_nulls === 'SORTBY_NULLS_FIRST'
      ? 'first'
      : sort.sortby_nulls === 'SORTBY_NULLS_LAST'
        ? 'last'
        : undefined;
  const isDefault = nulls === undefined || nulls === (descending ? 'first' : 'last');
  return { use: found.use, order: { name: found.column, descending, ...(!isDefault && { nulls }) } };
}

/** `ORDER BY 2` and `ORDER BY alias` mean an entry of the SELECT list. */
function outputExpression(node: unknown, select: AstNode): unknown {
  const targets = listOf(select.targetList).map((target) => typed(target, 'ResTarget'));
  const ordinal = typed(node, 'A_Const')?.ival;
  if (isNode(ordinal) && typeof ordinal.ival === 'number') return targets[ordinal.ival - 1]?.val;
  const names = columnNames(node);
  const named = names?.length === 1 ? targets.find((target) => target?.name === names[0]) : undefined;
  return named?.val ?? node;
}
