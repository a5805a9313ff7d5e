import { eachSize, type KeysOf, keyGroups } from './index-groups';
import { align, type KeyColumn, tupleBytes } from './index-widths';

const pageBytes = 8192;
/** A page without header and B-tree special space, and without the line pointer of its high key. */
const usableBytes = pageBytes - 24 - 16 - 4;
const linePointerBytes = 4;
const tidBytes = 6;
/** A leaf is full when less than 10 % of the page is free (BTREE_DEFAULT_FILLFACTOR 90), an internal page 30 %. */
const leafReserve = Math.floor(pageBytes * 0.1);
const internalReserve = Math.floor(pageBytes * 0.3);
/** A build merges equal keys into posting lists of at most a tenth of a page with the line pointer (_bt_load's maxpostingsize). */
const maxPostingBytes = Math.floor((Math.floor((pageBytes * 0.1) / 8) * 8 - linePointerBytes) / 8) * 8;

export interface BtreeShape extends KeysOf {
  /** INCLUDE: stored on the leaves only. */
  readonly included?: readonly KeyColumn[];
  /** Whether equal keys are stored once (`btm_allequalimage` of the metapage). */
  readonly deduplicates: boolean;
}

export interface BtreeSize {
  readonly pages: number;
  /** Levels above the leaves. */
  readonly height: number;
}

/**
 * A freshly built B-tree, filled as _bt_load and _bt_buildadd do: tuples of 8 bytes header, null bitmap where a key is
 * null, aligned keys; equal keys merged into posting lists when it deduplicates; leaves 90 % full, internal pages
 * 70 %; one metapage.
 */
export function btreeSize(shape: BtreeShape): BtreeSize {
  const { rows, columns, deduplicates, fraction = 1 } = shape;
  if (rows * fraction <= 0) return { pages: 1, height: 0 };
  const { pages: leafPages, within } = deduplicates ? mergedLeaves(shape) : { pages: plainLeaves(shape), within: 0 };
  const leaves = Math.max(1, Math.ceil(leafPages));
  // Between two leaves of one key the pivot tuple carries a row's address as well.
  const keyBytes = tupleBytes(columns) + (8 * within) / leaves;
  const fanOut = Math.max(
    2,
    Math.floor((usableBytes - linePointerBytes - internalReserve) / (keyBytes + linePointerBytes)),
  );
  let pages = leaves + 1;
  let height = 0;
  for (let level = leaves; level > 1; height++) {
    level = Math.ceil(level / fanOut);
    pages += level;
  }
  return { pages, height };
}

export function btreePages(rows: number, columns: readonly KeyColumn[], deduplicates: boolean): number {
  return btreeSize({ rows, columns, deduplicates }).pages;
}

function plainLeaves({ rows, columns, included = [], fraction = 1 }: BtreeShape): number {
  const tuples = new Tuples();
  tuples.add(tupleBytes([...columns, ...included]) + linePointerBytes, 0, rows * fraction);
  return tuples.pages();
}

/** Neighbouring keys share pages, so they are counted by the tuple; the full posting lists of a long group fill pages of their own: `within` it. */
function mergedLeaves(shape: BtreeShape): { pages: number; within: number } {
  const mixed = new Tuples();
  const widths = new Map<number, number>();
  let within = 0;
  for (const group of keyGroups(shape)) {
    const bytes = widths.get(group.nulls) ?? tupleBytes(shape.columns, group.nulls);
    widths.set(group.nulls, bytes);
    const perList = tidsPerList(bytes);
    eachSize(group, (size, keys) => {
      const lists = Math.floor(size / perList);
      const rest = size - lists * perList;
      if (lists > 0) within += (keys * lists) / perPage(postingBytes(bytes, perList), postingExtra(bytes, perList));
      if (rest > 0) mixed.add(postingBytes(bytes, rest), rest > 1 ? postingExtra(bytes, rest) : 0, keys);
    });
  }
  return { pages: within + mixed.pages(), within };
}

/** Tuples of different sizes that share pages. */
class Tuples {
  #count = 0;
  #bytes = 0;
  #extra = 0;
  #smallest = Number.POSITIVE_INFINITY;
  #largest = 0;

  /** `bytes` with the line pointer; `extra`: of them, what a high key would do without (a posting list). */
  add(bytes: number, extra: number, count: number): void {
    this.#count += count;
    this.#bytes += bytes * count;
    this.#extra += extra * bytes * count;
    this.#smallest = Math.min(this.#smallest, bytes);
    this.#largest = Math.max(this.#largest, bytes);
  }

  pages(): number {
    if (this.#count === 0) return 0;
    const mean = this.#bytes / this.#count;
    // The longer a tuple, the likelier it is the last one of its page.
    const extra = this.#extra / this.#bytes;
    return this.#count / perPage(mean, extra, this.#smallest !== this.#largest || !Number.isInteger(mean));
  }
}

/**
 * Tuples on a leaf. A page ends when, without the posting list of its last tuple, less than the reserve is free, or when
 * the next tuple and a row address for the high key do not fit; then its last tuple moves to the next page.
 */
function perPage(bytes: number, extra: number, isMixed = false): number {
  const free = Math.max(leafReserve - extra, bytes - linePointerBytes + 8);
  const fit = (usableBytes - 4 - free) / bytes;
  return Math.max(1, isMixed ? fit - 0.5 : Math.floor(fit));
}

/** Bytes for so many rows of one key with the line pointer: a plain tuple of `width` bytes, or one with a posting list. */
const postingBytes = (width: number, rows: number): number =>
  width + (rows <= 1 ? 0 : align(rows * tidBytes, 8)) + linePointerBytes;

const postingExtra = (width: number, rows: number): number => postingBytes(width, rows) - linePointerBytes - width;

/** Row addresses that fit in one posting list. */
const tidsPerList = (width: number): number => Math.max(1, Math.floor((maxPostingBytes - align(width, 8)) / tidBytes));
