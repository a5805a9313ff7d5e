import type { MemoryPostgres } from './pglite';

/** What a GIN index holds; its numbers go to the metapage, from which the planner takes its costs. */
export interface GinSize {
  readonly pages: number;
  readonly entryPages: number;
  readonly dataPages: number;
  readonly entries: number;
}

/**
 * The planner takes a GIN index's numbers from its metapage (GinMetaPageData, after a 24-byte page header). Unlike a
 * B-tree's, a GIN's pages are built in the buffer cache: the caller evicts them first.
 */
export function writeGinMetapage(db: MemoryPostgres, path: string, size: GinSize): void {
  const bytes = db.readPages(path, 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = 24;
  view.setUint32(meta + 24, size.pages, true); // nTotalPages
  view.setUint32(meta + 28, size.entryPages, true); // nEntryPages
  view.setUint32(meta + 32, size.dataPages, true); // nDataPages
  view.setBigInt64(meta + 40, BigInt(size.entries), true); // nEntries
  db.writePages(path, bytes);
}

/** The same numbers, times a factor, in a copy of the file. One that never had any keeps none. */
export function scaleGinMetapage(db: MemoryPostgres, path: string, factor: number): void {
  const bytes = db.readPages(path, 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = 24;
  if (bytes.byteLength < 8192 || view.getUint32(meta + 24, true) === 0) return;
  const largest = 2 ** 32 - 2;
  for (const at of [24, 28, 32]) {
    view.setUint32(meta + at, Math.min(largest, Math.round(view.getUint32(meta + at, true) * factor)), true);
  }
  // The words of a language are the same: only the lists of rows behind them grow.
  db.writePages(path, bytes);
}
