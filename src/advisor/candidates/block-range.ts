import type { TableUse } from '../uses/table-use';
import { columnOf, indexColumn, isOrderable } from './column-facts';
import type { IndexSet } from './kind';

/** 80 MB: below, a B-tree is small enough. */
const leastPages = 10_000;
/** A range of blocks holds a narrow range of values only where the rows lie in the column's order. */
const leastCorrelation = 0.9;

/** `created_at > $1` on a log that is only appended to: BRIN is a thousandth of a B-tree. */
export function blockRangeIndexes(use: TableUse): IndexSet[] {
  if (use.table.pages < leastPages || use.table.kind === 'partitioned table') return [];
  return [...use.ranges].flatMap((key): IndexSet[] => {
    const correlation = Math.abs(columnOf(use.table, key)?.statistics?.correlation ?? 0);
    if (correlation <= leastCorrelation || !isOrderable(use, key)) return [];
    return [[{ method: 'brin', columns: [indexColumn(use, key)] }]];
  });
}
