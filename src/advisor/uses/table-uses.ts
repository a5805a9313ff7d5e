import type { Snapshot } from '../../database/snapshot';
import { type AstNode, isNode, walk } from '../../sql/ast';
import { noteConditions } from './conditions';
import { noteUsing, type Outputs, outputs } from './query-outputs';
import { noteReads } from './reads';
import { listOf, Scope, typed } from './scope';
import { noteOrders } from './sort-orders';
import { emptyUse, type MutableTableUse, type TableUse } from './table-use';
import type { Views } from './views';

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
    // The row itself is fetched to be changed: no index holds all of it.
    for (const item of scope.items) if ('use' in item) item.use.reads = undefined;
    for (const item of [...listOf(node.fromClause), ...listOf(node.usingClause)]) this.#from(item, scope, inner);
    if (node.sourceRelation !== undefined) this.#from(node.sourceRelation, scope, inner);
    noteConditions(node.whereClause, scope);
    noteConditions(node.joinCondition, scope);
    noteReads(node, scope);
    const { whereClause, targetList, joinCondition, returningList, mergeWhenClauses } = node;
    this.#subqueries([whereClause, targetList, joinCondition, returningList, mergeWhenClauses], scope, inner);
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
    noteOrders(select, scope);
    noteReads(select, scope);
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
}

function aliasOf(node: AstNode): string | undefined {
  const name = isNode(node.alias) ? node.alias.aliasname : undefined;
  return typeof name === 'string' ? name : undefined;
}
