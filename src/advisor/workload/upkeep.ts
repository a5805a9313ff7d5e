import type { Snapshot, SnapshotTable } from '../../database/snapshot';
import type { IndexDefinition } from '../../nouns/fix';
import { columnsSet } from '../index-writes';
import { updatedColumns } from '../updated-columns';
import { width } from './index-pool';
import type { WorkloadGoal, WorkloadQuery } from './workload';

/** The planner's cost constants' defaults. */
const cpuOperatorCost = 0.0025;
const cpuIndexTupleCost = 0.005;
const pageCost = 1;
/** What a descent is charged for each page on its way (btcostestimate's DEFAULT_PAGE_CPU_MULTIPLIER). */
const operationsPerPage = 50;
const pageBytes = 8192;

/**
 * Cost of one new index entry, in the planner's units: the descent as btcostestimate charges it, the entry, and the
 * page that is dirtied, which is written to the log and to the file once. A GIN index takes an entry for each element
 * of the value: about ten.
 */
export function entryCost(index: IndexDefinition, sizeBytes: number, rows: number): number {
  const pages = Math.max(1, sizeBytes / pageBytes);
  const height = Math.ceil(Math.log(pages) / Math.log(200));
  const descent =
    Math.ceil(Math.log2(Math.max(2, rows))) * cpuOperatorCost + (height + 1) * operationsPerPage * cpuOperatorCost;
  const entries = index.method === 'gin' ? 10 : 1;
  return entries * (descent + cpuIndexTupleCost * width(index) + pageCost);
}

/**
 * Index entries that the table's writes made since the counting began: one for each inserted row and for each update
 * that was not heap-only. An update of one of the index's own columns never is.
 */
export function entriesWritten({ activity }: Pick<SnapshotTable, 'activity'>, isUpdated: boolean): number | undefined {
  if (!activity) return undefined;
  const { inserts, updates, hotUpdates } = activity;
  return inserts + (isUpdated ? updates : Math.max(0, updates - hotUpdates));
}

interface Counting {
  /** Weights are calls. */
  readonly isCounted: boolean;
  /** Rows that the counted statements wrote, by the table's name as it stands in them. */
  readonly writtenRows?: ReadonlyMap<string, number>;
}

/**
 * What an index costs to keep up, beside a workload whose weights are calls. The counters of tables are mostly older than those
 * of statements, which people reset: the rows that the counted statements wrote are the most that count beside their calls.
 * Weights that are no calls say nothing of how often rows are written: then it is 0.
 */
export function upkeepOf(
  snapshot: Snapshot,
  queries: readonly WorkloadQuery[],
  { isCounted, writtenRows }: Counting,
): WorkloadGoal['upkeep'] {
  if (!isCounted) return () => 0;
  const updates = queries.flatMap(({ statement }) => updatedColumns(statement));
  return (index, sizeBytes) => {
    const table = snapshot.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
    if (!table) return 0;
    const isUpdated = columnsSet(index, table, updates).length > 0;
    const counted =
      writtenRows && (writtenRows.get(table.name) ?? 0) + (writtenRows.get(`${table.schema}.${table.name}`) ?? 0);
    const entries = Math.min(entriesWritten(table, isUpdated) ?? 0, counted ?? Number.POSITIVE_INFINITY);
    return entries * entryCost(index, sizeBytes, table.rows);
  };
}
