import type { SnapshotTable } from './snapshot';

/** MaxBlockNumber: a relation has at most 2^32 − 2 pages, 32 TB. */
export const mostPages = 4_294_967_294;

const usablePageBytes = 8192 - 24;
/** Leaves of a B-tree are filled to 90 %. */
const leafBytes = 8192 - 24 - 16 - 819;
/** Up to here the last page, which may be nearly empty, is too large a part of the table to be multiplied. */
const fewPages = 10;

/**
 * Pages grow with the rows, bloat and all. A table of a few pages may have room left on them: there the width of the
 * rows says how many pages are needed, where it is known.
 */
export function grownHeapPages(table: Pick<SnapshotTable, 'pages' | 'rows' | 'columns'>, factor: number): number {
  const { pages, rows, columns } = table;
  if (pages <= 0) return 0;
  const grown = Math.min(mostPages, Math.round(pages * factor));
  if (pages > fewPages || columns.some(({ statistics }) => statistics === undefined)) return grown;
  const width = columns.reduce(
    (sum, { statistics }) => sum + (statistics?.averageWidth ?? 0) * (1 - (statistics?.nullFraction ?? 0)),
    0,
  );
  // 23 bytes of tuple header aligned to 24, and a line pointer.
  const rowBytes = 28 + Math.ceil(width / 8) * 8;
  const needed = Math.ceil((rows * factor) / Math.max(1, Math.floor(usablePageBytes / rowBytes)));
  return Math.min(grown, Math.max(pages, needed));
}

/** An index's pages grow with its rows; the metapage is there once. `keyWidth` in bytes, for an index of one leaf. */
export function grownIndexPages(
  { pages, rows, keyWidth }: { readonly pages: number; readonly rows: number; readonly keyWidth: number },
  factor: number,
): number {
  if (pages <= 0) return 0;
  const grown = Math.min(mostPages, Math.round(1 + (pages - 1) * factor));
  if (pages > 2) return grown;
  const leaves = Math.ceil(
    (rows * factor) / Math.max(1, Math.floor(leafBytes / (8 + Math.ceil(keyWidth / 8) * 8 + 4))),
  );
  return Math.min(grown, Math.max(pages, leaves <= 1 ? 2 : leaves + 2));
}
