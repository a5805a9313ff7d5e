import type { IndexFix } from '../nouns/fix';

/** The statements that make the index, each with its semicolon; first what it needs, such as an extension. */
export function fixStatements(fix: IndexFix, options: { readonly concurrently: boolean }): string[] {
  const create = options.concurrently ? fix.concurrently : fix.sql;
  return [fix.needs, create].filter((sql) => sql !== undefined).map(terminated);
}

/** What goes to the clipboard: to be run by hand on a server in use, hence without blocking writes. */
export function textToCopy(fix: IndexFix): string {
  return `${fixStatements(fix, { concurrently: true }).join('\n')}\n`;
}

/** With one semicolon at its end. */
export function terminated(sql: string): string {
  return `${sql.replace(/[;\s]+$/, '')};`;
}
