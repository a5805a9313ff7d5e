import type { ColumnStatistics } from './column-statistics';

/** Rows on disk: https://www.postgresql.org/docs/current/storage-page-layout.html */
export const pageHeader = 24;
export const linePointer = 4;
const maximumAlignment = 8;

/** A row has a bitmap of NULLs when one of its columns is NULL; taken as if columns were NULL independently. */
export function shareWithNulls(columns: readonly ColumnStatistics[]): number {
  return 1 - columns.reduce((share, { nullShare }) => share * (1 - nullShare), 1);
}

/** Expected bytes, and where they end: at `residue` modulo `modulus`, a power of two; more is not known. */
interface Place {
  readonly bytes: number;
  readonly modulus: number;
  readonly residue: number;
}

/** Bytes of one row's columns with the padding between them, and behind them up to the next row. */
export function dataBytes(columns: readonly ColumnStatistics[]): number {
  const end = columns.reduce<Place>(afterColumn, { bytes: 0, modulus: maximumAlignment, residue: 0 });
  const onAverage = end.bytes + padding(end, maximumAlignment);
  // Texts of nearly one length all need the same padding, which may be more than the average.
  return Math.max(onAverage, align(end.bytes));
}

/** Values of varying width below 127 bytes have a short header and no padding. */
function afterColumn(place: Place, { typeLength, alignment, width, nullShare }: ColumnStatistics): Place {
  const step = typeLength > 0 || width >= 127 ? alignment : 1;
  const before = padding(place, step);
  const present = 1 - nullShare;
  const bytes = place.bytes + present * (before + (typeLength > 0 ? typeLength : width));
  if (present === 0) return place;
  if (typeLength <= 0) return { bytes, modulus: 1, residue: 0 };
  if (place.modulus < step) {
    return present < 1 ? { bytes, modulus: 1, residue: 0 } : { bytes, modulus: step, residue: typeLength % step };
  }
  const taken = before + typeLength;
  if (present === 1) return { bytes, modulus: place.modulus, residue: (place.residue + taken) % place.modulus };
  const modulus = Math.min(place.modulus, lowestBit(taken));
  return { bytes, modulus, residue: place.residue % modulus };
}

function padding({ modulus, residue }: Place, step: number): number {
  return modulus >= step ? align(residue, step) - residue : (step - modulus) / 2;
}

export function align(bytes: number, step = maximumAlignment): number {
  return Math.ceil(bytes / step) * step;
}

/** 12 → 4 */
function lowestBit(number: number): number {
  return number & -number;
}
