import { formatCount } from '../../plan/format';
import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** From so many rows on nobody looks at all of them. */
const manyRows = 10_000;

/** A list without limit and without condition of a table that is known to be large. Without statistics nothing is said. */
export const unboundedList: CodeRule = {
  id: 'unbounded-list',
  title: 'A whole large table is read into the program',
  reference: 'https://www.postgresql.org/docs/current/queries-limit.html',
  isMinor: true,
  check(context) {
    const { numbers, facts } = context;
    if (!numbers) return [];
    const lists = facts.results.map(({ query }) => query);
    return lists.flatMap((query) => {
      const { orm } = query;
      if (!query.isMany || query.hasLimit || query.operation !== 'find') return [];
      const rows =
        numbers.rowsOf(query.sql[0] ?? '') ??
        (orm?.model && orm.isOnlyEquals && orm.equals.length === 0 ? numbers.rowsIn(orm.model) : undefined);
      if (rows === undefined || rows < manyRows) return [];
      return [
        findingAt({ uri: query.uri, range: callRange(query) }, context, {
          rule: 'unbounded-list',
          severity: rows >= manyRows * 10 ? 'warning' : 'info',
          message: `${query.name} reads ≈ ${formatCount(rows)} rows into the program; limit it, or go through them page by page.`,
          evidence: { rows, query: query.sql[0] ?? null },
        }),
      ];
    });
  },
};
