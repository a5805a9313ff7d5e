import type {
  ColumnStatistics,
  Counting,
  ExtendedStatistics,
  IndexActivity,
  PartitionOf,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotTable,
  TableActivity,
} from '../snapshot';
import { flag, listOf, mapOf, number, oneOf, optional, type Reader, record, text } from './readers';

/**
 * The members of a snapshot in a file. Writing takes whatever a snapshot has; reading takes what is listed here, since
 * nothing of an untrusted file may reach the planner unread.
 *
 * @throws {Misshapen}
 */
export function readShape(value: unknown): { readonly snapshot: Snapshot; readonly ignored: readonly string[] } {
  const ignored = new Set<string>();
  const snapshot = snapshotReader(ignored)(value);
  return { snapshot, ignored: [...ignored] };
}

/** What the file says of itself. */
export const ownMembers = ['planlightSnapshot', 'madeBy', 'takenAt', 'redacted'] as const;

function snapshotReader(ignored: Set<string>): Reader<Snapshot> {
  return record<Snapshot>(
    '',
    {
      version: number,
      assumed: (value) => (value === undefined ? false : flag(value)),
      prelude: listOf(text),
      tables: listOf(tableReader(ignored)),
      views: listOf(text),
      settings: mapOf(text),
      extensions: mapOf(text),
      availableExtensions: listOf(text),
      searchPath: listOf(text),
      collation: optional(text),
      leftOut: listOf(text),
      counting: optional(
        record<Counting>('counting', { until: text, since: optional(text), isStandby: flag }, ignored),
      ),
    },
    ignored,
  );
}

function tableReader(ignored: Set<string>): Reader<SnapshotTable> {
  const statistics = statisticsReader(ignored);
  return record<SnapshotTable>(
    'tables[]',
    {
      schema: text,
      name: text,
      kind: oneOf('table', 'partitioned table', 'materialized view', 'foreign table'),
      columns: listOf(columnReader(statistics, ignored)),
      constraints: listOf(text),
      foreignKeys: listOf(text),
      indexes: listOf(indexReader(statistics, ignored)),
      pages: number,
      rows: number,
      allVisiblePages: number,
      partitionKey: optional(text),
      partitionOf: optional(
        record<PartitionOf>('tables[].partitionOf', { schema: text, table: text, bound: text }, ignored),
      ),
      inherits: optional(
        listOf(
          record<{ schema: string; table: string }>('tables[].inherits[]', { schema: text, table: text }, ignored),
        ),
      ),
      extendedStatistics: optional(listOf(extendedStatisticsReader(ignored))),
      activity: optional(
        record<TableActivity>(
          'tables[].activity',
          { inserts: number, updates: number, hotUpdates: number, deletes: number, scans: number },
          ignored,
        ),
      ),
    },
    ignored,
  );
}

function columnReader(statistics: Reader<ColumnStatistics>, ignored: Set<string>): Reader<SnapshotColumn> {
  return record<SnapshotColumn>(
    'tables[].columns[]',
    {
      name: text,
      type: text,
      notNull: flag,
      default: optional(text),
      generated: optional(text),
      isVirtual: optional(flag),
      collation: optional(text),
      statistics: optional(statistics),
      inheritedStatistics: optional(statistics),
    },
    ignored,
  );
}

function extendedStatisticsReader(ignored: Set<string>): Reader<ExtendedStatistics> {
  return record<ExtendedStatistics>(
    'tables[].extendedStatistics[]',
    {
      schema: text,
      name: text,
      definition: text,
      isInherited: flag,
      distinct: optional(text),
      dependencies: optional(text),
    },
    ignored,
  );
}

function indexReader(statistics: Reader<ColumnStatistics>, ignored: Set<string>): Reader<SnapshotIndex> {
  const key = { name: optional(text), expression: optional(text), descending: flag };
  return record<SnapshotIndex>(
    'tables[].indexes[]',
    {
      name: text,
      definition: text,
      isPrimary: flag,
      isUnique: flag,
      isValid: flag,
      method: text,
      columns: listOf(record<SnapshotIndex['columns'][number]>('tables[].indexes[].columns[]', key, ignored)),
      predicate: optional(text),
      pages: number,
      rows: number,
      statistics: optional(mapOf(statistics)),
      activity: optional(
        record<IndexActivity>(
          'tables[].indexes[].activity',
          { scans: number, lastScan: optional(text), transactionsSince: number },
          ignored,
        ),
      ),
      duties: optional(
        listOf(oneOf('constraint', 'deferrable', 'foreign key', 'replica identity', 'cluster', 'part', 'building')),
      ),
    },
    ignored,
  );
}

function statisticsReader(ignored: Set<string>): Reader<ColumnStatistics> {
  return record<ColumnStatistics>(
    'statistics',
    {
      nullFraction: number,
      averageWidth: number,
      distinct: number,
      mostCommonValues: optional(text),
      mostCommonFrequencies: optional(text),
      histogramBounds: optional(text),
      correlation: optional(number),
      mostCommonElements: optional(text),
      mostCommonElementFrequencies: optional(text),
      elementCountHistogram: optional(text),
      rangeLengthHistogram: optional(text),
      rangeEmptyFraction: optional(number),
      rangeBoundsHistogram: optional(text),
    },
    ignored,
  );
}
