import type { SnapshotTable } from './snapshot';

export function partitionsOf(table: SnapshotTable, tables: readonly SnapshotTable[]): SnapshotTable[] {
  return tables.filter(({ partitionOf }) => partitionOf?.table === table.name && partitionOf.schema === table.schema);
}

/** The tables that hold the rows: the partitions, theirs where they are partitioned again; itself where it is not. */
export function leavesOf(table: SnapshotTable, tables: readonly SnapshotTable[]): SnapshotTable[] {
  if (table.kind !== 'partitioned table') return [table];
  return partitionsOf(table, tables).flatMap((partition) => leavesOf(partition, tables));
}
