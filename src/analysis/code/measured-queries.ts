import type { Judgement } from '../judgement';
import type { MeasuredQueries, MeasuredQuery } from './numbers';

/** What is known from the plans of queries, and of the tables that their planners know. Assumed sizes say nothing of either. */
export function measuredQueries(judgements: Iterable<Judgement>): MeasuredQueries {
  const queries = new Map<string, MeasuredQuery>();
  const tables = new Map<string, number>();
  const read = new Set<unknown>();
  for (const { query, explained, planning } of judgements) {
    if (planning?.snapshot?.assumed) continue;
    if (explained) {
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
    for (const { schema, name, rows } of snapshot.tables)
      tables.set(schema === 'public' ? name : `${schema}.${name}`, rows);
  }
  return { queries, tables };
}
