import { parseArrayText } from '../array-text';
import type { ColumnStatistics } from '../snapshot';
import { type KeyColumn, parseNumbers } from './index-widths';

/** Keys that have about equally many rows each. */
export interface KeyGroup {
  readonly keys: number;
  /** Rows of one key: exactly so many, or the mean of a Poisson distribution (then keys that no row has are among them). */
  readonly rows: number;
  readonly isExact: boolean;
  /** Which columns are NULL: bit 0 for the first. */
  readonly nulls: number;
}

export interface KeysOf {
  /** Of the table. */
  readonly rows: number;
  readonly columns: readonly KeyColumn[];
  /** Distinct keys that there must be, because of a unique key. */
  readonly distinctAtLeast?: number;
  /** As CREATE STATISTICS knows it, for several columns. */
  readonly distinctAtMost?: number;
  /** Share of the table's rows that a partial index holds. */
  readonly fraction?: number;
}

/** Groups of keys are merged down to this many, before they are combined with those of another column and after. */
const mostGroups = 24;
/** Above, a Poisson distribution is as good as its mean. */
const largeMean = 30;
/** ANALYZE reads 300 rows for each unit of the statistics target, 100 by default. */
const sampledRows = 30_000;

/** How the rows of an index share its keys. */
export function keyGroups({ rows, columns, distinctAtLeast = 0, distinctAtMost, fraction = 1 }: KeysOf): KeyGroup[] {
  const groups =
    columns.length > 1 && distinctAtMost !== undefined
      ? [poisson(rows, Math.max(1, Math.min(rows, distinctAtMost)))]
      : groupsOf(rows, columns, distinctAtLeast);
  return fraction >= 1 ? groups : groups.map((group) => thinned(group, fraction));
}

/** The keys of a group that at least one row has. */
export const occupied = ({ keys, rows, isExact }: Pick<KeyGroup, 'keys' | 'rows' | 'isExact'>): number =>
  isExact ? keys : keys * -Math.expm1(-rows);

/** Calls `visit` with each number of rows that a key of the group can have, and how many keys have so many. */
export function eachSize({ keys, rows, isExact }: KeyGroup, visit: (rows: number, keys: number) => void): void {
  if (isExact || rows > largeMean) {
    const low = Math.max(1, Math.floor(rows));
    const high = Math.max(0, rows - low);
    visit(low, keys * (1 - high));
    if (high > 0) visit(low + 1, keys * high);
    return;
  }
  let probability = Math.exp(-rows);
  for (let size = 1; size <= largeMean * 3; size++) {
    probability *= rows / size;
    if (probability * keys > 1e-6) visit(size, keys * probability);
    else if (size > rows) return;
  }
}

/** What is left of a group when each row stays by chance. */
function thinned({ keys, rows, isExact, nulls }: KeyGroup, fraction: number): KeyGroup {
  if (isExact && rows <= 1) return { keys: keys * fraction, rows, isExact, nulls };
  return { keys, rows: rows * fraction, isExact: isExact && rows * fraction > largeMean, nulls };
}

function groupsOf(rows: number, columns: readonly KeyColumn[], distinctAtLeast: number): KeyGroup[] {
  const [first, ...others] = columns;
  if (!first || rows <= 0) return [];
  if (others.length === 0) return columnGroups(rows, first, distinctAtLeast);
  if (distinctAtLeast < rows) {
    let shares = shared(columnGroups(rows, first, 0), rows);
    for (const [i, column] of others.entries()) {
      const next = shared(columnGroups(rows, column, 0), rows);
      shares = merged(
        shares.flatMap((a) => next.map((b) => ({ ...combined(a, b, rows), nulls: a.nulls | (b.nulls << (i + 1)) }))),
      );
    }
    const groups = shares.map(({ keys, share, nulls, isSingle }) => ({
      keys,
      rows: share * rows,
      isExact: isSingle,
      nulls,
    }));
    const distinct = groups.reduce((sum, group) => sum + occupied(group), 0);
    if (distinct >= distinctAtLeast) return groups;
  }
  // A unique key says so: rows that chance would put together are apart.
  const keys = Math.max(1, Math.min(rows, distinctAtLeast));
  return [{ keys, rows: rows / keys, isExact: true, nulls: 0 }];
}

interface Share {
  readonly keys: number;
  /** Of the rows, that one key has. */
  readonly share: number;
  readonly nulls: number;
  /** Every key has one row. */
  readonly isSingle: boolean;
}

const shared = (groups: readonly KeyGroup[], rows: number): Share[] =>
  merged(
    groups.map((group) => ({
      keys: group.keys,
      share: group.rows / rows,
      nulls: group.nulls,
      isSingle: group.isExact && group.rows <= 1,
    })),
  );

/** Keys of two columns that know nothing of each other; what is single in one column stays single with any other. */
function combined(a: Share, b: Share, rows: number): Omit<Share, 'nulls'> {
  const isSingle = a.isSingle || b.isSingle;
  const share = a.share * b.share;
  const keys = a.keys * b.keys;
  return isSingle ? { keys: keys * share * rows, share: 1 / rows, isSingle } : { keys, share, isSingle };
}

/** Neighbours by share become one, so that the rows stay as many; those with other NULLs stay apart. */
function merged(shares: readonly Share[]): Share[] {
  if (shares.length <= mostGroups) return [...shares];
  const kindOf = ({ nulls, isSingle }: Share): number => nulls * 2 + (isSingle ? 1 : 0);
  const kinds = [...new Set(shares.map(kindOf))];
  return kinds.flatMap((kind) => {
    const some = shares.filter((share) => kindOf(share) === kind && share.keys * share.share > 0);
    some.sort((a, b) => a.share - b.share);
    const step = some.reduce((sum, { keys, share }) => sum + keys * share, 0) / (mostGroups / kinds.length);
    const result: Share[] = [];
    let keys = 0;
    let part = 0;
    for (const one of some) {
      keys += one.keys;
      part += one.keys * one.share;
      if (part < step && one !== some.at(-1)) continue;
      result.push({ ...one, keys, share: part / keys });
      keys = 0;
      part = 0;
    }
    return result;
  });
}

