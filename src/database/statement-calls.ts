import { Problem } from '../nouns/problem';
import { quoteIdentifier } from '../sql/identifiers';
import type { CatalogQuery } from './gate';

/** A row of pg_stat_statements. */
export interface StatementCalls {
  /** Constants are `$1`, `$2`, … */
  readonly text: string;
  readonly calls: number;
  /** Time of all calls, in ms. */
  readonly totalMs: number;
}

/** The statements that took most of this database's time, as pg_stat_statements counted them. */
export async function readStatementCalls(query: CatalogQuery, most: number): Promise<StatementCalls[]> {
  const [extension] = await query<{ schema: string }>(
    `SELECT n.nspname::text AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_stat_statements'`,
  );
  if (!extension) {
    throw new Problem(
      'unsupported',
      'This database does not count its statements: pg_stat_statements is not installed.',
      {
        hint: 'Name files or --sql, or put pg_stat_statements into shared_preload_libraries and run CREATE EXTENSION pg_stat_statements.',
      },
    );
  }
  const rows = await query<StatementCalls>(
    `SELECT s.query AS text, sum(s.calls)::float8 AS calls, sum(s.total_exec_time)::float8 AS "totalMs"
     FROM ${quoteIdentifier(extension.schema)}.pg_stat_statements s
     WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.query IS NOT NULL
     GROUP BY s.query ORDER BY 3 DESC LIMIT $1`,
    [most],
  );
  return rows.map((row) => ({ ...row, text: withCasts(row.text) }));
}

/** `interval '1 day'` was counted as `interval $1`, which is no SQL: `$1::interval` is. */
function withCasts(text: string): string {
  return text.replace(/\b(interval|date|time|timestamp|timestamptz)\s+(\$\d+)/gi, '$2::$1');
}
