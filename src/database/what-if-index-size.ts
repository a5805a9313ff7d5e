import type { ColumnStatistics } from './snapshot';

const pageBytes = 8192;
/** A page without header and B-tree special space. */
const usableBytes = pageBytes - 24 - 16;
/** A leaf is filled until less than 10 % of the page is free (BTREE_DEFAULT_FILLFACTOR 90). */
const leafBytes = usableBytes - Math.floor(pageBytes * 0.1);
const internalBytes = usableBytes * 0.7;
const linePointerBytes = 4;
const tidBytes = 6;
/** A build merges equal keys into posting lists of at most a tenth of a page (_bt_load's maxpostingsize). */
const maxPostingBytes = Math.floor((pageBytes * 0.1) / 8) * 8 - linePointerBytes;

export interface KeyColumn {
  /** pg_attribute.attlen: bytes, or -1 for variable length. */
  readonly length: number;
  /** pg_attribute.attalign in bytes: 1, 2, 4 or 8. */
  readonly alignment: number;
  readonly statistics?: ColumnStatistics;
}

/**
 * Pages of a freshly built B-tree: tuples of 8 bytes header, null bitmap where a key can be null, aligned keys; equal
 * keys merged when `deduplicates`; leaves 90 % full, internal pages 70 %; one metapage.
 */
export function btreePages(rows: number, columns: readonly KeyColumn[], deduplicates: boolean): number {
  if (rows <= 0) return 1;
  const width = tupleBytes(columns);
  let bytes = rows * (width + linePointerBytes);
  let tuples = rows;
  if (deduplicates) {
    bytes = 0;
    tuples = 0;
    for (const group of groups(rows, columns)) {
      bytes += group.count * groupBytes(group.size, width);
      tuples += group.count * Math.ceil(Math.max(1, Math.floor(group.size)) / tidsPerList(width));
    }
  }
  const tuplesPerLeaf = Math.max(1, Math.floor(leafBytes / (bytes / tuples)));
  const leaves = Math.max(1, Math.ceil(tuples / tuplesPerLeaf));
  let pages = leaves + 1;
  const fanOut = Math.max(2, Math.floor(internalBytes / (width + linePointerBytes)));
  for (let level = leaves; level > 1; ) {
    level = Math.ceil(level / fanOut);
    pages += level;
  }
  return pages;
}

/** Bytes of one index tuple, aligned to 8. */
export function tupleBytes(columns: readonly KeyColumn[]): number {
  const hasNulls = columns.some((column) => (column.statistics?.nullFraction ?? 0) > 0);
  let bytes = hasNulls ? 16 : 8;
  for (const { length, alignment, statistics } of columns) {
    const stored = length > 0 ? length : (statistics?.averageWidth ?? 32);
    const present = 1 - (statistics?.nullFraction ?? 0);
    // Short variable-length values carry a one-byte header and are not aligned.
    if (length > 0 || stored > 126) bytes = Math.ceil(bytes / alignment) * alignment;
    bytes += stored * present;
  }
  return Math.ceil(bytes / 8) * 8;
}

/** Rows with the same key: the most common ones by their frequency, the rest spread evenly. */
function groups(rows: number, columns: readonly KeyColumn[]): { size: number; count: number }[] {
  const [only] = columns;
  if (columns.length === 1 && only?.statistics) {
    const { nullFraction, mostCommonFrequencies } = only.statistics;
    const frequencies = parseFrequencies(mostCommonFrequencies);
    const common = frequencies.map((frequency) => ({ size: frequency * rows, count: 1 }));
    const nulls = nullFraction > 0 ? [{ size: nullFraction * rows, count: 1 }] : [];
    const left = rows * Math.max(0, 1 - nullFraction - frequencies.reduce((sum, frequency) => sum + frequency, 0));
    const keys = Math.max(1, distinctValues(only.statistics, rows) - frequencies.length);
    return left < 1
      ? [...nulls, ...common]
      : [...nulls, ...common, { size: Math.max(1, left / keys), count: Math.min(keys, left) }];
  }
  const distinct = columns.map(({ statistics }) => (statistics ? distinctValues(statistics, rows) : rows));
  const combinations = Math.min(
    distinct.reduce((product, one) => product * one, 1),
    1e15,
  );
  // Of so many possible keys, rows placed at random occupy this many; no fewer than one column alone has.
  const occupied = combinations * -Math.expm1(-rows / combinations);
  const keys = Math.max(1, Math.min(rows, Math.max(occupied, ...distinct)));
  return [{ size: rows / keys, count: keys }];
}

function distinctValues(statistics: ColumnStatistics, rows: number): number {
  const { distinct, nullFraction } = statistics;
  const count = distinct < 0 ? -distinct * rows : distinct;
  if (count === 0) return Math.min(200, rows);
  return Math.max(1, Math.min(count, rows * (1 - nullFraction) || 1));
}

/** Bytes for `size` rows of one key: plain tuples while the group is on average one row, else posting lists. */
function groupBytes(size: number, width: number): number {
  if (size <= 1) return width + linePointerBytes;
  const perList = tidsPerList(width);
  const fullLists = Math.floor(size / perList);
  const rest = size - fullLists * perList;
  const full = fullLists * (align8(width + perList * tidBytes) + linePointerBytes);
  if (rest <= 0) return full;
  if (rest < 2) {
    // Between one and two rows a key on average: some keys are single, the others share one list of two.
    const shared = rest - 1;
    const pair = align8(width + 2 * tidBytes) + linePointerBytes;
    return full + (rest <= 1 ? rest : 1 - shared) * (width + linePointerBytes) + (rest <= 1 ? 0 : shared * pair);
  }
  return full + align8(width + rest * tidBytes) + linePointerBytes;
}

/** Row addresses that fit in one posting list. */
const tidsPerList = (width: number): number => Math.max(1, Math.floor((maxPostingBytes - width) / tidBytes));

const align8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** `{0.9,0.08,0.02}` → [0.9, 0.08, 0.02] */
function parseFrequencies(text: string | undefined): number[] {
  if (text === undefined) return [];
  return text
    .replace(/[{}]/g, '')
    .split(',')
    .map(Number)
    .filter((frequency) => Number.isFinite(frequency) && frequency > 0);
}

/** What a GIN index holds; its numbers go to the metapage, from which the planner takes its costs. */
export interface GinSize {
  readonly pages: number;
  readonly entryPages: number;
  readonly dataPages: number;
  readonly entries: number;
}
