import { type AstNode, isNode } from '../../sql/ast';
import type { ColumnOf, MutableTableUse } from './table-use';

/** One entry of a FROM clause: a base relation, or a sub-query or CTE with the columns that it passes on unchanged. */
export type ScopeItem =
  | { readonly alias: string; readonly use: MutableTableUse }
  | { readonly alias: string; readonly columns: ReadonlyMap<string, ColumnOf> };

/** The names that a query level sees; what is not found here is looked for in the query around it. */
export class Scope {
  readonly items: ScopeItem[] = [];
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** `p.author_id` or `author_id` → the base relation's column, if it is one. */
  resolve(node: unknown): ColumnOf | undefined {
    const names = columnNames(node);
    if (!names) return undefined;
    const column = names.at(-1) as string;
    const qualifier = names.at(-2);
    for (let scope: Scope | undefined = this; scope; scope = scope.#outer) {
      for (const item of scope.items) {
        if (qualifier !== undefined && item.alias !== qualifier) continue;
        const found = columnOf(item, column);
        if (found) return found;
        if (qualifier !== undefined) return undefined;
      }
    }
    return undefined;
  }
}

export function columnOf(item: ScopeItem, column: string): ColumnOf | undefined {
  if ('columns' in item) return item.columns.get(column);
  return item.use.table.columns.some(({ name }) => name === column) ? { use: item.use, column } : undefined;
}

/** The names of a ColumnRef, `*` not among them. */
export function columnNames(node: unknown): string[] | undefined {
  const reference = typed(node, 'ColumnRef');
  if (!reference) return undefined;
  const names = listOf(reference.fields).map((field) => stringOf(field));
  return names.every((name) => name !== undefined) ? (names as string[]) : undefined;
}

/** `{ ColumnRef: {...} }` → `{...}` when it is of that type. */
export function typed(node: unknown, type: string): AstNode | undefined {
  const inner = isNode(node) ? node[type] : undefined;
  return isNode(inner) ? inner : undefined;
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function stringOf(node: unknown): string | undefined {
  const text = typed(node, 'String')?.sval;
  return typeof text === 'string' ? text : undefined;
}
