import type { IndexDefinition } from '../../nouns/fix';
import type { ColumnStatistics, SnapshotTable } from '../snapshot';
import { deduplicates } from './btree';
import type { GinSize } from './gin';
import { type BrinSize, brinSize } from './index-brin';
import { GinEntries } from './index-elements';
import { ginSize } from './index-entries';
import type { ExpressionFacts } from './index-expressions';
import { gistPages } from './index-gist';
import { hashPages } from './index-hash';
import { btreeSize } from './index-size';
import { distinctBounds } from './index-unique';
import type { KeyColumn } from './index-widths';
import type { MemoryPostgres } from './pglite';

/** An index as it stands in the memory; of a partitioned table's, one of its parts. */
export interface IndexFile {
  /** The name of the index that it is a part of, or its own. */
  readonly top: string;
  readonly oid: number;
  readonly name: string;
  readonly method: string;
  /** Of the table or partition that it is on. */
  readonly schema: string;
  readonly table: string;
  readonly path: string;
  readonly keyCount: number;
  /** The key's columns, then those that are included. */
  readonly keys: readonly IndexKey[];
}

export interface IndexKey {
  /** Of the index's own column: statistics of an expression go by it. */
  readonly name: string;
  /** As the index stores it. */
  readonly type: string;
  readonly length: number;
  readonly align: string;
  /** The table's column; null for an expression. */
  readonly column: string | null;
  /** Operator class; null for an included column. */
  readonly class: string | null;
  /** As PostgreSQL prints it. */
  readonly expression: string;
}

export interface MethodSize {
  readonly pages: number;
  /** Of a B-tree: levels above the leaves. */
  readonly height?: number;
  readonly gin?: GinSize;
  readonly brin?: BrinSize;
}

/** What an index of each access method takes, from the statistics of what it holds. */
export class IndexSizes {
  readonly #db: MemoryPostgres;
  readonly #entries: GinEntries;

  constructor(db: MemoryPostgres) {
    this.#db = db;
    this.#entries = new GinEntries(db);
  }

  async of(
    { where }: IndexDefinition,
    index: IndexFile,
    table: SnapshotTable,
    { fraction, expressions }: { fraction: number; expressions: readonly ExpressionFacts[] },
  ): Promise<MethodSize> {
    const rows = Math.max(0, table.rows);
    const statistics = index.keys.map((key) => {
      const found = key.column === null ? expressions.find(({ attribute }) => attribute === key.name) : undefined;
      if (key.column === null) return found?.statistics && stored(found.statistics, key.length);
      const own = columnStatistics(table, key.column);
      return own && where !== undefined ? within(own, key.column, where) : own;
    });
    const columns: KeyColumn[] = index.keys.map(({ length, align, type }, i) => ({
      length,
      alignment: alignments[align] ?? 8,
      // A hash index stores a number for any type: how its values spread is read by their own.
      type: table.columns.find(({ name }) => name === index.keys[i]?.column)?.type ?? type,
      statistics: statistics[i],
    }));
    const keys = columns.slice(0, index.keyCount);
    const included = columns.slice(index.keyCount);
    switch (index.method) {
      case 'btree':
        return btreeSize({
          rows,
          fraction,
          columns: keys,
          included,
          deduplicates: included.length === 0 && deduplicates(this.#db.readPages(index.path, 1)),
          ...distinctBounds(table, index.keys.slice(0, index.keyCount)),
        });
      case 'hash':
        // The index's own column is the hash: the rows share it as they share the values.
        return { pages: hashPages({ rows, fraction, columns: keys, ...distinctBounds(table, index.keys) }) };
      case 'brin': {
        const brin = brinSize(table.pages, keys);
        return { pages: brin.pages, brin };
      }
      case 'gin': {
        const groups = await this.#entries.of(table, index, statistics);
        const gin = ginSize(rows * fraction, table.pages, groups);
        return { pages: gin.pages, gin };
      }
      default:
        return { pages: gistPages(rows * fraction, index.keys, statistics) };
    }
  }
}

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

export const columnStatistics = (table: SnapshotTable, column: string): ColumnStatistics | undefined =>
  table.columns.find(({ name }) => name === column)?.statistics;

/** ANALYZE measures an expression's value as it stands in memory, with a header of four bytes; an index stores it with one. */
const stored = (statistics: ColumnStatistics, length: number): ColumnStatistics =>
  length > 0 || statistics.averageWidth > 129
    ? statistics
    : { ...statistics, averageWidth: Math.max(1, statistics.averageWidth - 3) };

/** In the rows of `WHERE deleted_at IS NULL` the column is nothing else, in those of any other condition on it never NULL. */
function within(statistics: ColumnStatistics, column: string, where: string): ColumnStatistics {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (!new RegExp(`(?<![\\w"])"?${name}"?(?![\\w"])`, 'i').test(where) || /\bor\b|coalesce/i.test(where))
    return statistics;
  const isNull = new RegExp(`(?<![\\w"])"?${name}"?\\)*\\s+is\\s+null\\b`, 'i').test(where);
  return { ...statistics, nullFraction: isNull ? 1 : 0 };
}
