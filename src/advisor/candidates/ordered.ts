import type { Snapshot } from '../../database/snapshot';
import type { IndexColumn } from '../../nouns/fix';
import type { OrderColumn, TableUse } from '../uses/table-use';
import { distinct, fractionOf, indexColumn, isOrderable } from './column-facts';
import type { IndexSet } from './kind';
import { trigramIndex } from './trigrams';

/** More columns than this never paid in one statement that we saw; the search grows with their subsets. */
export const maxColumns = 4;

/** B-trees: equalities first, then one range or the sort order. */
export function orderedIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  return orderedColumns(use, allStarts(use), snapshot).map((columns) => [{ method: 'btree', columns }]);
}

/** The few column lists that serve most of what is asked at once, for kinds that vary them. */
export function mainColumns(use: TableUse, snapshot: Snapshot): IndexColumn[][] {
  const { equal, anyOf, joined } = equalities(use);
  const starts: string[][] = [equal.slice(0, 3), equal.slice(0, 1), [...equal, ...anyOf].slice(0, 3), []];
  for (const column of joined.slice(0, 3)) starts.push([column], [...equal.slice(0, 2), column]);
  const seen = new Map(starts.map((start) => [start.join('\n'), start]));
  return orderedColumns(use, [...seen.values()], snapshot);
}

function allStarts(use: TableUse): string[][] {
  const { equal, anyOf, joined } = equalities(use);
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
  return starts;
}

function equalities(use: TableUse): Record<'equal' | 'anyOf' | 'joined', string[]> {
  const notUnique = (names: readonly string[]): string[] => names.filter((name) => !isUnique(use, name));
  const equal = notUnique(bySelectivity(use, use.equal));
  const without = (names: readonly string[]): string[] => notUnique(names).filter((name) => !use.equal.has(name));
  return { equal, anyOf: without(bySelectivity(use, use.anyOf)), joined: without(bySelectivity(use, use.joined)) };
}

/** Rows that are found by a unique key alone need no longer one. */
function isUnique(use: TableUse, name: string): boolean {
  return use.table.indexes.some(
    ({ isUnique, isValid, predicate, columns }) =>
      isUnique && isValid && predicate === undefined && columns.length === 1 && columns[0]?.name === name,
  );
}

function bySelectivity(use: TableUse, names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => isOrderable(use, name))
    .sort((a, b) => foundShare(use, a) - foundShare(use, b) || a.localeCompare(b));
}

/** The share of the rows that an equality finds: `deleted_at IS NULL` mostly nearly all, whatever the other values are. */
function foundShare(use: TableUse, name: string): number {
  const constant = use.constants.find(({ column }) => column === name);
  const share = constant && fractionOf(constant, use.table);
  return share ?? 1 / Math.max(1, distinct(use.table, name));
}

function orderedColumns(use: TableUse, starts: readonly (readonly string[])[], snapshot: Snapshot): IndexColumn[][] {
  const unequal = [...use.ranges, ...mostlyNull(use)].filter((name) => !use.equal.has(name));
  const ranges = [...new Set(bySelectivity(use, unequal))];
  const orders = isSearch(use, snapshot)
    ? []
    : [use.order, ...use.orders].filter((order) => order.every(({ name }) => isOrderable(use, name)));
  const result: IndexColumn[][] = [];
  for (const start of starts) {
    const columns = start.map((name) => indexColumn(use, name));
    const has = new Set(start);
    result.push(columns);
    for (const range of ranges) {
      // The order's own index serves the range as well: (a, b DESC) is (a, b) read backwards.
      const isOrdered = orders.some((order) => {
        const sorted = order.filter(({ name }) => !has.has(name));
        return sorted.length === 1 && sorted[0]?.name === range;
      });
      const isInLine = !start.some((name) => use.anyOf.has(name));
      if (!has.has(range) && !(isOrdered && isInLine)) result.push([...columns, indexColumn(use, range)]);
    }
    // Columns that are equal to a constant do not disturb the order; those of an IN list do.
    if (start.some((name) => use.anyOf.has(name))) continue;
    for (const order of orders) {
      const sorted = order.filter(({ name }) => !has.has(name));
      if (sorted.length > 0) result.push([...columns, ...plainIfSingle(columns, sorted, use)]);
    }
  }
  return result.filter((columns) => columns.length > 0 && columns.length <= maxColumns);
}

/** `deleted_at IS NOT NULL` finds few rows only where most are NULL. */
function mostlyNull(use: TableUse): string[] {
  return [...use.notNull].filter(
    (name) => (use.table.columns.find((column) => column.name === name)?.statistics?.nullFraction ?? 0) > 0.5,
  );
}

/**
 * With a search for a pattern, walking the sort order until LIMIT rows match looks cheap only because the planner has
 * to guess how many match; when none does, it reads the whole table. Where no trigram index can be had there is nothing
 * better.
 */
function isSearch(use: TableUse, snapshot: Snapshot): boolean {
  const searched = [
    ...use.contains,
    ...use.alternatives.flat().flatMap(({ kind, column }) => (kind === 'contains' ? [column] : [])),
  ];
  return searched.some((key) => trigramIndex(use, [key], snapshot) !== undefined);
}

/** An index is read backwards as well as forwards: `(created_at)` serves `ORDER BY created_at DESC`. */
function plainIfSingle(before: readonly IndexColumn[], sorted: readonly OrderColumn[], use: TableUse): IndexColumn[] {
  const [only] = sorted;
  const columns = sorted.map(({ name, descending, nulls }) => ({
    ...indexColumn(use, name),
    ...(descending && { descending }),
    ...(nulls && { nulls }),
  }));
  return before.length === 0 && sorted.length === 1 && only && only.nulls === undefined
    ? [indexColumn(use, only.name)]
    : columns;
}

/** All non-empty subsets of up to three names, in their order; of more names the first five count, then all alone. */
function subsets(names: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const name of names.slice(0, 5))
    all = [...all, ...all.filter((some) => some.length < 3).map((some) => [...some, name])];
  return [...all.filter((some) => some.length > 0), ...names.slice(5).map((name) => [name])];
}
