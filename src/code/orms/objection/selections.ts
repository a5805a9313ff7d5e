import type { KnexQuery } from '../knex/query';
import type { SqlText } from '../support/sql-text';

interface Selection {
  readonly table?: string;
  /** `*` for all. */
  readonly column: string;
  /** What the row calls it. */
  readonly name: string;
}

const simple = /^(?:"(.+)"\.)?(?:"([^"]+)"|(\*))(?: as "([^"]+)")?$/;

/** `"posts"."id" as "postId"`; undefined for an expression. */
export function selectionOf(text: SqlText): Selection | undefined {
  const whole = text.every((piece) => typeof piece === 'string') ? text.join('') : '';
  const [, table, column, star, alias] = simple.exec(whole) ?? [];
  const name = column ?? star;
  return name === undefined
    ? undefined
    : { ...(table === undefined ? {} : { table }), column: name, name: alias ?? name };
}

export function selectsAll(query: KnexQuery): boolean {
  return query.columns.length === 0 || query.columns.some((each) => selectionOf(each.sql)?.column === '*');
}

/** Whether the rows have this column under its own name. */
export function selects(query: KnexQuery, table: string, column: string): boolean {
  if (query.columns.length === 0) return true;
  return query.columns.some((each) => {
    const selection = selectionOf(each.sql);
    if (!selection || (selection.table !== undefined && selection.table !== table)) return false;
    return selection.column === '*' || (selection.column === column && selection.name === column);
  });
}
