import type { ColumnStatistics } from '../snapshot';
import { type EntryGroup, type SampleKeys, sampledEntries } from './index-entries';

/** Header and the trigram as an integer. */
const keyBytes = 16;
/** Without samples: at most so many different trigrams, as in texts of one language. */
const mostTrigrams = 12_000;

/**
 * How common trigrams are, from the sampled texts. Without samples (texts over 1 kB, or no statistics): a text of w bytes
 * has about w trigrams, as a word of k letters gives k + 1 and takes k + 1 bytes with its space; each equally common.
 */
export function trigramEntries(
  samples: readonly SampleKeys[],
  rows: number,
  statistics: ColumnStatistics | undefined,
): EntryGroup[] {
  if (samples.length >= 20) return sampledEntries(samples, rows, () => keyBytes);
  const perRow = Math.max(3, statistics?.averageWidth ?? 32);
  const count = Math.min(mostTrigrams, rows * perRow);
  return [{ count, frequency: Math.min(1, perRow / count), keyBytes }];
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
