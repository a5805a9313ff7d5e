import type { MemoryPostgres } from './pglite';

const pageBytes = 8192;
const headerBytes = 24;
const opaqueBytes = 16;
const usableBytes = pageBytes - headerBytes - opaqueBytes;

/** How full splits and CREATE INDEX leave internal pages (BTREE_NONLEAF_FILLFACTOR). */
const innerFill = 0.7;

/**
 * Levels above the leaves of a B-tree of so many pages: the planner adds 50 × cpu_operator_cost for each on every
 * descent. A pivot tuple is 8 bytes and the key, aligned to 8, and a line pointer of 4. `rootFill` is how full the root
 * gets before there is one above it: 0.7 as CREATE INDEX builds it, 1 where rows were inserted (it splits when it is full).
 */
export function btreeHeight(pages: number, keyWidth: number, rootFill: number): number {
  const pivotBytes = Math.ceil((8 + keyWidth) / 8) * 8 + 4;
  const fanOut = Math.max(2, Math.floor((usableBytes * innerFill) / pivotBytes));
  const ofRoot = Math.max(2, Math.floor((usableBytes * rootFill) / pivotBytes));
  let height = 0;
  let level = pages <= 2 ? 1 : Math.ceil(((pages - 1) * (fanOut - 1)) / fanOut);
  for (; level > ofRoot; level = Math.ceil(level / fanOut)) height++;
  return level > 1 ? height + 1 : height;
}

/** Whether equal keys are stored once (`btm_allequalimage` of the metapage, since 13). */
export function deduplicates(metapage: Uint8Array): boolean {
  return metapage[headerBytes + 40] === 1;
}

/**
 * An index that was built empty has no root, which the planner takes for height 0. This writes a chain of internal
 * pages, each with one downlink, down to an empty leaf: the planner reads the height from the metapage, and finds no
 * end point when it looks for one, so that it keeps to the histogram. To be called right after CREATE INDEX, whose
 * pages go to the file past the buffer cache, before anything reads them.
 */
export function raiseBtreeTo(db: MemoryPostgres, path: string, height: number): void {
  if (height === 0) return;
  const bytes = new Uint8Array(pageBytes * (height + 2));
  bytes.set(db.readPages(path, 1));
  const view = new DataView(bytes.buffer);
  const meta = headerBytes;
  view.setUint32(meta + 8, 1, true); // btm_root
  view.setUint32(meta + 12, height, true); // btm_level
  view.setUint32(meta + 16, 1, true); // btm_fastroot
  view.setUint32(meta + 20, height, true); // btm_fastlevel
  for (let block = 1; block <= height + 1; block++) {
    writeTreePage(new DataView(bytes.buffer, block * pageBytes, pageBytes), block, height + 1 - block);
  }
  db.writePages(path, bytes);
}

function writeTreePage(page: DataView, block: number, level: number): void {
  const special = pageBytes - opaqueBytes;
  const isLeaf = level === 0;
  const tuple = special - 8;
  page.setUint16(12, isLeaf ? headerBytes : headerBytes + 4, true); // pd_lower
  page.setUint16(14, isLeaf ? special : tuple, true); // pd_upper
  page.setUint16(16, special, true); // pd_special
  page.setUint16(18, pageBytes | 4, true); // pd_pagesize_version
  page.setUint32(special + 8, level, true); // btpo_level
  page.setUint16(special + 12, (isLeaf ? 1 : 0) | (block === 1 ? 2 : 0), true); // BTP_LEAF, BTP_ROOT
  if (isLeaf) return;
  page.setUint32(headerBytes, tuple | (1 << 15) | (8 << 17), true); // line pointer: offset, LP_NORMAL, length
  page.setUint16(tuple + 2, block + 1, true); // downlink: low half of the block number
  page.setUint16(tuple + 6, 8 | 0x2000, true); // t_info: size, INDEX_ALT_TID_MASK; no key: "minus infinity"
}
