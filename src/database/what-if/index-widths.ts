import { parseArrayText } from '../array-text';
import type { ColumnStatistics } from '../snapshot';

/** Bytes that one value takes in an index tuple. */
export interface ValueWidth {
  readonly bytes: number;
  /** To how many bytes it is aligned: 1 for a short variable-length value, whose header has one byte. */
  readonly alignment: number;
}

/** A column as an index stores it. */
export interface KeyColumn {
  /** pg_attribute.attlen: bytes, or -1 for variable length. */
  readonly length: number;
  /** pg_attribute.attalign in bytes: 1, 2, 4 or 8. */
  readonly alignment: number;
  /** As format_type prints it: tells how the texts of pg_stats are stored. */
  readonly type?: string;
  readonly statistics?: ColumnStatistics;
}

/** Values of this many bytes and less have a header of one byte (VARATT_SHORT_MAX, less its own header). */
const shortBytes = 126;
/** Where nothing is known. */
const assumedBytes = 32;
const indexHeader = 8;
/** Header and the bitmap of nulls, aligned (IndexInfoFindDataOffset). */
const indexHeaderWithNulls = 16;
/** So many tuples are put together from the values that statistics name. */
const drawn = 240;

/**
 * Mean bytes of one index tuple, each aligned to 8 as index_form_tuple does: the values that pg_stats names stand for
 * all, so that texts of 3 to 11 bytes cost what they cost one by one. `nulls` says which columns are NULL, bit 0 for the
 * first; without it they are as often NULL as the statistics say.
 */
export function tupleBytes(columns: readonly KeyColumn[], nulls?: number): number {
  const widths = columns.map((column) => valueWidths(column));
  const nullFractions = columns.map(({ statistics }, i) =>
    nulls === undefined ? (statistics?.nullFraction ?? 0) : (nulls >> i) & 1,
  );
  if (widths.every((one) => one.length === 1) && nullFractions.every((fraction) => fraction === 0 || fraction === 1)) {
    return tuple(widths.map((one, i) => (nullFractions[i] === 1 ? undefined : one[0])));
  }
  let sum = 0;
  for (let i = 0; i < drawn; i++) {
    const values = widths.map((one, column) => {
      const isNull = spread(i, 2 * column) < (nullFractions[column] ?? 0);
      return isNull ? undefined : one[Math.floor(spread(i, 2 * column + 1) * one.length)];
    });
    sum += tuple(values);
  }
  return sum / drawn;
}

export const align = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

function tuple(values: readonly (ValueWidth | undefined)[]): number {
  let bytes = values.includes(undefined) ? indexHeaderWithNulls : indexHeader;
  for (const value of values) if (value) bytes = align(bytes, value.alignment) + value.bytes;
  return align(bytes, 8);
}

/** The i-th of evenly spread numbers from 0 to 1, in another order for every column: multiples of the roots of primes. */
const spread = (i: number, column: number): number => ((i + 0.5) * Math.sqrt(primes[column % primes.length] ?? 2)) % 1;
const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/** Of the values that are not null, equally likely each. */
function valueWidths({ length, alignment, type, statistics }: KeyColumn): readonly ValueWidth[] {
  if (length > 0) return [{ bytes: length, alignment }];
  const average = statistics?.averageWidth ?? assumedBytes;
  const stored = storedBytes(type);
  const samples = stored === undefined ? [] : sampleWidths(statistics, stored);
  if (samples.length === 0) return [sized(average, alignment)];
  // Values that are too long for statistics are missing among the samples: the average knows them. It is cut to a whole number.
  const mean = samples.reduce((sum, bytes) => sum + bytes, 0) / samples.length;
  const missing = mean < average || mean > average + 2 ? average + 0.5 - mean : 0;
  return samples.map((bytes) => sized(Math.max(1, Math.round(bytes + missing)), alignment));
}

const sized = (bytes: number, alignment: number): ValueWidth =>
  bytes > shortBytes ? { bytes: bytes + 3, alignment } : { bytes, alignment: 1 };

/** The most common values as often as they are common, and the bounds of the histogram for the rest. */
function sampleWidths(statistics: ColumnStatistics | undefined, stored: (text: string) => number): number[] {
  const present = 1 - (statistics?.nullFraction ?? 0);
  const common = parseArrayText(statistics?.mostCommonValues ?? '{}');
  const frequencies = parseNumbers(statistics?.mostCommonFrequencies);
  const bounds = parseArrayText(statistics?.histogramBounds ?? '{}');
  if (present <= 0 || common.length + bounds.length === 0) return [];
  const widths: number[] = [];
  const total = 400;
  let used = 0;
  let due = 0;
  for (const [i, value] of common.entries()) {
    const share = (frequencies[i] ?? 0) / present;
    used += share;
    for (due += share * total; due >= 1; due--) if (value !== null) widths.push(stored(value));
  }
  const left = Math.max(0, 1 - used) * total;
  const every = bounds.length / left;
  for (let i = 0; bounds.length > 0 && i < Math.round(left); i++) {
    const value = bounds[Math.min(bounds.length - 1, Math.floor(i * every))];
    if (value !== null && value !== undefined) widths.push(stored(value));
  }
  return widths;
}

/** How many bytes a value takes with its header of one byte, by the text that stands in pg_stats. */
function storedBytes(type: string | undefined): ((text: string) => number) | undefined {
  if (type === undefined) return undefined;
  if (/^(text|character|varchar|char|bpchar|citext|name)\b/.test(type)) return (text) => 1 + Buffer.byteLength(text);
  if (/^numeric\b/.test(type)) return numericBytes;
  if (/^bytea\b/.test(type)) return (text) => 1 + (text.length - 2) / 2;
  if (/^(inet|cidr)\b/.test(type)) return (text) => (text.includes(':') ? 19 : 7);
  return undefined;
}

/** Two bytes of header and two for each four digits before and after the point (numeric.c's short format). */
function numericBytes(text: string): number {
  const [whole = '', fraction = ''] = text.replace(/^-/, '').split('.');
  const before = whole.replace(/^0+/, '');
  const after = fraction.replace(/0+$/, '');
  const digits = Math.ceil(before.length / 4) + Math.ceil(after.length / 4);
  return 1 + 2 + 2 * digits;
}

/** `{0.9,0.08,0.02}` → [0.9, 0.08, 0.02] */
export function parseNumbers(text: string | undefined): number[] {
  if (text === undefined) return [];
  return text
    .replace(/[{}]/g, '')
    .split(',')
    .map(Number)
    .filter((number) => Number.isFinite(number) && number > 0);
}
