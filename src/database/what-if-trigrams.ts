import type { ColumnStatistics } from './snapshot';
import type { GinSize } from './what-if-gin';

const pageBytes = 8192;
/** Longer posting lists get a tree of their own (GinMaxItemSize). */
const maxInlineBytes = 2704;
/** Entries arrive in random order, so their pages are as full as random splits leave them. */
const entryFill = 0.75;
/** Posting trees grow at their end. */
const dataFill = 0.9;
/** Tuple header, int4 key and line pointer. */
const entryBytes = 20;

/**
 * Size of a GIN index with gin_trgm_ops. The histogram and the most common values are a sample of the texts: their
 * trigrams tell how many a row has and how common each is. Unseen trigrams are counted as Chao's estimator does
 * (seen once squared, over twice those seen twice).
 *
 * Without samples (texts over 1 kB, or no statistics): a text of w bytes has about w trigrams, as a word of k letters
 * gives k + 1 and takes k + 1 bytes with its space, of at most 12,000 different ones, each equally common.
 */
export function trigramIndexSize(rows: number, pages: number, statistics: ColumnStatistics | undefined): GinSize {
  const present = rows * (1 - (statistics?.nullFraction ?? 0));
  if (present < 1) return { pages: 2, entryPages: 1, dataPages: 0, entries: 0 };
  const rowsPerPage = Math.max(1, rows / Math.max(1, pages));
  const frequencies = trigramFrequencies(statistics, present);
  let entrySpace = 0;
  let dataPages = 0;
  let entries = 0;
  for (const { frequency, count } of frequencies) {
    const bytes = present * frequency * postingBytes(frequency * rowsPerPage);
    entries += count;
    if (bytes <= maxInlineBytes) entrySpace += count * (entryBytes + bytes);
    else {
      entrySpace += count * entryBytes;
      dataPages += count * Math.ceil(bytes / (pageBytes * dataFill));
    }
  }
  const entryPages = Math.max(1, Math.ceil(entrySpace / (pageBytes * entryFill)));
  dataPages = Math.round(dataPages);
  return { pages: 1 + entryPages + dataPages, entryPages, dataPages, entries: Math.round(entries) };
}

/** Share of the rows that hold a trigram, and how many trigrams are so common. */
function trigramFrequencies(
  statistics: ColumnStatistics | undefined,
  rows: number,
): { frequency: number; count: number }[] {
  const samples = [statistics?.histogramBounds, statistics?.mostCommonValues].flatMap(arrayElements);
  if (samples.length < 20) {
    const perRow = Math.max(3, statistics?.averageWidth ?? 32);
    const entries = Math.min(12_000, rows * perRow);
    return [{ frequency: Math.min(1, perRow / entries), count: entries }];
  }
  const seen = new Map<string, number>();
  for (const sample of samples) for (const one of trigrams(sample)) seen.set(one, (seen.get(one) ?? 0) + 1);
  const byCount = new Map<number, number>();
  for (const times of seen.values()) byCount.set(times, (byCount.get(times) ?? 0) + 1);
  const once = byCount.get(1) ?? 0;
  const twice = byCount.get(2) ?? 0;
  const unseen = Math.min((once * once) / (2 * Math.max(1, twice)), once * Math.max(0, rows / samples.length - 1));
  return [...byCount].map(([times, count]) => {
    // What was seen once stands for the unseen ones as well: as many postings, spread over more trigrams.
    const shared = times === 1 ? count + unseen : count;
    return { frequency: (times * count) / shared / samples.length, count: shared };
  });
}

/**
 * Mean bytes of one posting: the distance to the last one in 7 bits a byte, of `block << 11 | offset`. `perPage` is
 * the mean number of postings on a heap page.
 */
function postingBytes(perPage: number): number {
  const hit = -Math.expm1(-perPage);
  const firstShare = Math.min(1, hit / perPage);
  const gap = 1 / hit;
  const first = gap < 8 ? 2 : gap < 1024 ? 3 : 4;
  return firstShare * first + (1 - firstShare);
}

/** As pg_trgm does: lower case, words of letters and digits, two spaces before and one behind. */
export function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const padded = `  ${word} `;
    for (let i = 0; i + 3 <= padded.length; i++) found.add(padded.slice(i, i + 3));
  }
  return found;
}

/** `{abc,"d e","say \"hi\"",NULL}` → the texts; nested arrays are not expected. */
function arrayElements(text: string | undefined): string[] {
  if (text === undefined) return [];
  const elements: string[] = [];
  for (const match of text.slice(1, -1).matchAll(/"((?:[^"\\]|\\[\s\S])*)"|([^,]+)/g)) {
    if (match[1] !== undefined) elements.push(match[1].replace(/\\([\s\S])/g, '$1'));
    else if (match[2] !== undefined && match[2] !== 'NULL') elements.push(match[2]);
  }
  return elements;
}
