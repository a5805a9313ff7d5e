import type { GinSize } from './what-if-index-size';
import type { MemoryPostgres } from './what-if-pglite';

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
