/** `CREATE TABLE`, `ALTER TABLE`, `CREATE TYPE`, … at the start of a line, as schema dumps and migrations have them. */
const definition =
  /^\s*(create\s+((global|local)\s+)?((temp|temporary|unlogged)\s+)?table|create\s+(unique\s+)?index|create\s+(or\s+replace\s+)?(materialized\s+)?view|create\s+(type|domain|schema|extension)|alter\s+table)\b/im;

/** Folders of test data and of tests, whose tables are not the application's. */
const aside = /(^|[/\\])(seeds?|fixtures?|tests?|examples?)[/\\]/i;

/** Does this file define the application's schema? The planner in memory puts them in order and leaves out what undoes. */
export function isSchemaFile({ name, text }: { readonly name: string; readonly text: string }): boolean {
  return /\.sql$/i.test(name) && !aside.test(name) && definition.test(text);
}
