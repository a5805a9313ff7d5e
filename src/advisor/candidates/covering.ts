import type { Snapshot } from '../../database/snapshot';
import type { TableUse } from '../uses/table-use';
import { columnOf } from './column-facts';
import type { IndexSet } from './kind';
import { mainColumns } from './ordered';

/** Below this share of all-visible pages an index-only scan visits the table all the time. */
const leastVisible = 0.5;
/** More than these are a second table, not an index. */
const mostIncluded = 4;
const mostIncludedBytes = 48;

/** Columns beside the key, so that the scan need not visit the table: where vacuum has marked most pages all-visible. */
export function coveringIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  const { table, reads } = use;
  // How much vacuum has marked is a fact, never an assumption.
  if (snapshot.assumed) return [];
  if (reads === undefined || table.pages === 0 || visibleShare(table) < leastVisible) return [];
  return mainColumns(use, snapshot).flatMap((columns): IndexSet[] => {
    // Without a condition the whole index would be read, which is no better than a small table.
    if (!columns[0] || !isAsked(use, columns[0].name)) return [];
    // An index with an expression gives back its value, not the columns in it.
    if (columns.some((column) => column.isExpression)) return [];
    const rest = [...reads].filter((name) => !columns.some((column) => column.name === name));
    const width = rest.reduce((sum, name) => sum + (columnOf(table, name)?.statistics?.averageWidth ?? 32), 0);
    if (rest.length === 0 || rest.length > mostIncluded || width > mostIncludedBytes) return [];
    return [[{ method: 'btree', columns, include: rest }]];
  });
}

const isAsked = (use: TableUse, key: string): boolean =>
  [use.equal, use.anyOf, use.joined, use.ranges].some((keys) => keys.has(key));

/** Of a table's pages, those whose rows every transaction sees. */
export function visibleShare({ pages, allVisiblePages }: TableUse['table']): number {
  return pages === 0 ? 0 : Math.min(1, allVisiblePages / pages);
}
