import { btreeBloat } from './btree-bloat';
import type { ColumnWidth, ColumnWidths } from './column-widths';
import type { Bloat, IndexHealth, Section, TableHealth } from './health';
import { heapBloat } from './heap-bloat';
import type { ReadIndex } from './indexes';
import type { ReadTable } from './tables';

/** Adds the estimates where statistics allow them; without statistics, a section says so. */
export function tablesWithBloat(
  tables: Section<readonly ReadTable[]>,
  widths: Section<ColumnWidths>,
  blockSize: number,
): Section<readonly TableHealth[]> {
  return joined(tables, widths, ({ oid, toast, ...table }, known) => {
    const columns = known?.ofRelation.get(oid);
    if (!columns || columns.unknown > 0 || table.kind === 'partitioned table') return table;
    const fillfactor = Number(table.options.fillfactor ?? 100);
    const { pages, rows } = table;
    return withBloat(table, heapBloat({ pages, rows, toast, ...columns, fillfactor, blockSize }));
  });
}

export function indexesWithBloat(
  indexes: Section<readonly ReadIndex[]>,
  widths: Section<ColumnWidths>,
  blockSize: number,
): Section<readonly IndexHealth[]> {
  return joined(indexes, widths, (read, known) => {
    const { oid, tableOid, pages, columns: numbers, storesEqualKeysOnce, fillfactor, isPartial, ...index } = read;
    if (index.method !== 'btree' || !known) return index;
    const columns = numbers.map((number, position) =>
      number === 0
        ? known.ofRelation.get(oid)?.columns.find((column) => column.number === position + 1)
        : known.ofRelation.get(tableOid)?.columns.find((column) => column.number === number),
    );
    if (!columns.every((column) => column !== undefined)) return index;
    const { rows, isUnique } = index;
    const facts = { pages, rows, isUnique, storesEqualKeysOnce, fillfactor, blockSize };
    return withBloat(index, btreeBloat({ ...facts, columns: isPartial ? columns.map(neverNull) : columns }));
  });
}

/** What a partial index leaves out is often just the NULLs. */
function neverNull(column: ColumnWidth): ColumnWidth {
  return { ...column, nullShare: 0 };
}

function withBloat<T extends object>(relation: T, bloat: Bloat | undefined): T & { bloat?: Bloat } {
  return bloat ? { ...relation, bloat } : relation;
}

function joined<Read, Health>(
  relations: Section<readonly Read[]>,
  widths: Section<ColumnWidths>,
  join: (relation: Read, known: ColumnWidths | undefined) => Health,
): Section<readonly Health[]> {
  if ('missing' in relations) return relations;
  const known = 'value' in widths ? widths.value : undefined;
  const why = 'missing' in widths ? `Bloat is not estimated: ${widths.missing}` : widths.partly;
  const partly = [relations.partly, why].filter((sentence) => sentence !== undefined).join(' ');
  return { value: relations.value.map((relation) => join(relation, known)), ...(partly !== '' && { partly }) };
}
