import { partitionsOf } from '../partitions';
import type { Snapshot, SnapshotColumn, SnapshotIndex, SnapshotTable } from '../snapshot';
import { btreePages } from '../what-if/index-size';
import type { KeyColumn } from '../what-if/index-widths';
import { assumeColumn, bareType, typeLength } from './assumed-columns';

export interface Assumptions {
  /** Rows of every table. */
  readonly rows: number;
  /** The newest of the assumed dates. */
  readonly today: Date;
}

/** Statistics for a schema that nobody filled yet; docs/what-if.md lists the rules. */
export function assumeStatistics(snapshot: Snapshot, assumptions: Assumptions): Snapshot {
  const enums = enumLabels(snapshot.prelude);
  const domains = domainTypes(snapshot.prelude);
  return {
    ...snapshot,
    assumed: true,
    // Those of the planner in memory, where nobody works.
    counting: undefined,
    tables: snapshot.tables.map((table) =>
      assumeTable(withBaseTypes(table, domains), table, enums, {
        ...assumptions,
        rows: assumptions.rows * shareOfWhole(table, snapshot.tables),
      }),
    ),
  };
}

/** The partitions of a table hold equally many of its rows. */
function shareOfWhole(table: SnapshotTable, tables: readonly SnapshotTable[]): number {
  const parent = tables.find(
    ({ schema, name }) => schema === table.partitionOf?.schema && name === table.partitionOf.table,
  );
  return parent === undefined ? 1 : shareOfWhole(parent, tables) / partitionsOf(parent, tables).length;
}

/** `typed`: the same with the types that its domains stand for. */
function assumeTable(
  typed: SnapshotTable,
  table: SnapshotTable,
  enums: ReadonlyMap<string, readonly string[]>,
  assumptions: Assumptions,
): SnapshotTable {
  const rows = Math.max(0, Math.round(assumptions.rows));
  const keys = new Set(
    table.indexes
      .filter((index) => index.isUnique && index.columns.length === 1 && index.predicate === undefined)
      .flatMap((index) => index.columns[0]?.name ?? []),
  );
  const references = new Set(
    table.foreignKeys.flatMap((key) => {
      const columns = /FOREIGN KEY \(([^)]*)\)/i.exec(key)?.[1]?.split(',') ?? [];
      return columns.length === 1 ? columns.map((column) => column.trim().replace(/^"(.*)"$/, '$1')) : [];
    }),
  );
  const columns = table.columns.map((column, i) => ({
    ...column,
    statistics: assumeColumn(typed.columns[i] ?? column, {
      rows,
      today: assumptions.today,
      isKey: keys.has(column.name),
      isReference: references.has(column.name),
      labels: enums.get(bareType(typed.columns[i]?.type ?? column.type)),
    }),
  }));
  const width = columns.reduce(
    (sum, { statistics }) => sum + statistics.averageWidth * (1 - statistics.nullFraction),
    0,
  );
  // 23 bytes of tuple header aligned to 24, and a line pointer.
  const rowBytes = 28 + Math.ceil(width / 8) * 8;
  const pages = Math.ceil((rows * rowBytes) / (8192 - 24));
  return {
    ...table,
    columns,
    indexes: table.indexes.map((index) => assumeIndex(index, columns, rows)),
    pages,
    rows,
    // As after a VACUUM, with the newest tenth changed since.
    allVisiblePages: Math.floor(pages * 0.9),
    activity: undefined,
  };
}

function assumeIndex(index: SnapshotIndex, columns: readonly SnapshotColumn[], rows: number): SnapshotIndex {
  const keys = index.columns.map(({ name }): KeyColumn => {
    const column = columns.find((one) => one.name === name);
    const length = column ? typeLength(column.type) : -1;
    return { length, alignment: length > 0 ? Math.min(8, length) : 4, statistics: column?.statistics };
  });
  const indexed = index.predicate === undefined ? rows : Math.round(rows / 10);
  return { ...index, pages: btreePages(indexed, keys, true), rows: indexed, activity: undefined };
}

function withBaseTypes(table: SnapshotTable, domains: ReadonlyMap<string, string>): SnapshotTable {
  const columns = table.columns.map((column) => ({
    ...column,
    type: domains.get(bareType(column.type)) ?? column.type,
  }));
  return { ...table, columns };
}

/** `CREATE DOMAIN public.short AS character varying(20) CONSTRAINT …` → short: character varying(20) */
function domainTypes(prelude: readonly string[]): Map<string, string> {
  const domains = new Map<string, string>();
  for (const statement of prelude) {
    const [, name, type] = /^CREATE DOMAIN (.+?) AS (.+?)(?: NOT NULL.*| CONSTRAINT .*)?$/s.exec(statement) ?? [];
    if (name !== undefined && type !== undefined) domains.set(bareType(name), domains.get(bareType(type)) ?? type);
  }
  return domains;
}

/** `CREATE TYPE public.mood AS ENUM ('sad', 'ok')` → mood: sad, ok */
function enumLabels(prelude: readonly string[]): Map<string, string[]> {
  const enums = new Map<string, string[]>();
  for (const statement of prelude) {
    const match = /^CREATE TYPE (.+?) AS ENUM \((.*)\)$/s.exec(statement);
    if (!match) continue;
    const labels = [...(match[2] ?? '').matchAll(/'((?:[^']|'')*)'/g)].map((label) =>
      (label[1] ?? '').replaceAll("''", "'"),
    );
    enums.set(bareType(match[1] ?? ''), labels);
  }
  return enums;
}
