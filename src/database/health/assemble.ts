import { btreeBloat } from './btree-bloat';
import type { ColumnStatistics, DatabaseColumns } from './column-statistics';
import type { Health, IndexHealth, Section, TableHealth } from './health';
import { heapBloat } from './heap-bloat';
import type { ReadIndex } from './indexes';
import { section } from './reading';
import type { ReadTable } from './tables';
import { unindexedColumns } from './unindexed-columns';

export interface Relations {
  readonly tables: Section<readonly ReadTable[]>;
  readonly indexes: Section<readonly ReadIndex[]>;
  readonly columns: Section<DatabaseColumns>;
}

/** What tables, indexes and columns tell together: sizes, bloat, columns without an index. */
export function assemble(
  { tables, indexes, columns }: Relations,
  blockSize: number,
): Pick<Health, 'tables' | 'indexes' | 'unindexedColumns'> {
  const known: DatabaseColumns = 'value' in columns ? columns.value : new Map();
  const noBloat = 'missing' in columns ? `Bloat is not estimated: ${columns.missing}` : columns.partly;
  const noIndexes = 'missing' in indexes && `Indexes are not counted in: ${indexes.missing}`;
  const rowsOf = new Map('value' in tables ? tables.value.map(({ oid, table }) => [oid, table.rows] as const) : []);
  const ofTables = 'value' in indexes ? indexes.value : [];
  return {
    tables: completed(tables, (value) => tablesOf(value, ofTables, known, blockSize), noIndexes, noBloat),
    indexes: completed(
      indexes,
      (value) => value.map((index) => indexOf(index, rowsOf.get(index.tableOid), known, blockSize)),
      noBloat,
    ),
    unindexedColumns: columnsWithoutIndex(tables, indexes, columns),
  };
}

function completed<Read, Whole>(
  read: Section<Read>,
  complete: (value: Read) => Whole,
  ...partly: readonly (string | false | undefined)[]
): Section<Whole> {
  return 'missing' in read ? read : section(complete(read.value), read.partly, ...partly);
}

function columnsWithoutIndex(
  tables: Relations['tables'],
  indexes: Relations['indexes'],
  columns: Relations['columns'],
): Health['unindexedColumns'] {
  if ('missing' in tables) return tables;
  if ('missing' in indexes) return indexes;
  if ('missing' in columns) return columns;
  return section(unindexedColumns(tables.value, indexes.value, columns.value), columns.partly);
}

function tablesOf(
  tables: readonly ReadTable[],
  indexes: readonly ReadIndex[],
  known: DatabaseColumns,
  blockSize: number,
): TableHealth[] {
  const sums = new Map<string, { bytes: number; scans: number }>();
  for (const { tableOid, index } of indexes) {
    const sum = sums.get(tableOid) ?? { bytes: 0, scans: 0 };
    sums.set(tableOid, { bytes: sum.bytes + index.bytes, scans: sum.scans + index.scans });
  }
  return tables.map((read) => {
    const { bytes: indexBytes = 0, scans: indexScans = 0 } = sums.get(read.oid) ?? {};
    const bloat = bloatOf(read, known, blockSize);
    return bloat ? { ...read.table, indexBytes, indexScans, bloat } : { ...read.table, indexBytes, indexScans };
  });
}

function bloatOf({ oid, toast, table }: ReadTable, known: DatabaseColumns, blockSize: number) {
  const { kind, pages, rows, options } = table;
  const columns = known.get(oid);
  if (!columns || columns.unknown > 0 || kind === 'partitioned table') return undefined;
  return heapBloat({ pages, rows, toast, ...columns, fillfactor: Number(options.fillfactor ?? 100), blockSize });
}

function indexOf(
  read: ReadIndex,
  tableRows: number | undefined,
  known: DatabaseColumns,
  blockSize: number,
): IndexHealth {
  const { index, oid, tableOid, pages, columns: numbers, storesEqualKeysOnce, options, isPartial } = read;
  const columns = numbers.map((number, position) =>
    number === 0
      ? known.get(oid)?.columns.find((column) => column.number === position + 1)
      : known.get(tableOid)?.columns.find((column) => column.number === number),
  );
  if (index.method !== 'btree' || !columns.every((column) => column !== undefined)) return index;
  const bloat = btreeBloat({
    pages,
    rows: index.rows,
    tableRows: Math.max(tableRows ?? 0, index.rows),
    columns: isPartial ? columns.map(neverNull) : columns,
    isUnique: index.isUnique,
    storesEqualKeysOnce,
    fillfactor: Number(options.fillfactor ?? 90),
    blockSize,
  });
  return bloat ? { ...index, bloat } : index;
}

/** What a partial index leaves out is often just the NULLs. */
function neverNull(column: ColumnStatistics): ColumnStatistics {
  return { ...column, nullShare: 0 };
}
