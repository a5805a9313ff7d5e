import { arrayText, parseArrayText } from '../array-text';
import type { ColumnStatistics, SnapshotColumn } from '../snapshot';

/** Where the ids of a grown table lie: `low + (id - low) × scale`. */
export interface IdStretch {
  readonly low: number;
  readonly scale: number;
}

/** What a column points at. */
export interface Reference {
  /** How much the table that it points at grows. */
  readonly factor: number;
  /** How many keys that has today. */
  readonly keys: number;
  /** Where its keys are numbers that were counted up. */
  readonly stretch?: IdStretch;
}

export interface ColumnGrowth {
  readonly column: SnapshotColumn;
  readonly factor: number;
  /** Of the table, before and after. */
  readonly rows: number;
  readonly rowsAfter: number;
  /** It alone is a primary or unique key. */
  readonly isKey: boolean;
  readonly isEnum: boolean;
  /** Of the column's own numbers. */
  readonly stretch?: IdStretch;
  readonly reference?: Reference;
}

/** ANALYZE takes more distinct values than a tenth of the rows for a number that grows with them (compute_scalar_stats). */
const growingShare = 0.1;
/** Heaps' law: n words hold about √n different ones (its exponent is 0.4 to 0.6 in texts). */
const heapsExponent = 0.5;
/** A list of the most common values that leaves out less than this leaves out nothing: the frequencies are rounded. */
const whole = 0.9995;

/** The statistics of a column after its table grew; the same object where nothing changes. The rules: docs/growth.md. */
export function growColumn(statistics: ColumnStatistics, growth: ColumnGrowth): ColumnStatistics {
  if (growth.rows <= 0 || statistics.distinct === 0) return statistics;
  if (growth.isKey) return withBounds({ ...statistics, distinct: -1 }, statistics, growth.stretch);
  if (growth.reference) return growReference(statistics, growth, growth.reference);
  const today = distinctValues(statistics, growth.rows);
  if (isClosed(statistics, growth)) return withDistinct(statistics, today, growth.rowsAfter);
  const { type } = growth.column;
  if (type === 'date') return withDistinct(statistics, growDates(statistics, today, growth.factor), growth.rowsAfter);
  // More than a tenth of the rows: they stay that share.
  if (statistics.distinct < 0) return statistics;
  return withDistinct(statistics, today * growth.factor ** heapsExponent, growth.rowsAfter);
}

/**
 * How the numbers of a key stretch: counted up from 1 they end `factor` times as high. Undefined where they are spread
 * wider than ten times the rows (random, or made of a time), or are no integers: there growth fills the gaps.
 */
export function stretchOf(column: SnapshotColumn, rows: number, factor: number): IdStretch | undefined {
  const ids = countedIds(column, rows);
  if (!ids || factor === 1) return undefined;
  const { low, high, most } = ids;
  // 1 … 100 becomes 1 … 1,000.
  const scale = ((high - low + 1) * factor - 1) / (high - low);
  return { low, scale: Math.min(scale, Math.max(1, (most - low) / (high - low))) };
}

/** The highest id of today, and the highest that the type has; undefined where ids are not counted up. */
export function largestIdOf(column: SnapshotColumn, rows: number): { today: number; most: number } | undefined {
  const ids = countedIds(column, rows);
  return ids && { today: Math.max(1, ids.high), most: ids.most };
}

function countedIds(column: SnapshotColumn, rows: number): { low: number; high: number; most: number } | undefined {
  const most = largestOf[column.type];
  const bounds = parseArrayText(column.statistics?.histogramBounds ?? '{}').map(Number);
  const low = bounds[0];
  const high = bounds.at(-1);
  if (most === undefined || low === undefined || high === undefined || !(high > low)) return undefined;
  return high - low > Math.max(1_000, rows * 10) ? undefined : { low, high, most };
}

/** Beyond these the ids of a type are used up. Above 2^53 a number is not exact, and nobody counts that far. */
const largestOf: Readonly<Record<string, number>> = {
  smallint: 32_767,
  integer: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
};

/**
 * What points at a table that grows points at as large a part of it as before, and each of the keys that are common today
 * has a smaller part of the rows. What points at a table that stays reaches, with each row that comes, keys that had none:
 * a share u of keys without rows becomes u^factor, as when rows fall at random.
 */
