import { Problem } from '../../nouns/problem';
import { leavesOf, partitionsOf } from '../partitions';
import type { ColumnStatistics, Snapshot, SnapshotIndex, SnapshotTable } from '../snapshot';
import { type ColumnGrowth, growColumn, growCombinations, type IdStretch, type Reference, stretchOf } from './columns';
import { ForeignKeys, tableNamed, uniqueColumns } from './keys';
import { grownHeapPages, grownIndexPages, mostPages } from './sizes';

/** How a database grows. */
export interface Growth {
  /** 10: ten times as many rows; from 1 to `largestFactor`. */
  readonly factor: number;
  /** The tables that grow (`posts`, `app.posts`) with those that point at them; all tables where none is named. */
  readonly tables?: readonly string[];
  /** The named tables only: ten times as many posts then have a tenth of the comments each. */
  readonly alone?: boolean;
}

export const largestFactor = 1_000_000;

/**
 * The database as it is after growing: sizes and distinct counts by the rules of docs/growth.md. Throws Problem
 * 'not-understood' for a factor that is none, 'missing-object' for a table that is not there.
 */
export function grow(snapshot: Snapshot, growth: Growth): Snapshot {
  const growing = new GrowingSnapshot(snapshot, growth);
  return { ...snapshot, tables: snapshot.tables.map((table) => growing.table(table)) };
}

/** The same, one table after the other: a statement reads few of thousands. */
export class GrowingSnapshot {
  readonly #snapshot: Snapshot;
  readonly #factor: number;
  readonly #isWhole: boolean;
  readonly #growing: ReadonlySet<SnapshotTable>;
  readonly #foreignKeys: ForeignKeys;
  readonly #enums: ReadonlySet<string>;
  readonly #grown = new Map<SnapshotTable, SnapshotTable>();

  constructor(snapshot: Snapshot, { factor, tables, alone = false }: Growth) {
    if (!Number.isFinite(factor) || factor < 1 || factor > largestFactor) {
      const range = `1 to ${largestFactor.toLocaleString('en-US')}`;
      throw new Problem('not-understood', `A table grows by a factor of ${range}; ${factor} is none.`);
    }
    this.#snapshot = snapshot;
    this.#factor = factor;
    this.#isWhole = tables === undefined;
    this.#enums = new Set(
      snapshot.prelude.flatMap((statement) => /^CREATE TYPE (?:.*\.)?(\S+) AS ENUM\b/.exec(statement)?.[1] ?? []),
    );
    this.#foreignKeys = new ForeignKeys(snapshot);
    const referencing = tables === undefined || alone ? undefined : referencingTables(snapshot, this.#foreignKeys);
    this.#growing = tables === undefined ? new Set(snapshot.tables) : growingTables(snapshot, tables, referencing);
  }

  /** The tables that grow. */
  get tables(): readonly SnapshotTable[] {
    return [...this.#growing];
  }

  /** 1 for a table that stays as it is. */
  factorOf(table: SnapshotTable): number {
    return this.#growing.has(table) ? this.#factor : 1;
  }

  table(table: SnapshotTable): SnapshotTable {
    const known = this.#grown.get(table);
    if (known) return known;
    const grown = this.factorOf(table) === 1 ? table : this.#grow(table);
    this.#grown.set(table, grown);
    return grown;
  }

  #grow(table: SnapshotTable): SnapshotTable {
    if (table.kind === 'partitioned table') {
      // It has no file: it is as large as its partitions together, each of which grows.
      const leaves = leavesOf(table, this.#snapshot.tables).map((leaf) => this.table(leaf));
      const sum = (of: (leaf: SnapshotTable) => number): number => leaves.reduce((total, leaf) => total + of(leaf), 0);
      return this.#withRows(table, {
        pages: sum((leaf) => leaf.pages),
        rows: sum((leaf) => leaf.rows),
        allVisiblePages: sum((leaf) => leaf.allVisiblePages),
      });
    }
    const pages = grownHeapPages(table, this.#factor);
    // What does not fit into the largest table that PostgreSQL can have is not there.
    const rows = pages >= mostPages ? (table.rows / table.pages) * pages : table.rows * this.#factor;
    const visibleShare = table.pages > 0 ? Math.min(1, table.allVisiblePages / table.pages) : 0;
    return this.#withRows(table, { pages, rows: Math.round(rows), allVisiblePages: Math.round(visibleShare * pages) });
  }

