import type { SnapshotTable } from '../snapshot';
import { parseNumbers } from './index-widths';

/**
 * What unique keys and CREATE STATISTICS say of how many different keys an index has. TPC-H's key (l_orderkey,
 * l_linenumber) and a quarter of all rows with line number 1 make at least a quarter as many order keys as rows,
 * where ANALYZE found 6 %.
 */
export function distinctBounds(
  table: SnapshotTable,
  keys: readonly { readonly column: string | null }[],
): { distinctAtLeast: number; distinctAtMost?: number } {
  const columns = new Set(keys.flatMap(({ column }) => column ?? []));
  let distinctAtLeast = 0;
  for (const index of table.indexes) {
    if (!index.isUnique || index.predicate !== undefined || index.columns.length === 0) continue;
    const missing = index.columns.filter(({ name }) => name === undefined || !columns.has(name));
    const [only] = missing;
    if (missing.length === 0) distinctAtLeast = Math.max(distinctAtLeast, table.rows);
    else if (missing.length === 1 && missing.length < index.columns.length && only?.name !== undefined) {
      const statistics = table.columns.find(({ name }) => name === only.name)?.statistics;
      const most = Math.max(0, ...parseNumbers(statistics?.mostCommonFrequencies));
      distinctAtLeast = Math.max(distinctAtLeast, table.rows * most);
    }
  }
  const known = columns.size === keys.length ? extendedDistinct(table, columns) : undefined;
  return { distinctAtLeast, ...(known !== undefined && { distinctAtMost: Math.max(known, distinctAtLeast) }) };
}

/** `{"1, 2": 11, "1, 3": 500}` of CREATE STATISTICS, for exactly these columns. */
function extendedDistinct(table: SnapshotTable, columns: ReadonlySet<string>): number | undefined {
  if (columns.size < 2) return undefined;
  for (const { distinct } of table.extendedStatistics ?? []) {
    for (const [, numbers = '', count] of (distinct ?? '').matchAll(/"([\d, -]+)"\s*:\s*(\d+)/g)) {
      const names = numbers.split(',').map((number) => table.columns[Number(number) - 1]?.name);
      if (names.length === columns.size && names.every((name) => name !== undefined && columns.has(name))) {
        return Number(count);
      }
    }
  }
  return undefined;
}
