import type { Snapshot } from '../database/snapshot';
import { type AstNode, isNode, walk } from '../sql/ast';
import { noteConditions } from './conditions';
import { columnNames, columnOf, listOf, Scope, type ScopeItem, stringOf, typed } from './scope';
import { type ColumnOf, emptyUse, type MutableTableUse, type OrderColumn, type TableUse } from './table-use';
import type { Views } from './views';

type Outputs = ReadonlyMap<string, ColumnOf>;
type Ctes = ReadonlyMap<string, Outputs>;

/**
 * What a statement asks of each relation that it reads, with aliases, CTEs, views and sub-queries resolved: an outer
 * condition on a sub-query's column counts for the column behind it, as the planner pushes it down.
 */
export function tableUses(ast: AstNode, snapshot: Snapshot, views?: Views): TableUse[] {
  const reader = new UseReader(snapshot, views);
  reader.statement(ast, undefined, new Map());
  return reader.uses;
}

/** Views on views; the catalog can hold two that name each other. */
const deepestView = 16;

class UseReader {
  readonly uses: MutableTableUse[] = [];
  readonly #snapshot: Snapshot;
  readonly #views: Views | undefined;
  #viewDepth = 0;

  constructor(snapshot: Snapshot, views?: Views) {
    this.#snapshot = snapshot;
    this.#views = views;
  }

  statement(ast: unknown, outer: Scope | undefined, ctes: Ctes): Outputs {
    const select = typed(ast, 'SelectStmt');
    if (select) return this.#select(select, outer, ctes);
    const change = typed(ast, 'UpdateStmt') ?? typed(ast, 'DeleteStmt') ?? typed(ast, 'MergeStmt');
    if (change) this.#change(change, outer, ctes);
    const insert = typed(ast, 'InsertStmt');
    if (insert) {
      const inner = this.#withClause(insert, outer, ctes);
      if (insert.selectStmt !== undefined) this.statement(insert.selectStmt, outer, inner);
    }
    return new Map();
  }

  #change(node: AstNode, outer: Scope | undefined, ctes: Ctes): void {
    const inner = this.#withClause(node, outer, ctes);
    const scope = new Scope(outer);
    this.#from({ RangeVar: node.relation }, scope, inner);
    for (const item of [...listOf(node.fromClause), ...listOf(node.usingClause)]) this.#from(item, scope, inner);
    if (node.sourceRelation !== undefined) this.#from(node.sourceRelation, scope, inner);
    noteConditions(node.whereClause, scope);
    noteConditions(node.joinCondition, scope);
    this.#subqueries([node.whereClause, node.targetList, node.joinCondition, node.returningList], scope, inner);
  }

  #select(select: AstNode, outer: Scope | undefined, ctes: Ctes): Outputs {
    const inner = this.#withClause(select, outer, ctes);
    if (isNode(select.larg) && isNode(select.rarg)) {
      this.#select(select.larg, outer, inner);
      this.#select(select.rarg, outer, inner);
      return new Map();
    }
    const scope = new Scope(outer);
    for (const item of listOf(select.fromClause)) this.#from(item, scope, inner);
    noteConditions(select.whereClause, scope);
    const groups = listOf(select.groupClause).length > 0;
    this.#noteOrder(select, scope);
    this.#subqueries(
      [
        select.whereClause,
        select.targetList,
        select.havingClause,
        select.groupClause,
        select.sortClause,
        select.limitCount,
      ],
      scope,
      inner,
    );
    // Conditions on what a LIMIT, a grouping or a window gives are not pushed down.
    return select.limitCount !== undefined || groups ? new Map() : outputs(select, scope);
  }

  #withClause(node: AstNode, outer: Scope | undefined, ctes: Ctes): Ctes {
    const known = new Map(ctes);
    for (const item of listOf(isNode(node.withClause) ? node.withClause.ctes : undefined)) {
      const cte = typed(item, 'CommonTableExpr');
      if (!cte || typeof cte.ctename !== 'string') continue;
      // A recursive CTE names itself: it must not be taken for a table.
      known.set(cte.ctename, new Map());
      known.set(cte.ctename, this.statement(cte.ctequery, outer, known));
    }
    return known;
  }

  #from(node: unknown, scope: Scope, ctes: Ctes): void {
    const join = typed(node, 'JoinExpr');
    const sub = typed(node, 'RangeSubselect');
    const relation = typed(node, 'RangeVar');
    if (join) {
      const start = scope.items.length;
      this.#from(join.larg, scope, ctes);
      const middle = scope.items.length;
      this.#from(join.rarg, scope, ctes);
      noteConditions(join.quals, scope);
      noteUsing(join, scope.items.slice(start, middle), scope.items.slice(middle));
      this.#subqueries([join.quals], scope, ctes);
    } else if (sub) {
      // Only a LATERAL one sees its neighbours; to the others their names mean nothing anyway.
      scope.items.push({ alias: aliasOf(sub) ?? '', columns: this.statement(sub.subquery, scope, ctes) });
    } else if (relation && typeof relation.relname === 'string') {
      const alias = aliasOf(relation) ?? relation.relname;
      const cte = relation.schemaname === undefined ? ctes.get(relation.relname) : undefined;
      if (cte) scope.items.push({ alias, columns: cte });
      else this.#relation(relation, alias, scope);
    }
  }

  #relation(relation: AstNode, alias: string, scope: Scope): void {
    const { schemaname, relname } = relation;
    const schemas = typeof schemaname === 'string' ? [schemaname] : this.#snapshot.searchPath;
    const named = this.#snapshot.tables.filter((table) => table.name === relname);
    for (const schema of schemas) {
      const table = named.find((one) => one.schema === schema);
      if (table) {
        const use = emptyUse(table, alias);
        this.uses.push(use);
        scope.items.push({ alias, use });
        return;
      }
      const query = this.#viewDepth < deepestView ? this.#views?.query(schema, relname as string) : undefined;
      if (query) {
        this.#viewDepth++;
        scope.items.push({ alias, columns: this.statement(query, undefined, new Map()) });
        this.#viewDepth--;
        return;
      }
    }
  }

  /** Sub-queries in expressions see this level's names. `a IN (SELECT b …)` joins on b as well. */
  #subqueries(roots: readonly unknown[], scope: Scope, ctes: Ctes): void {
    walk([...roots], (type, node) => {
      if (type !== 'SubLink') return true;
      const columns = this.statement(node.subselect, scope, ctes);
      if (node.subLinkType === 'ANY_SUBLINK') {
        const [first] = columns.values();
        first?.use.joined.add(first.column);
      }
      this.#subqueries([node.testexpr], scope, ctes);
      return false;
    });
  }

  #noteOrder(select: AstNode, scope: Scope): void {
    const end = endOfColumn(select, scope);
    if (end) {
      end.use.order = [{ name: end.column, descending: false }];
      end.use.hasLimit = true;
      return;
    }
    // Rows that are put together come in an index's order too; that pays when few of them are wanted.
    const isDistinctOn = listOf(select.distinctClause).some((one) => isNode(one) && Object.keys(one).length > 0);
    const merges = (select.distinctClause !== undefined && !isDistinctOn) || listOf(select.groupClause).length > 0;
    if (merges && select.limitCount === undefined) return;
    const keys = listOf(select.sortClause).map((item) => orderKey(item, select, scope));
    const [first] = keys;
    const hasLimit = select.limitCount !== undefined;
    if (first && keys.every((key) => key?.use === first.use)) {
      first.use.order = keys.map((key) => (key as { order: OrderColumn }).order);
      first.use.hasLimit = hasLimit;
    }
  }
}

