import { partitionsOf } from './partitions';
import type { ColumnStatistics, Snapshot, SnapshotColumn, SnapshotIndex, SnapshotTable } from './snapshot';
import { btreePages } from './what-if-index-size';
import type { KeyColumn } from './what-if-index-widths';

export interface Assumptions {
  /** Rows of every table. */
  readonly rows: number;
  /** The newest of the assumed dates. */
  readonly today: Date;
}

/**
 * Statistics for a schema that nobody filled yet. The rules, in the order in which they are tried:
 *
 * | column | distinct values | else |
 * | --- | --- | --- |
 * | alone in a primary or unique key | every row its own | integers rise from 1 with the rows |
 * | foreign key | a tenth of the rows: ten children a parent | |
 * | enum, boolean | its values, equally often | |
 * | `status`, `type`, `role`, … | 5 | |
 * | `deleted_at`, `archived_at`, … that may be null | every row its own | 95 % null |
 * | timestamp, date | every row its own (730 days) | spread over the two years before today; `created…` rises with the rows |
 * | uuid, `email`, `slug`, `token`, long text | every row its own | |
 * | anything else | half as many as rows | |
 */
export function assumeStatistics(snapshot: Snapshot, assumptions: Assumptions): Snapshot {
  const enums = enumLabels(snapshot.prelude);
  return {
    ...snapshot,
    assumed: true,
    // Those of the planner in memory, where nobody works.
    counting: undefined,
    tables: snapshot.tables.map((table) =>
      assumeTable(table, enums, { ...assumptions, rows: assumptions.rows * shareOfWhole(table, snapshot.tables) }),
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

function assumeTable(
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
  const columns = table.columns.map((column) => ({
    ...column,
    statistics: assumeColumn(column, {
      rows,
      today: assumptions.today,
      isKey: keys.has(column.name),
      isReference: references.has(column.name),
      labels: enums.get(bareType(column.type)),
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

interface ColumnFacts {
  readonly rows: number;
  readonly today: Date;
  readonly isKey: boolean;
  readonly isReference: boolean;
  readonly labels: readonly string[] | undefined;
}

const fewValued =
  /(?:^|_)(?:status|state|type|kind|role|category|level|priority|gender|currency|locale|language|visibility|plan|tier)$/i;
const mostlyNull =
  /^(?:deleted|removed|archived|cancell?ed|banned|suspended|expired|revoked|locked)_?(?:at|on|date)?$/i;
const uniqueNames = /(?:^|_)(?:e?mail|slug|token|uuid|guid|username|login|url|hash|key|sku)$/i;
const longText = /(?:^|_)(?:body|content|text|description|bio|html|markdown|message|notes?|summary)$/i;

function assumeColumn(column: SnapshotColumn, facts: ColumnFacts): ColumnStatistics {
  const { rows } = facts;
  const type = bareType(column.type);
  const averageWidth = assumedWidth(column, type);
  const plain = { nullFraction: 0, averageWidth };
  const isInteger = /^(?:smallint|integer|bigint)$/.test(type);
  if (facts.isKey) {
    return isInteger
      ? {
          ...plain,
          distinct: -1,
          correlation: 1,
          histogramBounds: histogram((share) => String(1 + Math.round(share * Math.max(0, rows - 1)))),
        }
      : { ...plain, distinct: -1 };
  }
  if (facts.isReference) return { ...plain, distinct: Math.max(1, Math.round(rows / 10)) };
  const labels = facts.labels ?? (type === 'boolean' ? ['f', 't'] : undefined);
  if (labels && labels.length > 0) {
    const share = 1 / labels.length;
    return {
      ...plain,
      distinct: labels.length,
      mostCommonValues: `{${labels.map(arrayElement).join(',')}}`,
      mostCommonFrequencies: `{${labels.map(() => share.toFixed(6)).join(',')}}`,
    };
  }
  if (fewValued.test(column.name) && !/timestamp|date|json/.test(type)) return { ...plain, distinct: 5 };
  if (/^(?:timestamp|date)/.test(type)) {
    const isDate = type === 'date';
    return {
      averageWidth,
      nullFraction: !column.notNull && mostlyNull.test(column.name) ? 0.95 : 0,
      distinct: isDate ? Math.min(730, Math.max(1, rows)) : -1,
      correlation: /^(?:created|inserted|published|posted|occurred|logged)/i.test(column.name) ? 0.95 : 0,
      histogramBounds: histogram((share) => dateText(facts.today, share, isDate)),
    };
  }
  if (type === 'uuid' || uniqueNames.test(column.name) || longText.test(column.name)) return { ...plain, distinct: -1 };
  return { ...plain, distinct: -0.5 };
}

/** 101 bounds, as ANALYZE makes with the default statistics target. */
function histogram(value: (share: number) => string): string {
  const bounds = new Set(Array.from({ length: 101 }, (_, i) => value(i / 100)));
  return `{${[...bounds].map(arrayElement).join(',')}}`;
}

function dateText(today: Date, share: number, isDate: boolean): string {
  const twoYears = 730 * 24 * 3_600_000;
  const iso = new Date(today.getTime() - twoYears * (1 - share)).toISOString();
  return isDate ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}+00`;
}

const arrayElement = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** `character varying(20)` → `character varying`; `app."Mood"` → `Mood` */
function bareType(type: string): string {
  const bare = type.replace(/\(.*\)/, '').trim();
  const unqualified = /^(?:"(?:[^"]|"")+"|[\w$]+)\.(.+)$/.exec(bare)?.[1] ?? bare;
  return unqualified.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}

const lengths: Readonly<Record<string, number>> = {
  boolean: 1,
  smallint: 2,
  integer: 4,
  real: 4,
  date: 4,
  bigint: 8,
  'double precision': 8,
  'timestamp without time zone': 8,
  'timestamp with time zone': 8,
  'time without time zone': 8,
  interval: 16,
  uuid: 16,
};

const typeLength = (type: string): number => lengths[bareType(type)] ?? -1;

function assumedWidth(column: SnapshotColumn, type: string): number {
  const length = lengths[type];
  if (length !== undefined) return length;
  if (/^jsonb?$/.test(type)) return 200;
  if (/\[\]$/.test(type)) return 60;
  if (/^numeric/.test(type)) return 6;
  const limit = Number(/\((\d+)\)/.exec(column.type)?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.min(limit, longText.test(column.name) ? 500 : 24);
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
