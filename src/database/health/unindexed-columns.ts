import type { DatabaseColumns } from './column-statistics';
import type { UnindexedColumn } from './health';
import type { ReadIndex } from './indexes';
import type { ReadTable } from './tables';

/** The guide's threshold. */
const manyValues = 100;

/**
 * The guide's query (n_distinct > 100, correlation < 0.1, in no index), with three things set right: the index must be of
 * the same table, a negative n_distinct is a share of the rows, and rows in falling order (-1) are in order, too. The columns of
 * the largest tables come first.
 */
export function unindexedColumns(
  tables: readonly ReadTable[],
  indexes: readonly ReadIndex[],
  columns: DatabaseColumns,
): UnindexedColumn[] {
  const indexed = new Map<string, Set<number>>();
  for (const { tableOid, columns: numbers } of indexes) {
    const known = indexed.get(tableOid) ?? new Set();
    indexed.set(tableOid, known);
    for (const number of numbers) known.add(number);
  }
  return [...tables]
    .sort((one, other) => other.table.pages - one.table.pages)
    .flatMap(({ oid, table: { schema, name: table, rows } }) => {
      const found: UnindexedColumn[] = [];
      for (const { number, distinct, unordered } of columns.get(oid)?.columns ?? []) {
        const values = distinct < 0 ? -distinct * rows : distinct;
        if (unordered === undefined || values <= manyValues || indexed.get(oid)?.has(number)) continue;
        found.push({ schema, table, column: unordered.name, distinct, correlation: unordered.correlation });
      }
      return found;
    });
}
