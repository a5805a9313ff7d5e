import { parseArrayText } from '../array-text';

/**
 * The first two neighbours of a histogram (an array's text) of which the second is smaller; undefined where all rise,
 * and for types whose order depends on a collation or on an operator class that we do not know.
 */
export function firstOutOfOrder(histogram: string, type: string): readonly [string, string] | undefined {
  const compare = comparison(type);
  if (!compare) return undefined;
  const values = parseArrayText(histogram);
  for (let i = 1; i < values.length; i++) {
    const [before, after] = [values[i - 1] ?? '', values[i] ?? ''];
    if (compare(before, after) > 0) return [before, after];
  }
  return undefined;
}

/** Positive when `a` is the greater one; 0 as well for what cannot be compared here. */
type Comparison = (a: string, b: string) => number;

function comparison(type: string): Comparison | undefined {
  if (/^(?:smallint|integer|bigint|oid)$/.test(type)) return byInteger;
  if (/^(?:numeric|real|double precision)\b/.test(type) && !type.endsWith(']')) return byNumber;
  if (/^timestamp.*with time zone$/.test(type)) return byTime(86_400_000);
  if (/^(?:date|timestamp(?:\(\d\))? without time zone)$/.test(type)) return byTime(0);
  if (type === 'uuid') return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return undefined;
}

const byInteger: Comparison = (a, b) => {
  if (!/^-?\d{1,30}$/.test(a) || !/^-?\d{1,30}$/.test(b)) return 0;
  const [left, right] = [BigInt(a), BigInt(b)];
  return left > right ? 1 : left < right ? -1 : 0;
};

/** To the precision of a double: numerics that differ behind it are taken as equal. */
const byNumber: Comparison = (a, b) => {
  const [left, right] = [Number(a), Number(b)];
  return Number.isFinite(left) && Number.isFinite(right) ? left - right : 0;
};

/** `2026-11-22 10:00:00.5+01`: only ISO dates after Christ. Time zones are not looked at: `slack` ms are forgiven. */
const byTime =
  (slack: number): Comparison =>
  (a, b) => {
    // Nearly always: the same four-digit years, and the text rises.
    if (a[4] === '-' && b[4] === '-' && a.slice(0, 10) <= b.slice(0, 10)) return 0;
    const [left, right] = [dateOf(a), dateOf(b)];
    if (left === undefined || right === undefined) return 0;
    return left - right > slack ? 1 : 0;
  };

function dateOf(text: string): number | undefined {
  const [, year, month, day, time] = /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d:\d\d))?[^B]*$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = time?.split(':').map(Number) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), hours, minutes, seconds);
}
