import type { ColumnStatistics, Snapshot, SnapshotTable } from '../database/snapshot';
import type { IndexColumn, IndexDefinition } from '../nouns/fix';
import { indexName } from './index-name';
import type { TableUse } from './table-use';

/** Indexes that are tried together: one, or those that serve the branches of an OR. */
export interface Candidate {
  readonly indexes: readonly IndexDefinition[];
}

/** More columns than this never paid in one statement that we saw; the search grows with their subsets. */
const maxColumns = 4;
/** An index for each branch of an OR: more than these are no advice that anyone would take. */
const maxBranches = 4;
/** A B-tree key must be smaller than a third of a page; texts of this mean width often are not. */
const maxKeyWidth = 500;

/** Every index that could serve the statement and that no existing one serves already; the planner judges them. */
export function candidates(uses: readonly TableUse[], snapshot: Snapshot): Candidate[] {
  const taken = takenNames(snapshot);
  const found = new Map<string, Candidate>();
  for (const use of uses) {
    if (use.table.kind === 'foreign table') continue;
    for (const sets of [...orderedIndexes(use).map((columns) => [columns]), ...alternativeIndexes(use, snapshot)]) {
      const indexes = sets
        .filter((columns) => columns.length > 0 && !isServed(use.table, columns))
        .map((columns) => define(use.table, columns, taken));
      const key = JSON.stringify(indexes);
      if (indexes.length > 0) found.set(key, { indexes });
    }
    if (use.contains.size > 0 && hasTrigrams(snapshot)) {
      for (const column of use.contains) {
        const columns = trigramColumns(use.table, [column]);
        if (columns && !hasTrigramIndex(use.table, column)) {
          const index = define(use.table, columns, taken);
          found.set(JSON.stringify([index]), { indexes: [index] });
        }
      }
    }
  }
  return [...found.values()];
}

/** A table and an index of one schema cannot have the same name. */
export function takenNames(snapshot: Snapshot): Set<string> {
  return new Set(snapshot.tables.flatMap((table) => [table.name, ...table.indexes.map((index) => index.name)]));
}

/** B-trees: equalities first, then one range or the sort order. */
function orderedIndexes(use: TableUse): IndexColumn[][] {
  const usable = (name: string): boolean => isOrderable(use.table, name);
  const bySelectivity = (names: Iterable<string>): string[] =>
    [...names].filter(usable).sort((a, b) => distinct(use.table, b) - distinct(use.table, a) || a.localeCompare(b));
  const equal = bySelectivity(use.equal);
  const anyOf = bySelectivity(use.anyOf).filter((name) => !use.equal.has(name));
  const joined = bySelectivity(use.joined).filter((name) => !use.equal.has(name));
  const ranges = bySelectivity(use.ranges).filter((name) => !use.equal.has(name));
  const order = use.order.every(({ name }) => usable(name)) ? use.order.map(orderColumn) : [];

  const starts: string[][] = [[], ...subsets(equal), ...subsets([...equal, ...anyOf])];
  for (const column of joined) {
    starts.push(
      [column],
      ...subsets(equal).flatMap((some) => [
        [column, ...some],
        [...some, column],
      ]),
    );
  }
  if (joined.length > 1) starts.push(joined.slice(0, maxColumns));

  const result: IndexColumn[][] = [];
  for (const start of starts) {
    const columns = start.map((name): IndexColumn => ({ name }));
    const has = new Set(start);
    result.push(columns);
    for (const range of ranges) if (!has.has(range)) result.push([...columns, { name: range }]);
    const sorted = isSearch(use) ? [] : order.filter(({ name }) => !has.has(name));
    // Columns that are equal to a constant do not disturb the order; those of an IN list do.
    if (sorted.length > 0 && !start.some((name) => use.anyOf.has(name))) {
      result.push([...columns, ...plainIfSingle(columns, sorted)]);
    }
  }
  return result.filter((columns) => columns.length > 0 && columns.length <= maxColumns);
}

/**
 * With a search for a pattern, walking the sort order until LIMIT rows match looks cheap only because the planner has
 * to guess how many match; when none does, it reads the whole table.
 */
function isSearch(use: TableUse): boolean {
  return use.contains.size > 0 || use.alternatives.some((branches) => branches.some(({ kind }) => kind === 'contains'));
}