  #withRows(table: SnapshotTable, size: Pick<SnapshotTable, 'pages' | 'rows' | 'allVisiblePages'>): SnapshotTable {
    const keys = uniqueColumns(table);
    const references = this.#references(table);
    const of = { factor: this.#factor, rows: table.rows, rowsAfter: size.rows };
    const columns = table.columns.map((column) => {
      const isKey = keys.has(column.name);
      const growth: ColumnGrowth = {
        ...of,
        column,
        isKey,
        isEnum: this.#enums.has(column.type.replace(/^.*\./, '')),
        stretch: isKey ? (references.get(column.name)?.stretch ?? this.#stretch(table, column.name)) : undefined,
        reference: references.get(column.name),
      };
      const { statistics, inheritedStatistics } = column;
      return {
        ...column,
        ...(statistics && { statistics: growColumn(statistics, growth) }),
        ...(inheritedStatistics && { inheritedStatistics: this.#growInherited(table, inheritedStatistics, growth) }),
      };
    });
    const indexes = table.indexes.map((index) => growIndex(table, index, of));
    const extendedStatistics = table.extendedStatistics?.map((one) => {
      if (one.distinct === undefined) return one;
      const [before, after] = [table.columns, columns].map((all) =>
        all.map(({ statistics, inheritedStatistics }) => (one.isInherited && inheritedStatistics) || statistics),
      );
      return { ...one, distinct: growCombinations(one.distinct, before ?? [], after ?? [], of) };
    });
    return { ...table, ...size, columns, indexes, ...(extendedStatistics && { extendedStatistics }) };
  }

  /** Of a table with all that inherit from it. */
  #growInherited(table: SnapshotTable, statistics: ColumnStatistics, growth: ColumnGrowth): ColumnStatistics {
    const all = withHeirs(table, this.#snapshot.tables);
    const rows = all.reduce((sum, one) => sum + one.rows, 0);
    const rowsAfter = all.reduce((sum, one) => sum + one.rows * this.factorOf(one), 0);
    // The heirs have keys of their own: only together they would tell where the ids end.
    return growColumn(statistics, { ...growth, rows, rowsAfter, isKey: false, stretch: undefined });
  }

  /** How the ids in a table's key column move. */
  #stretch(table: SnapshotTable, name: string): IdStretch | undefined {
    const column = table.columns.find((one) => one.name === name);
    return column && stretchOf(column, table.rows, this.factorOf(table));
  }

  /** Column → what it points at. */
  #references(table: SnapshotTable): ReadonlyMap<string, Reference> {
    const found = new Map<string, Reference>();
    for (const { columns, target, targetColumns } of this.#foreignKeys.of(table)) {
      for (const [i, name] of columns.entries()) {
        if (target === undefined || found.has(name)) continue;
        const stretch = this.#stretch(target, targetColumns[i] ?? '');
        found.set(name, { factor: this.factorOf(target), keys: target.rows, stretch });
      }
    }
    for (const { name } of table.columns) {
      const guessed = found.has(name) ? undefined : this.#guessReference(table, name);
      if (guessed) found.set(name, guessed);
    }
    return found;
  }

  /** `author_id` without a foreign key points at something all the same: many schemas declare none. */
  #guessReference(table: SnapshotTable, column: string): Reference | undefined {
    const stem = /^(.+?)(?:_(?:id|uuid)|I[dD]|U[uU][iI][dD])$/.exec(column)?.[1]?.toLowerCase();
    if (stem === undefined) return undefined;
    const names = new Set([stem, `${stem}s`, `${stem}es`, `${stem.replace(/y$/, 'ie')}s`]);
    const target = this.#snapshot.tables.find(
      (one) => one.schema === table.schema && names.has(one.name.toLowerCase()),
    );
    if (target) return { factor: this.factorOf(target), keys: target.rows, stretch: this.#stretch(target, 'id') };
    return this.#isWhole ? { factor: this.#factor, keys: Number.POSITIVE_INFINITY } : undefined;
  }
}

function growIndex(
  table: SnapshotTable,
  index: SnapshotIndex,
  of: Pick<ColumnGrowth, 'factor' | 'rows' | 'rowsAfter'>,
): SnapshotIndex {
  const isKey = index.isUnique && index.columns.length === 1;
  const grown = Object.entries(index.statistics ?? {}).map(([name, statistics]) => {
    const column = { name, type: 'text', notNull: false };
    return [name, growColumn(statistics, { ...of, column, isKey, isEnum: false })] as const;
  });
  return {
    ...index,
    pages: grownIndexPages({ ...index, keyWidth: keyWidth(table, index) }, of.factor),
    rows: Math.round(index.rows * of.factor),
    ...(index.statistics && { statistics: Object.fromEntries(grown) }),
  };
}

function keyWidth(table: SnapshotTable, { columns }: SnapshotIndex): number {
  return columns.reduce(
    (sum, { name }) => sum + (table.columns.find((column) => column.name === name)?.statistics?.averageWidth ?? 8),
    0,
  );
}

/** The named tables with their partitions and, unless they grow alone, the tables that point at one of them. */
function growingTables(
  snapshot: Snapshot,
  names: readonly string[],
  referencing: ReadonlyMap<SnapshotTable, readonly SnapshotTable[]> | undefined,
): Set<SnapshotTable> {
  const found = new Set<SnapshotTable>();
  const waiting = names.map((name) => {
    const table = tableNamed(name, snapshot);
    if (table) return table;
    throw new Problem('missing-object', `There is no table "${name}" to grow.`);
  });
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    if (found.has(table)) continue;
    found.add(table);
    waiting.push(...partitionsOf(table, snapshot.tables), ...heirsOf(table, snapshot.tables));
    waiting.push(...(referencing?.get(table) ?? []));
  }
  return found;
}

/** The tables that inherit from it: their rows are its rows too. */
function heirsOf({ schema, name }: SnapshotTable, tables: readonly SnapshotTable[]): SnapshotTable[] {
  return tables.filter(({ inherits }) => inherits?.some((one) => one.schema === schema && one.table === name));
}

function withHeirs(table: SnapshotTable, tables: readonly SnapshotTable[]): SnapshotTable[] {
  return [table, ...heirsOf(table, tables).flatMap((heir) => withHeirs(heir, tables))];
}

/** Table → the tables that have a foreign key to it. */
function referencingTables({ tables }: Snapshot, keys: ForeignKeys): Map<SnapshotTable, SnapshotTable[]> {
  const found = new Map<SnapshotTable, SnapshotTable[]>();
  for (const table of tables) {
    for (const { target } of keys.of(table)) {
      if (target) found.set(target, [...(found.get(target) ?? []), table]);
    }
  }
  return found;
}
