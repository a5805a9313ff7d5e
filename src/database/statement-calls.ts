import { Problem } from '../nouns/problem';
import type { CatalogQuery } from './gate';
import { findStatementSource, readCounted, whyNotCounted } from './health/statement-source';

/** A statement as pg_stat_statements counted it. */
export interface StatementCalls {
  /** Constants are `$1`, `$2`, … */
  readonly text: string;
  readonly calls: number;
  /** Time of all calls, in ms. */
  readonly totalMs: number;
  /** Returned, or written, by all calls. */
  readonly rows: number;
}

/** The statements that took most of this database's time, as pg_stat_statements counted them. */
export async function readStatementCalls(query: CatalogQuery, most: number): Promise<StatementCalls[]> {
  const source = await findStatementSource(query);
  const why = whyNotCounted(source);
  if (why) {
    const remedy = why.remedy.charAt(0).toLowerCase() + why.remedy.slice(1);
    throw new Problem('unsupported', why.says, { hint: `Name files or --sql, or ${remedy}` });
  }
  const { statements } = await readCounted(query, source, { orders: ['"totalMs"'], most });
  const byText = new Map<string, StatementCalls>();
  for (const { text, calls, totalMs, rows } of statements) {
    if (text === undefined) continue;
    // The same text has another identifier where its names stand for other tables.
    const known = byText.get(text) ?? { calls: 0, totalMs: 0, rows: 0 };
    byText.set(text, {
      text: withCasts(text),
      calls: known.calls + calls,
      totalMs: known.totalMs + totalMs,
      rows: known.rows + rows,
    });
  }
  return [...byText.values()];
}

/** `interval '1 day'` was counted as `interval $1`, which is no SQL: `$1::interval` is. */
function withCasts(text: string): string {
  return text.replace(/\b(interval|date|time|timestamp|timestamptz)\s+(\$\d+)/gi, '$2::$1');
}
