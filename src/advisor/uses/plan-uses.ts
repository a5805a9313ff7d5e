import type { Snapshot, SnapshotTable } from '../../database/snapshot';
import type { Plan, PlanNode } from '../../nouns/plan';
import { withoutPlannerText } from '../../plan/expressions';
import { planNodes } from '../../plan/walk-plan';
import { type AstNode, isNode } from '../../sql/ast';
import type { SqlParser } from '../../sql/parser';
import { noteConditions } from './conditions';
import { Scope, typed } from './scope';
import { noteOrders } from './sort-orders';
import { emptyUse, type MutableTableUse, type TableUse } from './table-use';

/**
 * What a plan asks of each relation: its conditions and sort keys are the statement as the rewriter and the planner made
 * it, with views, inlined functions and derived equalities (`a.id = b.id AND b.id = 5` gives `a.id = 5`) written out.
 * With `hasValues` a constant in it may be a parameter's value, of which nothing is concluded.
 */
export function planUses(
  plan: Plan,
  snapshot: Snapshot,
  parser: SqlParser,
  options: { readonly hasValues: boolean },
): TableUse[] {
  const scope = new Scope();
  const nodes = planNodes(plan.root);
  const uses: MutableTableUse[] = [];
  for (const { relation } of nodes) {
    const table = relation && readableTable(relation, snapshot);
    if (!relation || !table || uses.some(({ alias }) => alias === relation.alias)) continue;
    const use = emptyUse(table, relation.alias);
    // What the statement takes from a row is not said.
    use.reads = undefined;
    uses.push(use);
    scope.items.push({ alias: relation.alias, use });
  }
  const read = (text: string): AstNode | undefined => {
    const parsed = parser.parse(`SELECT ${withoutPlannerText(text)}`);
    return parsed.ok ? typed(parsed.statement.ast, 'SelectStmt') : undefined;
  };
  for (const node of nodes) {
    for (const condition of Object.values(node.conditions)) {
      noteConditions(read(`WHERE ${condition}`)?.whereClause, scope);
    }
    for (const clause of orderings(node)) {
      const select = read(clause);
      if (select) noteOrders(select, scope);
    }
    for (const use of uses) {
      if (use.order.length > 0) use.orders.push(use.order);
      use.order = [];
    }
  }
  return options.hasValues ? uses.map(withoutValues) : uses;
}

function orderings({ sortKey, properties }: PlanNode): string[] {
  const groups = properties['Group Key'];
  const keys = Array.isArray(groups) ? groups.filter((key) => typeof key === 'string') : [];
  return [
    ...(sortKey.length > 0 ? [`ORDER BY ${sortKey.join(', ')}`] : []),
    ...(keys.length > 0 ? [`GROUP BY ${keys.join(', ')}`] : []),
  ];
}

/** A partition's index is its whole table's. The plan says no schema: of several tables the first on the search path. */
function readableTable(relation: { schema?: string; name: string }, snapshot: Snapshot): SnapshotTable | undefined {
  const named = snapshot.tables.filter(
    ({ schema, name }) => name === relation.name && (relation.schema ?? schema) === schema,
  );
  const onPath = snapshot.searchPath.map((schema) => named.find((table) => table.schema === schema)).find(isNode);
  let table = (onPath as SnapshotTable | undefined) ?? (named.length === 1 ? named[0] : undefined);
  for (let part = table?.partitionOf; part !== undefined; part = table?.partitionOf) {
    const { schema, table: name } = part;
    table = snapshot.tables.find((one) => one.schema === schema && one.name === name);
  }
  return table;
}

function withoutValues(use: MutableTableUse): TableUse {
  // Another value may begin with a wildcard.
  return {
    ...use,
    constants: [],
    prefixes: new Set(),
    contains: new Set([...use.contains, ...use.prefixes]),
  };
}
