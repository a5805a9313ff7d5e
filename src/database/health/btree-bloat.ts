import type { ColumnStatistics } from './column-statistics';
import type { Bloat } from './health';
import { bloat } from './heap-bloat';
import { align, dataBytes, linePointer, pageHeader, shareWithNulls } from './row-layout';

/** BTPageOpaqueData at the end of each page. */
const pageTrailer = 16;
const tupleHeader = 8;
/** IndexAttributeBitMapData: 32 columns. */
const nullBitmap = 4;
const rowPointer = 6;
const metaPages = 1;
/** BTREE_NONLEAF_FILLFACTOR */
const innerFill = 0.7;

export interface BtreeFacts {
  /** Of pg_class, of the same moment as `rows`. */
  readonly pages: number;
  readonly rows: number;
  /** Of its table: more than in a partial index. */
  readonly tableRows: number;
  /** Key columns and included ones, in the index's order. */
  readonly columns: readonly ColumnStatistics[];
  readonly isUnique: boolean;
  readonly storesEqualKeysOnce: boolean;
  /** In percent. */
  readonly fillfactor: number;
  readonly blockSize: number;
}

/**
 * What REINDEX would free of a B-tree: after ioguix's query (https://github.com/ioguix/pgsql-bloat-estimation), with what 13
 * brought: equal keys are stored once with a list of their rows, which makes an index of few values a third as large. An index
 * that is filled in no order stays about 70 % full (Yao, "On random 2-3 trees", 1978) where a rebuilt one is 90 % full: a
 * fifth of "bloat" is the nature of B-trees, and comes back.
 */
export function btreeBloat(facts: BtreeFacts): Bloat | undefined {
  const { pages, rows, blockSize, fillfactor } = facts;
  if (pages <= metaPages || rows < 0) return undefined;
  const key = tupleBytes(facts.columns) + linePointer;
  const usable = blockSize - pageHeader - pageTrailer - (blockSize * (100 - fillfactor)) / 100;
  // Each page repeats the first key of the next.
  const leaves = Math.ceil(leafBytes(facts, key) / Math.max(key, usable - key));
  const children = Math.max(2, ((blockSize - pageHeader - pageTrailer) * innerFill) / key);
  let inner = 0;
  for (let level = leaves; level > 1; level = Math.ceil(level / children)) inner += Math.ceil(level / children);
  return bloat(pages, metaPages + leaves + inner, blockSize);
}

function tupleBytes(columns: readonly ColumnStatistics[]): number {
  const withNulls = shareWithNulls(columns);
  return tupleHeader + withNulls * (align(tupleHeader + nullBitmap) - tupleHeader) + dataBytes(columns);
}

/** A list of rows is at most a tenth of a page in an index that is just built (nbtsort.c, _bt_load). */
function leafBytes(facts: BtreeFacts, key: number): number {
  const { rows, isUnique, storesEqualKeysOnce, blockSize } = facts;
  const plain = rows * key;
  if (isUnique || !storesEqualKeysOnce) return plain;
  const rowsOfList = Math.max(1, Math.floor((blockSize / 10 - key) / rowPointer));
  const lists = distinctKeys(facts) + rows / rowsOfList;
  return Math.min(plain, lists * key + rows * rowPointer);
}

/** At most: columns are taken as independent of each other, so that the index is rather called larger than it has to be. */
function distinctKeys({ rows, tableRows, columns }: BtreeFacts): number {
  const combinations = columns.reduce((product, { distinct, nullShare }) => {
    const values = distinct < 0 ? -distinct * tableRows : Math.max(1, distinct);
    return product * (values + (nullShare > 0 ? 1 : 0));
  }, 1);
  return Math.min(rows, combinations);
}
