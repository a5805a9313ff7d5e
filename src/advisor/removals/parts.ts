import { leavesOf } from '../../database/partitions';
import type { Snapshot, SnapshotIndex, SnapshotTable } from '../../database/snapshot';
import { readIndexKey } from './key';

/** Of an index of a partitioned table: those of the partitions that hold the rows. They have the same key. */
export function partsOf(
  index: string,
  table: SnapshotTable,
  snapshot: Snapshot,
): readonly (readonly [SnapshotTable, SnapshotIndex])[] {
  const whole = table.indexes.find(({ name }) => name === index);
  if (table.kind !== 'partitioned table' || !whole) return [];
  const wanted = keyOf(whole);
  return leavesOf(table, snapshot.tables).flatMap((leaf) => {
    const part = leaf.indexes.find((one) => one.duties?.includes('part') !== false && keyOf(one) === wanted);
    return part ? [[leaf, part] as const] : [];
  });
}

const keyOf = ({ definition }: SnapshotIndex): string => JSON.stringify(readIndexKey(definition));
