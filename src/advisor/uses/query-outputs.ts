import { type AstNode, isNode } from '../../sql/ast';
import { columnNames, columnOf, listOf, type Scope, type ScopeItem, stringOf, typed } from './scope';
import type { ColumnOf } from './table-use';

/** The base columns that a sub-query, CTE or view passes on, by the name under which they come out. */
export type Outputs = ReadonlyMap<string, ColumnOf>;

/** `JOIN … USING (id)`, `NATURAL JOIN` */
export function noteUsing(join: AstNode, left: readonly ScopeItem[], right: readonly ScopeItem[]): void {
  const named = listOf(join.usingClause).map(stringOf);
  const columns = join.isNatural === true ? left.flatMap((item) => [...namesIn(item)]) : named;
  for (const column of columns) {
    if (column === undefined) continue;
    const found = [left, right].map((side) => side.map((item) => columnOf(item, column)).find(Boolean));
    if (join.isNatural === true && !found.every(Boolean)) continue;
    for (const one of found) {
      one?.use.joined.add(one.column);
      one?.use.reads?.add(one.column);
    }
  }
}

const namesIn = (item: ScopeItem): Iterable<string> =>
  'columns' in item ? item.columns.keys() : item.use.table.columns.map(({ name }) => name);

/** The columns that a sub-query passes on as they are, by the name under which they come out. */
export function outputs(select: AstNode, scope: Scope): Outputs {
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
