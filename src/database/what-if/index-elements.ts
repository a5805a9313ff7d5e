import { parseArrayText } from '../array-text';
import type { ColumnStatistics, SnapshotTable } from '../snapshot';
import { type EntryGroup, type SampleKeys, sampledEntries } from './index-entries';
import { mentions } from './index-expressions';
import { distinctValues } from './index-groups';
import { jsonEntries } from './index-json';
import type { IndexFile, IndexKey } from './index-methods';
import { sampledValues } from './index-samples';
import { align, parseNumbers } from './index-widths';
import { evaluatedKeys } from './index-words';
import type { MemoryPostgres } from './pglite';
import { trigramEntries, trigrams } from './trigrams';

/**
 * ANALYZE forgets elements that are fewer than about this share of all (9 of each bucket of 1,000 × 1,000 ÷ 7 elements:
 * array_typanalyze.c, ts_typanalyze.c at a statistics target of 100).
 */
const forgottenShare = 6.3e-5;
/** Bytes of a word in a stored tsvector, with its entry and its position. */
const storedWordBytes = 14;
const textKeyBytes = (text: string): number => align(8 + 1 + Buffer.byteLength(text), 8);
const wordKeyBytes = 24;

/** The keys that a GIN index takes from the values of its columns, and how many rows have each. */
export class GinEntries {
  readonly #db: MemoryPostgres;

  constructor(db: MemoryPostgres) {
    this.#db = db;
  }

  /** Of all columns: they share one tree. */
  async of(
    table: SnapshotTable,
    index: IndexFile,
    statistics: readonly (ColumnStatistics | undefined)[],
  ): Promise<EntryGroup[]> {
    const groups: EntryGroup[] = [];
    for (const [i, key] of index.keys.entries()) {
      const own = statistics[i];
      const present = 1 - (own?.nullFraction ?? 0);
      for (const group of await this.#column(table, key, own)) {
        groups.push({ ...group, frequency: Math.min(1, group.frequency * present) });
      }
      // All rows without a value share one entry.
      if (present < 1) groups.push({ count: 1, frequency: 1 - present, keyBytes: 16 });
    }
    return groups;
  }

  async #column(table: SnapshotTable, key: IndexKey, own: ColumnStatistics | undefined): Promise<EntryGroup[]> {
    const rows = Math.max(1, table.rows);
    switch (key.class) {
      case 'gin_trgm_ops': {
        const samples = sampledValues(own).map(({ text, share }) => ({ keys: trigrams(text), share }));
        return trigramEntries(samples, rows, own);
      }
      case 'jsonb_ops':
      case 'jsonb_path_ops':
        return jsonEntries(sampledValues(own), rows, key.class, own?.averageWidth);
      case 'tsvector_ops':
      case 'array_ops': {
        const samples = key.column === null ? await this.#evaluated(table, key) : [];
        if (samples.length >= 20) return sampledEntries(samples, rows, textKeyBytes);
        return own && (key.class === 'array_ops' || own.mostCommonElements !== undefined)
          ? listedEntries(rows, key, own)
          : assumedWords(rows, own);
      }
      default: {
        // btree_gin: each value is a key.
        const distinct = own ? distinctValues(own, rows) : rows;
        return [{ count: distinct, frequency: 1 / distinct, keyBytes: align(8 + (own?.averageWidth ?? 8), 8) }];
      }
    }
  }

  /** What the expression makes of the values that the statistics of its column name. */
  async #evaluated(table: SnapshotTable, key: IndexKey): Promise<SampleKeys[]> {
    const column = table.columns.find(({ name }) => mentions(key.expression, name));
    if (!column?.statistics) return [];
    const expression =
      key.class === 'tsvector_ops' ? `tsvector_to_array(${key.expression})` : `(${key.expression})::text[]`;
    await this.#db.run('SAVEPOINT elements');
    try {
      const samples = await evaluatedKeys(this.#db, { table, column, own: column.statistics, expression });
      await this.#db.run('RELEASE elements');
      return samples;
    } catch {
      // A function that fails on a sample says nothing of how many words there are: the caller assumes.
      await this.#db.run('ROLLBACK TO elements; RELEASE elements');
      return [];
    }
  }
}

/** From the most common elements that pg_stats lists; what it leaves out is as rare as ANALYZE's threshold says. */
function listedEntries(rows: number, key: IndexKey, statistics: ColumnStatistics): EntryGroup[] {
  const elements = parseArrayText(statistics.mostCommonElements ?? '{}');
  const frequencies = parseNumbers(statistics.mostCommonElementFrequencies);
  const bytesOf = (text: string): number => (key.length > 0 ? align(8 + key.length, 8) : textKeyBytes(text));
  const groups: EntryGroup[] = elements.map((element, i) => ({
    count: 1,
    frequency: frequencies[i] ?? 0,
    keyBytes: bytesOf(element ?? ''),
  }));
  const listed = groups.reduce((sum, { frequency }) => sum + frequency, 0);
  // The last number of the histogram of counts is their mean.
  const counts = parseNumbers(statistics.elementCountHistogram);
  const mean = counts.at(-1) ?? statistics.averageWidth / storedWordBytes;
  const rest = (mean - listed) * rows;
  // Of lists this long, and of some rounding, nothing is left to speak of.
  if (rest < rows * 0.01) return groups;
  const fewest = Math.max(1, (mean - listed) / mean / forgottenShare);
  const count = Math.min(rest, Math.sqrt(fewest * Math.max(rest, fewest)));
  groups.push({
    count,
    frequency: rest / rows / count,
    keyBytes: key.length > 0 ? align(8 + key.length, 8) : wordKeyBytes,
  });
  return groups;
}

/** Texts too long for statistics: a word for each seven bytes, of a vocabulary that grows with the root of the text (Heaps). */
function assumedWords(rows: number, statistics: ColumnStatistics | undefined): EntryGroup[] {
  const perRow = Math.max(1, (statistics?.averageWidth ?? 200) / 7);
  const vocabulary = Math.max(perRow, Math.min(10 * Math.sqrt(rows * perRow), rows * perRow));
  return [{ count: vocabulary, frequency: Math.min(1, perRow / vocabulary), keyBytes: wordKeyBytes }];
}
