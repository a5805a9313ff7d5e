import type { SnapshotTable } from '../snapshot';

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

export interface IndexSize {
  readonly pages: number;
  readonly rows: number;
  readonly method: string | null;
  /** Bytes. */
  readonly keyWidth: number;
}

/**
 * An index's pages grow with its rows. Of a B-tree's, that are the leaves, of which the last is half full; the metapage is
 * there once, and the pages above the leaves follow from these. One leaf tells nothing: there the key's width counts.
 */
export function grownIndexPages({ pages, rows, method, keyWidth }: IndexSize, factor: number): number {
  if (pages <= 0) return 0;
  const most = Math.min(mostPages, Math.round(1 + (pages - 1) * factor));
  if (method !== 'btree') return most;
  const tupleBytes = 8 + Math.ceil(keyWidth / 8) * 8 + 4;
  const perLeaf = Math.max(1, Math.floor(leafBytes / tupleBytes));
  const leaves = pages > 2 ? Math.ceil((pages - 2.5) * factor) : Math.ceil((rows * factor) / perLeaf);
  const fanOut = Math.max(2, Math.floor((usablePageBytes * 0.7) / tupleBytes));
  let above = 0;
  for (let level = leaves; level > 1; ) {
    level = Math.ceil(level / fanOut);
    above += level;
  }
  return Math.min(most, Math.max(pages, 1 + Math.max(1, leaves) + above));
}
