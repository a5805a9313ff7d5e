import type { ColumnStatistics, Snapshot, SnapshotIndex, SnapshotTable } from '../snapshot';
import { checkedStatistics } from '../what-if/checked-statistics';
import { firstOutOfOrder } from './order';
import { LeftOut, shown } from './sentences';

const pageBytes = 8192;
/** Of a row and of an index entry where only one of pages and rows is known, in bytes; a round guess. */
const rowBytes = 100;
const entryBytes = 20;
/** MaxBlockNumber */
const mostPages = 4_294_967_294;

/**
 * The snapshot with only such numbers as a server could have. What is contradictory is named in `leftOut` and taken
 * for unknown; what else is known of the same column is kept.
 */
export function withoutContradictions(snapshot: Snapshot): Snapshot {
  const leftOut = new LeftOut();
  const tables = snapshot.tables.map((table) => soundTable(table, leftOut));
  return { ...snapshot, tables, leftOut: [...snapshot.leftOut, ...leftOut.sentences] };
}

function soundTable(table: SnapshotTable, leftOut: LeftOut): SnapshotTable {
  const name = shown(`${table.schema}.${table.name}`);
  const { pages, rows, assumed } = soundSize(table, rowBytes);
  if (assumed !== undefined) leftOut.add(`Table ${name} cannot have ${assumed}: its size is a guess.`);
  const isVisible = table.allVisiblePages >= 0 && table.allVisiblePages <= pages;
  if (!isVisible && assumed === undefined) {
    leftOut.add(
      `Table ${name} cannot have ${table.allVisiblePages} all-visible pages of ${pages}: none is taken for it.`,
    );
  }
  const { activity, ...rest } = table;
  return {
    ...rest,
    pages,
    rows,
    allVisiblePages: isVisible ? Math.round(table.allVisiblePages) : 0,
    columns: table.columns.map(({ statistics, inheritedStatistics, ...column }) => {
      const sound = (one: ColumnStatistics | undefined): ColumnStatistics | undefined =>
        one && soundStatistics(one, column.type, `column ${name}.${shown(column.name)}`, leftOut);
      return {
        ...column,
        ...(statistics && { statistics: sound(statistics) }),
        ...(inheritedStatistics && { inheritedStatistics: sound(inheritedStatistics) }),
      };
    }),
    indexes: table.indexes.map((index) => soundIndex(index, rows, leftOut)),
    ...(activity && Object.values(activity).every(isCount) && { activity }),
  };
}

function soundIndex(index: SnapshotIndex, tableRows: number, leftOut: LeftOut): SnapshotIndex {
  const { statistics, activity, ...rest } = index;
  const { pages, rows, assumed } = soundSize(index, entryBytes, tableRows);
  if (assumed !== undefined) leftOut.add(`Index ${shown(index.name)} cannot have ${assumed}: its size is a guess.`);
  const sound = Object.entries(statistics ?? {}).map(
    ([column, one]) =>
      [column, soundStatistics(one, '', `${shown(column)} of index ${shown(index.name)}`, leftOut)] as const,
  );
  return {
    ...rest,
    pages,
    rows,
    ...(statistics && { statistics: Object.fromEntries(sound) }),
    ...(activity && isCount(activity.scans) && isCount(activity.transactionsSince) && { activity }),
  };
}

/** One of pages and rows gives a guess of the other. */
function soundSize(
  { pages, rows }: { readonly pages: number; readonly rows: number },
  bytes: number,
  otherwise = 0,
): { readonly pages: number; readonly rows: number; readonly assumed?: string } {
  const hasPages = isCount(pages) && pages <= mostPages;
  const hasRows = isCount(rows);
  if (hasPages && hasRows) return { pages: Math.round(pages), rows };
  const perPage = pageBytes / bytes;
  const assumed = [hasPages ? '' : `${pages} pages`, hasRows ? '' : `${rows} rows`].filter(Boolean).join(' and ');
  if (hasPages) return { pages: Math.round(pages), rows: Math.round(pages * perPage), assumed };
  const known = hasRows ? rows : otherwise;
  return { pages: Math.min(Math.ceil(known / perPage), mostPages), rows: known, assumed };
}

/** The loader looks for contradictions too; here they are found for all who read statistics. `what`: `column "public.posts"."id"`. */
function soundStatistics(given: ColumnStatistics, type: string, what: string, leftOut: LeftOut): ColumnStatistics {
  const { statistics, refused } = checkedStatistics(given);
  for (const why of refused) leftOut.add(`Not all statistics of ${what} are used: ${why}.`);
  const { histogramBounds, ...others } = statistics;
  if (histogramBounds === undefined) return statistics;
  const wrong = firstOutOfOrder(histogramBounds, type);
  if (wrong === undefined) return statistics;
  const [before, after] = wrong.map(shown);
  leftOut.add(`Not all statistics of ${what} are used: in the histogram, ${before} stands before ${after}.`);
  return others;
}

function isCount(value: number): boolean {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
