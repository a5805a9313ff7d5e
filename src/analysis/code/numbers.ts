import type { ColumnTypeOf } from '../../fixes/batch/column-types';
import type { QueryNumbers } from '../../rules/code-rule';

/** What planners said of statements, by their SQL; plain data, so that it can go to a thread. */
export interface MeasuredQueries {
  readonly queries: ReadonlyMap<string, MeasuredQuery>;
  /** `posts`, `app.posts` → rows. */
  readonly tables: ReadonlyMap<string, number>;
  /** `posts.title`, `app.posts.title` → the column's type, also of tables whose sizes are assumed. */
  readonly types?: ReadonlyMap<string, string>;
}

export interface MeasuredQuery {
  /** Rows that it gave, or is thought to give. */
  readonly rows: number;
  /** On the server; undefined when it was not run. */
  readonly ms?: number;
  readonly cost: number;
}

export function numbersOf({ queries, tables }: MeasuredQueries): QueryNumbers {
  return {
    rowsOf: (sql) => queries.get(sql)?.rows,
    timeOf: (sql) => queries.get(sql)?.ms,
    costOf: (sql) => queries.get(sql)?.cost,
    rowsIn: ({ schema, table }) =>
      tables.get(schema === undefined || schema === 'public' ? table : `${schema}.${table}`),
  };
}

/** For the fixes that write a type. */
export function columnTypesOf({ types }: MeasuredQueries): ColumnTypeOf {
  return (table, column) => types?.get(`${table.replace(/^public\./, '')}.${column}`);
}