/**
 * One column: NULL, the most common values by their frequencies, and the rest. The rest is not spread evenly: where the
 * histogram's bounds stand close, many rows share few keys, since each bucket holds equally many rows.
 */
function columnGroups(rows: number, { type, statistics }: KeyColumn, distinctAtLeast: number): KeyGroup[] {
  if (!statistics) return [{ keys: rows, rows: 1, isExact: true, nulls: 0 }];
  const { nullFraction } = statistics;
  const frequencies = parseNumbers(statistics.mostCommonFrequencies);
  const groups: KeyGroup[] = frequencies.map((frequency) => ({
    keys: 1,
    rows: frequency * rows,
    isExact: true,
    nulls: 0,
  }));
  if (nullFraction > 0) groups.push({ keys: 1, rows: nullFraction * rows, isExact: true, nulls: 1 });
  const left = rows * (1 - nullFraction - frequencies.reduce((sum, frequency) => sum + frequency, 0));
  if (left < 1) return groups;
  const distinct = Math.max(distinctValues(statistics, rows), Math.min(distinctAtLeast, rows * (1 - nullFraction)));
  const keys = Math.min(left, Math.max(1, distinct - frequencies.length));
  // A unique key knows better than the type.
  const whole = distinctAtLeast === 0 && rows > sampledRows && /^(smallint|integer|bigint)\b/.test(type ?? '');
  return [...groups, ...restGroups(left, keys, bucketWidths(type, statistics.histogramBounds), whole)];
}

/** Rows over keys of a column, more keys where the histogram's buckets are wider. */
function restGroups(rows: number, distinct: number, widths: readonly number[], areWhole: boolean): KeyGroup[] {
  // All have their own, or there is no histogram to go by.
  if (distinct > rows * 0.98) return [{ keys: distinct, rows: rows / distinct, isExact: true, nulls: 0 }];
  if (widths.length < 10) return [poisson(rows, distinct)];
  const bucket = rows / widths.length;
  // So many possible keys a unit of width, that as many are met as there are distinct values.
  const met = (density: number): number =>
    widths.reduce(
      (sum, width) => sum + occupied({ keys: width * density, rows: bucket / (width * density), isExact: false }),
      0,
    );
  const keys = areWhole ? likelyDistinct(rows, distinct, met(1)) : distinct;
  const density = bisect(1e-18, 1e18, (middle) => met(middle) < keys);
  return widths.map((width) => {
    const possible = Math.max(1, width * density);
    return { keys: possible, rows: bucket / possible, isExact: false, nulls: 0 };
  });
}

/**
 * ANALYZE finds too few distinct values in a sample when many values are rare or stand together (Haas and Stokes' Duj1;
 * TPC-H: 380,000 order keys of 1.5 million). For whole numbers the histogram bounds them from above: as many as
 * there would be if none were left out between the bounds. Truth lies between; the middle halves the error.
 */
function likelyDistinct(rows: number, distinct: number, most: number): number {
  if (distinct < sampledRows / 20 || most < distinct) return distinct;
  return Math.min(rows, 3 * distinct, Math.sqrt(distinct * most));
}

/** As many possible keys as it takes for so many to be met by chance. */
function poisson(rows: number, distinct: number): KeyGroup {
  const keys = bisect(distinct, distinct * 1e6, (middle) => {
    return occupied({ keys: middle, rows: rows / middle, isExact: false }) < distinct;
  });
  return { keys, rows: rows / keys, isExact: false, nulls: 0 };
}

function bisect(low: number, high: number, isTooLow: (middle: number) => boolean): number {
  for (let i = 0; i < 60 && high / low > 1.001; i++) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (isTooLow(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Distances between the histogram's bounds, for types whose values are numbers or times; else none. */
function bucketWidths(type: string | undefined, histogram: string | undefined): number[] {
  const read = type === undefined ? undefined : numberReader(type);
  if (!read || histogram === undefined) return [];
  const numbers = parseArrayText(histogram).map((text) => (text === null ? Number.NaN : read(text)));
  if (numbers.some((number) => !Number.isFinite(number))) return [];
  const widths = numbers.slice(1).map((number, i) => number - (numbers[i] ?? 0));
  const widest = Math.max(...widths);
  // Bounds that are equal: few keys, but not none.
  return widest > 0 ? widths.map((width) => Math.max(width, widest * 1e-9)) : [];
}

function numberReader(type: string): ((text: string) => number) | undefined {
  if (/^(smallint|integer|bigint|numeric|real|double precision|oid)\b/.test(type)) return Number;
  if (/^date\b|^timestamp/.test(type)) return milliseconds;
  return undefined;
}

/** The zone is left out: two times of one zone are as far apart in any other. */
function milliseconds(text: string): number {
  if (!text.includes(':')) return Date.parse(text);
  return Date.parse(`${text.replace(/[+-]\d\d(?::\d\d)*$/, '').replace(' ', 'T')}Z`);
}

/** Of the rows that are not null. */
export function distinctValues(statistics: ColumnStatistics, rows: number): number {
  const { distinct, nullFraction } = statistics;
  const count = distinct < 0 ? -distinct * rows : distinct;
  if (count === 0) return Math.min(200, rows);
  return Math.max(1, Math.min(count, rows * (1 - nullFraction) || 1));
}
