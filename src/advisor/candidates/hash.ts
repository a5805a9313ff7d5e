import type { TableUse } from '../uses/table-use';
import { columnOf, indexColumn, isTextColumn } from './column-facts';
import type { IndexSet } from './kind';

/** An entry of a hash index has 20 bytes whatever the key's width; a B-tree's is this wide on the average and more. */
const leastWidth = 40;

/** `url = $1`: long keys that are only compared for equality. */
export function hashIndexes(use: TableUse): IndexSet[] {
  const keys = new Set([...use.equal, ...use.joined].filter((key) => !use.ranges.has(key) && !use.prefixes.has(key)));
  return [...keys].flatMap((key): IndexSet[] => {
    const width = columnOf(use.table, key)?.statistics?.averageWidth ?? 0;
    const isLong = (isTextColumn(use, key) || columnOf(use.table, key)?.type === 'bytea') && width >= leastWidth;
    return isLong ? [[{ method: 'hash', columns: [indexColumn(use, key)] }]] : [];
  });
}
