import type { GinSize } from './gin';
import { align } from './index-widths';

const pageBytes = 8192;
/** A page of entries without header and GIN's special space. */
const entryPageBytes = pageBytes - 24 - 8;
/** A leaf of a posting tree keeps its right bound too. */
const dataPageBytes = entryPageBytes - 8;
/** An entry with a longer list of rows gets a tree of its own (GinMaxItemSize). */
const maxInlineBytes = 2704;
/** Header of a compressed list: the first row's address and a length (SizeOfGinPostingList). */
const listHeaderBytes = 8;
/** Lists in a posting tree are cut into segments of about this size (GinPostingListSegmentTargetSize), each with a header. */
const segmentBytes = 256;
/** An entry page splits in halves (entrySplitPage); keys that come in their order leave each page half full behind them. */
const sortedFill = 0.5;
/** Keys that come in several rounds fill pages as random splits do. */
const randomFill = 0.69;

/** Keys of a GIN index that about equally many rows have. */
export interface EntryGroup {
  readonly count: number;
  /** Share of the rows that have one. */
  readonly frequency: number;
  /** Of the key in an index tuple, with its header: 16 for an integer. */
  readonly keyBytes: number;
}

/**
 * Pages of a freshly built GIN index: a metapage, pages with the keys and the short lists of rows, and a tree of pages for
 * each longer list. `inRounds`: it is built in several rounds, because its keys do not fit into maintenance_work_mem.
 */
export function ginSize(rows: number, heapPages: number, groups: readonly EntryGroup[], inRounds = false): GinSize {
  const rowsPerPage = Math.max(1, rows / Math.max(1, heapPages));
  let entryBytes = 0;
  let squares = 0;
  let dataPages = 0;
  let entries = 0;
  for (const { count, frequency, keyBytes } of groups) {
    // All rows are NULL.
    if (!(frequency > 0)) continue;
    const postings = Math.max(1, rows * frequency);
    const listBytes = (postings - 1) * postingBytes(frequency * rowsPerPage);
    entries += count;
    const inline = align(keyBytes + listHeaderBytes + listBytes, 8);
    const tuple = (inline <= maxInlineBytes ? inline : keyBytes) + 4;
    entryBytes += count * tuple;
    squares += count * tuple * tuple;
    if (inline <= maxInlineBytes) continue;
    const leaves = Math.ceil((listBytes * (1 + listHeaderBytes / segmentBytes)) / dataPageBytes);
    // Above several leaves stands a page with their addresses, 14 bytes each.
    dataPages += count * (leaves + (leaves > 1 ? Math.ceil((leaves * 14) / dataPageBytes) : 0));
  }
  // The left half gets the tuple that crosses the middle.
  const crossing = entryBytes > 0 ? (0.75 * squares) / entryBytes / entryPageBytes : 0;
  const fill = inRounds ? randomFill : Math.min(0.9, sortedFill + crossing);
  const leaves = Math.max(1, Math.ceil(entryBytes / (entryPageBytes * fill)));
  // Inner pages: a key and a pointer for each leaf.
  const inner = leaves > 1 ? Math.ceil((leaves * 24) / (entryPageBytes * sortedFill)) : 0;
  const entryPages = leaves + inner;
  dataPages = Math.round(dataPages);
  return { pages: 1 + entryPages + dataPages, entryPages, dataPages, entries: Math.round(entries) };
}

/**
 * Mean bytes of one posting: the distance to the last one in 7 bits a byte, of `block << 11 | offset`. `perPage` is
 * the mean number of postings on a heap page.
 */
function postingBytes(perPage: number): number {
  const hit = -Math.expm1(-perPage);
  const firstShare = Math.min(1, hit / perPage);
  // Pages to the next one with a posting are geometrically distributed.
  const within = (pages: number): number => 1 - (1 - hit) ** pages;
  const first = 4 - within(1_023) - within(7);
  return firstShare * first + (1 - firstShare);
}

/** One value of a column, as the set of keys that a GIN index takes from it; `share` of the rows have it. */
export interface SampleKeys {
  readonly keys: ReadonlySet<string>;
  readonly share: number;
}

/** So many keys at least must have been seen equally often for Good and Turing's rule. */
const enough = 10;

/**
 * How common keys are, from sampled values. What few samples say of rare keys is corrected as Good and Turing do: a key
 * that was seen k times is as common as the keys seen k + 1 times say, and those never seen are as many as Chao's
 * estimator tells (seen once squared, over twice those seen twice).
 */
export function sampledEntries(
  samples: readonly SampleKeys[],
  rows: number,
  keyBytes: (key: string) => number,
): EntryGroup[] {
  const seen = new Map<string, { times: number; share: number }>();
  for (const { keys, share } of samples) {
    for (const key of keys) {
      const one = seen.get(key);
      if (one) {
        one.times++;
        one.share += share;
      } else seen.set(key, { times: 1, share });
    }
  }
  const byTimes = new Map<number, { count: number; bytes: number; share: number }>();
  for (const [key, { times, share }] of seen) {
    const one = byTimes.get(times) ?? { count: 0, bytes: 0, share: 0 };
    byTimes.set(times, { count: one.count + 1, bytes: one.bytes + keyBytes(key), share: one.share + share });
  }
  const counted = (times: number): number => byTimes.get(times)?.count ?? 0;
  const once = counted(1);
  const most = once * Math.max(0, rows / samples.length - 1);
  const unseen = Math.min((once * once) / (2 * Math.max(1, counted(2))), most);
  const common: EntryGroup[] = [];
  const rare: EntryGroup[] = [];
  let left = 0;
  for (const [times, { count, bytes, share }] of byTimes) {
    const keys = bytes / count;
    const isRare = count >= enough && counted(times + 1) >= enough;
    if (!isRare && (times > 1 || unseen < 1)) {
      common.push({ count, frequency: Math.min(1, share / count), keyBytes: keys });
      continue;
    }
    left += share;
    const add = (number: number, frequency: number, seenTimes: number): void => {
      rare.push(...scattered({ count: number, frequency, keyBytes: keys }, seenTimes));
    };
    if (isRare) add(count, ((times + 1) * counted(times + 1)) / count / samples.length, times);
    // Those seen once share their postings with those unseen.
    else add(count + unseen, share / (count + unseen), 0);
    if (times === 1 && isRare && unseen >= 1) add(unseen, once / samples.length / unseen, 0);
  }
  // As many postings as were seen.
  const given = rare.reduce((sum, { count, frequency }) => sum + count * frequency, 0);
  return [...common, ...rare.map((group) => ({ ...group, frequency: Math.min(1, (group.frequency * left) / given) }))];
}

/** Keys seen a few times are not all equally common: somewhat less unlike each other than a gamma distribution has them (measured). */
function scattered(group: EntryGroup, times: number): EntryGroup[] {
  const deviation = Math.min(0.74, 1 / Math.sqrt(times + 1.5));
  const count = group.count / 3;
  return [-0.7, 0, 0.7].map((z) => ({ ...group, count, frequency: group.frequency * (1 + z * deviation) }));
}
