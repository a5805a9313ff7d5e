import type { Judgement } from '../judgement';
import type { MeasuredQueries, MeasuredQuery } from './numbers';

/**
 * What is known from the plans of queries, and of the tables that their planners know. Of tables whose sizes are assumed
 * only the rows of a query with a limit are.
 */
export function measuredQueries(judgements: Iterable<Judgement>): MeasuredQueries {
  const queries = new Map<string, MeasuredQuery>();
  const tables = new Map<string, number>();
  const types = new Map<string, string>();
  const read = new Set<unknown>();
  for (const { query, explained, planning } of judgements) {
    const isAssumed = planning?.snapshot?.assumed === true;
    if (explained && (!isAssumed || /\blimit\s+\d+\b/i.test(query.site.sql))) {
      const { root, executionMs } = explained.plan;
      const rows = root.actual?.rows ?? root.planRows;
      queries.set(query.site.sql, {
        rows,
        cost: root.totalCost,
        ...(executionMs !== undefined && { ms: executionMs }),
      });
    }
    const { snapshot } = planning ?? {};
    if (!snapshot || read.has(snapshot)) continue;
    read.add(snapshot);
    for (const { schema, name, rows, columns } of snapshot.tables) {
      const table = schema === 'public' ? name : `${schema}.${name}`;
      if (!isAssumed) tables.set(table, rows);
      for (const column of columns) types.set(`${table}.${column.name}`, column.type);
    }
  }
  return { queries, tables, types };
}