/** An index is read backwards as well as forwards: `(created_at)` serves `ORDER BY created_at DESC`. */
function plainIfSingle(before: readonly IndexColumn[], sorted: readonly IndexColumn[]): IndexColumn[] {
  const [only] = sorted;
  return before.length === 0 && sorted.length === 1 && only && only.nulls === undefined
    ? [{ name: only.name }]
    : [...sorted];
}

function orderColumn({ name, descending, nulls }: TableUse['order'][number]): IndexColumn {
  return { name, ...(descending && { descending }), ...(nulls && { nulls }) };
}

/** All non-empty subsets of up to three names, in their order; of more names the first six count. */
function subsets(names: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const name of names.slice(0, 6))
    all = [...all, ...all.filter((some) => some.length < 3).map((some) => [...some, name])];
  return all.filter((some) => some.length > 0);
}

/** `title ILIKE … OR body ILIKE …`: one GIN over both; `a = 1 OR b = 2`: a B-tree for each. */
function alternativeIndexes(use: TableUse, snapshot: Snapshot): IndexColumn[][][] {
  return use.alternatives.flatMap((branches): IndexColumn[][][] => {
    const contained = [...new Set(branches.filter(({ kind }) => kind === 'contains').map(({ column }) => column))];
    const others = [...new Set(branches.filter(({ kind }) => kind !== 'contains').map(({ column }) => column))];
    if (others.length > maxBranches || !others.every((name) => isOrderable(use.table, name))) return [];
    const trigrams = contained.length > 0 ? trigramColumns(use.table, contained) : [];
    if (!trigrams || (contained.length > 0 && !hasTrigrams(snapshot))) return [];
    return [[...(trigrams.length > 0 ? [trigrams] : []), ...others.map((name): IndexColumn[] => [{ name }])]];
  });
}

function trigramColumns(table: SnapshotTable, names: readonly string[]): IndexColumn[] | undefined {
  const isText = names.every((name) => /^(?:text|character varying)\b/.test(columnOf(table, name)?.type ?? ''));
  return isText ? names.map((name) => ({ name, operatorClass: 'gin_trgm_ops' })) : undefined;
}

function hasTrigrams(snapshot: Snapshot): boolean {
  return 'pg_trgm' in snapshot.extensions || snapshot.availableExtensions.includes('pg_trgm');
}

function hasTrigramIndex(table: SnapshotTable, column: string): boolean {
  return table.indexes.some(
    (index) => index.isValid && /_trgm_ops/.test(index.definition) && index.columns.some(({ name }) => name === column),
  );
}

/** Types without an order, or too wide for a B-tree. */
function isOrderable(table: SnapshotTable, name: string): boolean {
  const column = columnOf(table, name);
  if (!column || /^(?:json|xml|point|box|circle|line|lseg|path|polygon|geometry|geography)\b/.test(column.type))
    return false;
  return (column.statistics?.averageWidth ?? 0) <= maxKeyWidth;
}

/** Whether the first columns of an existing B-tree are these, in the same directions or all reversed. */
function isServed(table: SnapshotTable, columns: readonly IndexColumn[]): boolean {
  if (columns.some((column) => column.operatorClass !== undefined || column.nulls !== undefined)) return false;
  return table.indexes.some((index) => {
    if (index.method !== 'btree' || !index.isValid || index.predicate !== undefined) return false;
    if (index.columns.length < columns.length) return false;
    const pairs = columns.map((column, i) => ({ column, existing: index.columns[i] }));
    if (pairs.some(({ column, existing }) => existing?.name !== column.name)) return false;
    const same = pairs.filter(({ column, existing }) => existing?.descending === (column.descending ?? false)).length;
    return same === 0 || same === pairs.length;
  });
}

function define(table: SnapshotTable, columns: readonly IndexColumn[], taken: ReadonlySet<string>): IndexDefinition {
  const isTrigram = columns.some((column) => column.operatorClass === 'gin_trgm_ops');
  return {
    schema: table.schema,
    table: table.name,
    name: indexName(table.name, columns, taken),
    method: isTrigram ? 'gin' : 'btree',
    columns,
  };
}

function columnOf(table: SnapshotTable, name: string): SnapshotTable['columns'][number] | undefined {
  return table.columns.find((column) => column.name === name);
}

function distinct(table: SnapshotTable, name: string): number {
  const statistics: ColumnStatistics | undefined = columnOf(table, name)?.statistics;
  if (!statistics) return 0;
  return statistics.distinct < 0 ? -statistics.distinct * table.rows : statistics.distinct;
}
