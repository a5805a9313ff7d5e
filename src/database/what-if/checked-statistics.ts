import { arrayLength, parseArrayText } from '../array-text';
import type { ColumnStatistics } from '../snapshot';

/** Statistics that contradict nobody, and what had to be changed for that: `its distinct values (-5) cannot be`. */
export interface CheckedStatistics {
  readonly statistics: ColumnStatistics;
  readonly refused: readonly string[];
}

/** Rounding in a thousand frequencies of float4. */
const tolerance = 0.001;

/**
 * What a snapshot file says may be anything, and PostgreSQL believes most of it: it reads as many frequencies as there
 * are values, whether they are there or not. What cannot be of any table is taken out here, the rest is kept.
 */
export function checkedStatistics(given: ColumnStatistics): CheckedStatistics {
  const refused: string[] = [];
  const kept: { -readonly [Key in keyof ColumnStatistics]: ColumnStatistics[Key] } = { ...given };
  const drop = (why: string, ...keys: (keyof ColumnStatistics)[]): void => {
    if (keys.every((key) => given[key] === undefined)) return;
    for (const key of keys) delete kept[key];
    refused.push(why);
  };
  const inRange = (key: 'nullFraction' | 'distinct' | 'averageWidth', what: string, least: number, most: number) => {
    const value = given[key];
    if (Number.isFinite(value) && value >= least && value <= most) return;
    kept[key] = Number.isFinite(value) ? Math.min(Math.max(value, least), most) : Math.min(Math.max(0, least), most);
    refused.push(`${what} (${value}) cannot be, ${kept[key]} is used`);
  };
  inRange('nullFraction', 'the share of nulls', 0, 1);
  inRange('distinct', 'the number of distinct values', -1, Number.MAX_VALUE);
  // ANALYZE says 0 for a column of nulls.
  inRange('averageWidth', 'the average width', 0, 1_073_741_823);
  if (given.correlation !== undefined && !(Math.abs(given.correlation) <= 1 + tolerance)) {
    drop(`the correlation (${given.correlation}) is not between -1 and 1`, 'correlation');
  }

  const common = contradiction(given.mostCommonValues, given.mostCommonFrequencies, 0, 1);
  if (common) drop(`the most common values: ${common}`, 'mostCommonValues', 'mostCommonFrequencies');
  // Behind the frequencies of the elements stand their least, their greatest, and that of null.
  const elements = contradiction(given.mostCommonElements, given.mostCommonElementFrequencies, 3, Infinity);
  if (elements) drop(`the most common elements: ${elements}`, 'mostCommonElements', 'mostCommonElementFrequencies');
  for (const [key, what] of histograms) {
    const bounds = given[key];
    if (bounds === undefined) continue;
    const length = arrayLength(bounds);
    if (length === undefined) drop(`${what} is no array`, key);
    else if (length < 2) drop(`${what} has ${length} bounds`, key);
  }
  if (given.elementCountHistogram !== undefined && !isNumeric(given.elementCountHistogram)) {
    drop('the histogram of element counts is not of numbers', 'elementCountHistogram');
  }
  return refused.length === 0 ? { statistics: given, refused } : { statistics: kept, refused };
}

const histograms = [
  ['histogramBounds', 'the histogram'],
  ['rangeBoundsHistogram', 'the histogram of bounds'],
  ['rangeLengthHistogram', 'the histogram of lengths'],
] as const;

/** `extra`: how many more frequencies there may be than values. */
function contradiction(
  values: string | undefined,
  frequencies: string | undefined,
  extra: number,
  greatestSum: number,
): string | undefined {
  if (values === undefined && frequencies === undefined) return undefined;
  if (values === undefined || frequencies === undefined) return 'values and frequencies do not come together';
  const count = arrayLength(values);
  if (count === undefined || arrayLength(frequencies) === undefined) return 'they are no array';
  const numbers = parseArrayText(frequencies).map((text) => (text === null ? Number.NaN : Number(text)));
  const behind = numbers.length - count;
  if (behind < 0 || behind > extra) return `${count} values have ${numbers.length} frequencies`;
  const shares = numbers.slice(0, count);
  if (!numbers.every((share) => share >= 0 && share <= 1 + tolerance)) return 'a frequency is not between 0 and 1';
  return shares.reduce((sum, share) => sum + share, 0) > greatestSum + tolerance
    ? 'the frequencies add up to more than 1'
    : undefined;
}

function isNumeric(text: string): boolean {
  return (
    arrayLength(text) !== undefined && parseArrayText(text).every((one) => one !== null && Number.isFinite(Number(one)))
  );
}
