import { align, type KeyColumn } from './index-widths';
import type { MemoryPostgres } from './pglite';

const pageBytes = 8192;
/** BRIN_DEFAULT_PAGES_PER_RANGE */
const pagesPerRange = 128;
/** Ranges that a page of the range map points to (REVMAP_PAGE_MAXITEMS). */
const rangesPerMapPage = Math.floor((pageBytes - 24 - 8) / 6);
/** BrinMetaPageData.lastRevmapPage, after the page's header. */
const lastMapPageAt = 24 + 12;

export interface BrinSize {
  readonly pages: number;
  /** Pages of the range map, the first of which is block 1. */
  readonly mapPages: number;
}

/** A metapage, the range map, and a tuple with the smallest and the largest value of each column for every range. */
export function brinSize(heapPages: number, columns: readonly KeyColumn[]): BrinSize {
  const ranges = Math.max(1, Math.ceil(heapPages / pagesPerRange));
  const mapPages = Math.ceil(ranges / rangesPerMapPage);
  // Block number and flags (5 bytes), two bits a column for NULLs.
  let tuple = align(5 + Math.ceil(columns.length / 4), 8);
  for (const { length, alignment, statistics } of columns) {
    for (let value = 0; value < 2; value++) {
      tuple = length > 0 ? align(tuple, alignment) + length : tuple + (statistics?.averageWidth ?? 32);
    }
  }
  const perPage = Math.max(1, Math.floor((pageBytes - 24 - 8) / (align(tuple, 8) + 4)));
  return { pages: 1 + mapPages + Math.ceil(ranges / perPage), mapPages };
}

/** The planner asks the metapage how long the range map is (brinGetStats). The caller has evicted it from the buffer cache. */
export function writeBrinMetapage(db: MemoryPostgres, path: string, size: BrinSize): void {
  const bytes = db.readPages(path, 2);
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(lastMapPageAt, size.mapPages, true);
  db.writePages(path, bytes);
}