/** The column whose lowest or highest value is all that a query wants: `SELECT max(created_at) FROM posts`. */
function endOfColumn(select: AstNode, scope: Scope): ColumnOf | undefined {
  if (listOf(select.groupClause).length > 0 || listOf(select.sortClause).length > 0) return undefined;
  const columns = listOf(select.targetList).map((target) => {
    let value = typed(target, 'ResTarget')?.val;
    // `coalesce(max(position), 0)`
    value = listOf(typed(value, 'CoalesceExpr')?.args)[0] ?? value;
    const call = typed(value, 'FuncCall');
    const isEnd = /^(?:min|max)$/.test(stringOf(listOf(call?.funcname).at(-1)) ?? '');
    return isEnd && call?.agg_filter === undefined ? scope.resolve(listOf(call?.args)[0]) : undefined;
  });
  const [first] = columns;
  return columns.every((one) => one && one.use === first?.use && one.column === first.column) ? first : undefined;
}

function orderKey(
  node: unknown,
  select: AstNode,
  scope: Scope,
): { use: MutableTableUse; order: OrderColumn } | undefined {
  const sort = typed(node, 'SortBy');
  if (!sort || sort.sortby_dir === 'SORTBY_USING') return undefined;
  const found = scope.resolve(outputExpression(sort.node, select));
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

function noteUsing(join: AstNode, left: readonly ScopeItem[], right: readonly ScopeItem[]): void {
  for (const column of listOf(join.usingClause).map(stringOf)) {
    if (column === undefined) continue;
    for (const side of [left, right]) {
      const found = side.map((item) => columnOf(item, column)).find(Boolean);
      found?.use.joined.add(found.column);
    }
  }
}

/** The columns that a sub-query passes on as they are, by the name under which they come out. */
function outputs(select: AstNode, scope: Scope): Outputs {
  const columns = new Map<string, ColumnOf>();
  for (const item of listOf(select.targetList)) {
    const target = typed(item, 'ResTarget');
    if (!target) continue;
    const fields = listOf(typed(target.val, 'ColumnRef')?.fields);
    if (fields.some((field) => isNode(field) && 'A_Star' in field)) {
      const qualifier = fields.length > 1 ? stringOf(fields.at(-2)) : undefined;
      for (const one of scope.items) {
        if (qualifier === undefined || one.alias === qualifier) addAll(one, columns);
      }
      continue;
    }
    const found = scope.resolve(target.val);
    const name = typeof target.name === 'string' ? target.name : columnNames(target.val)?.at(-1);
    if (found && name !== undefined) columns.set(name, found);
  }
  return columns;
}

function addAll(item: ScopeItem, columns: Map<string, ColumnOf>): void {
  if ('columns' in item) for (const [name, column] of item.columns) columns.set(name, column);
  else for (const { name } of item.use.table.columns) columns.set(name, { use: item.use, column: name });
}

function aliasOf(node: AstNode): string | undefined {
  const name = isNode(node.alias) ? node.alias.aliasname : undefined;
  return typeof name === 'string' ? name : undefined;
}
