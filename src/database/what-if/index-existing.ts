import type { SnapshotIndex, SnapshotTable } from '../snapshot';
import { btreeHeight } from './btree';
import { btreeSize } from './index-size';
import { distinctBounds } from './index-unique';
import { type KeyColumn, tupleBytes } from './index-widths';

/** Bytes and alignment of types of fixed length, by the first word of their names. */
const fixed: Readonly<Record<string, readonly [length: number, alignment: number]>> = {
  boolean: [1, 1],
  '"char"': [1, 1],
  smallint: [2, 2],
  integer: [4, 4],
  oid: [4, 4],
  real: [4, 4],
  date: [4, 4],
  bigint: [8, 8],
  double: [8, 8],
  timestamp: [8, 8],
  time: [8, 8],
  money: [8, 8],
  uuid: [16, 1],
  interval: [16, 8],
};

/** Sizes nearer than this to that of a fresh build say that nothing was inserted since. */
const nearlyFresh = 0.02;
/** Keys that rise with the rows leave leaves as full as a build does. */
const risingCorrelation = 0.95;

/**
 * Levels above the leaves of a B-tree that stands on the server, which does not tell. CREATE INDEX puts a
 * root above another at 70 %; inserting rows fills it to the brim. An index of the size that a build would give it was built, unless its keys
 * rise with the rows.
 */
export function existingHeight(table: SnapshotTable, index: SnapshotIndex): number {
  const expressions = Object.values(index.statistics ?? {});
  const keys = index.columns.map(({ name }): KeyColumn => {
    const column = table.columns.find((one) => one.name === name);
    const [length, alignment] = fixed[/^[^ (]+/.exec(column?.type ?? '')?.[0] ?? ''] ?? [-1, 4];
    return { length, alignment, type: column?.type, statistics: column ? column.statistics : expressions.shift() };
  });
  const bounds = distinctBounds(
    table,
    index.columns.map(({ name }) => ({ column: name ?? null })),
  );
  const fresh = btreeSize({ rows: Math.max(0, index.rows), columns: keys, deduplicates: true, ...bounds });
  const isRising = Math.abs(keys[0]?.statistics?.correlation ?? 0) > risingCorrelation;
  const isBuilt = !isRising && Math.abs(index.pages / fresh.pages - 1) < nearlyFresh;
  return btreeHeight(index.pages, tupleBytes(keys) - 8, isBuilt ? 0.7 : 1);
}
