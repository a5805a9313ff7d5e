/** `CREATE TABLE`, `ALTER TABLE`, `CREATE TYPE`, … at the start of a line, as schema dumps and migrations have them. */
const definition =
  /^\s*(create\s+((global|local)\s+)?(temp|temporary|unlogged)?\s*table|create\s+(unique\s+)?index|create\s+(or\s+replace\s+)?(materialized\s+)?view|create\s+(type|domain|schema|extension)|alter\s+table)\b/im;

/** Files that hold test data, rollbacks or examples of queries rather than the schema. */
const aside = /(^|[/\\])(seeds?|fixtures?|test|tests|down|rollback)([/\\]|[._-])|\.down\.sql$|\.undo\.sql$/i;

/**
 * The .sql files that define the schema, in the order in which they are to be run: dumps named schema.sql or
 * structure.sql alone when there is no migration, else migrations by path (numbers and timestamps sort).
 */
export function schemaFiles<T extends { readonly name: string; readonly text: string }>(files: readonly T[]): T[] {
  const defining = files.filter(
    (file) => /\.sql$/i.test(file.name) && !aside.test(file.name) && definition.test(file.text),
  );
  return defining.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