function growReference(statistics: ColumnStatistics, growth: ColumnGrowth, to: Reference): ColumnStatistics {
  const today = distinctValues(statistics, growth.rows);
  if (to.factor === 1) {
    const keys = Math.max(to.keys, today);
    const after = Number.isFinite(keys) ? keys * (1 - (1 - today / keys) ** growth.factor) : today;
    return withDistinct(statistics, after, growth.rowsAfter);
  }
  const after = Math.min(today * to.factor, Math.max(to.keys, today) * to.factor);
  const stretched = withBounds(withDistinct(statistics, after, growth.rowsAfter), statistics, to.stretch);
  if (statistics.mostCommonFrequencies === undefined) return stretched;
  const frequencies = parseArrayText(statistics.mostCommonFrequencies).map((one) => Number(one) / to.factor);
  return { ...stretched, mostCommonFrequencies: `{${frequencies.join(',')}}` };
}

/**
 * A boolean, an enum, or a column whose list of most common values leaves out nothing: ANALYZE keeps all values only where
 * it met no other (`status`, `kind`). Its values and their shares stay.
 */
function isClosed(statistics: ColumnStatistics, { column, isEnum }: ColumnGrowth): boolean {
  if (isEnum || column.type === 'boolean') return true;
  if (statistics.mostCommonFrequencies === undefined || statistics.histogramBounds !== undefined) return false;
  return coverage(statistics) + statistics.nullFraction >= whole;
}

function coverage(statistics: ColumnStatistics): number {
  return parseArrayText(statistics.mostCommonFrequencies ?? '{}').reduce((sum, one) => sum + Number(one), 0);
}

/** The days stay the same: rows fall on those that had none. */
function growDates(statistics: ColumnStatistics, today: number, factor: number): number {
  const bounds = parseArrayText(statistics.histogramBounds ?? '{}').map((bound) => Date.parse(bound ?? ''));
  const days = ((bounds.at(-1) ?? Number.NaN) - (bounds[0] ?? Number.NaN)) / 86_400_000 + 1;
  return days > today ? days * (1 - (1 - today / days) ** factor) : today;
}

/**
 * `{"1, 2": 11}` of CREATE STATISTICS: combinations grow like the column of theirs that grows most. `before` and `after` are
 * the columns' statistics in the order of their numbers; what is no column (an expression) does not grow.
 */
export function growCombinations(
  text: string,
  before: readonly (ColumnStatistics | undefined)[],
  after: readonly (ColumnStatistics | undefined)[],
  { rows, rowsAfter }: Pick<ColumnGrowth, 'rows' | 'rowsAfter'>,
): string {
  return text.replace(/"([-\d, ]+)": ([\d.e+]+)/g, (_, columns: string, count: string) => {
    const factors = columns.split(',').map((column) => {
      const [was, is] = [before[Number(column) - 1], after[Number(column) - 1]];
      return was && is ? distinctValues(is, rowsAfter) / distinctValues(was, rows) : 1;
    });
    return `"${columns}": ${Math.round(Math.min(rowsAfter, Number(count) * Math.max(...factors)))}`;
  });
}

/** Of those that are not null. */
function distinctValues({ distinct }: ColumnStatistics, rows: number): number {
  return Math.max(1, distinct < 0 ? -distinct * rows : distinct);
}

function withDistinct(statistics: ColumnStatistics, count: number, rows: number): ColumnStatistics {
  const share = Math.min(1, count / Math.max(1, rows));
  const distinct = share > growingShare ? -share : Math.max(1, Math.round(count));
  const isSame = Math.abs(distinct / statistics.distinct - 1) < 1e-6;
  return isSame ? statistics : { ...statistics, distinct };
}

/**
 * `statistics` with the ids of `from` stretched. The common values are today's rows and keep their ids; where they were all
 * there are, the rows that come are spread evenly.
 */
function withBounds(
  statistics: ColumnStatistics,
  from: ColumnStatistics,
  stretch: IdStretch | undefined,
): ColumnStatistics {
  if (stretch === undefined) return statistics;
  const values = parseArrayText(from.histogramBounds ?? from.mostCommonValues ?? '{}').map(Number);
  if (values.length < 2 || !values.every(Number.isFinite)) return statistics;
  const move = (id: number): number => Math.round(stretch.low + (id - stretch.low) * stretch.scale);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const bounds =
    from.histogramBounds === undefined
      ? Array.from({ length: 101 }, (_, i) => move(low + ((high - low) * i) / 100))
      : values.map(move);
  return { ...statistics, histogramBounds: arrayText(bounds.map(String)) };
}
