import type { ColumnStatistics, ExtendedStatistics } from '../snapshot';
import type { ColumnRow, ExtendedStatisticsRow, StatisticsRow } from './queries';

export function columnStatistics(row: StatisticsRow | undefined): ColumnStatistics | undefined {
  if (!row) return undefined;
  return {
    nullFraction: row.nullFraction,
    averageWidth: row.averageWidth,
    distinct: row.distinct,
    ...optional('mostCommonValues', row.mostCommonValues),
    ...optional('mostCommonFrequencies', row.mostCommonFrequencies),
    ...optional('histogramBounds', row.histogramBounds),
    ...optional('correlation', row.correlation),
    ...optional('mostCommonElements', row.mostCommonElements),
    ...optional('mostCommonElementFrequencies', row.mostCommonElementFrequencies),
    ...optional('elementCountHistogram', row.elementCountHistogram),
    ...optional('rangeLengthHistogram', row.rangeLengthHistogram),
    ...optional('rangeEmptyFraction', row.rangeEmptyFraction),
    ...optional('rangeBoundsHistogram', row.rangeBoundsHistogram),
  };
}

/** pg_stats_ext numbers the columns as the server does, where dropped ones left gaps; a snapshot has no gaps. */
export function extendedStatistics(row: ExtendedStatisticsRow, columns: readonly ColumnRow[]): ExtendedStatistics {
  const position = (number: string): string =>
    number.startsWith('-') ? number : String(columns.findIndex((column) => column.number === Number(number)) + 1);
  // Only keys have numbers before a comma, an arrow or a quote that ends them.
  const renumbered = (text: string | null): string | undefined =>
    text?.replace(/"[^"]*"/g, (key) => key.replace(/-?\d+/g, position));
  return {
    schema: row.schema,
    name: row.name,
    definition: row.definition,
    isInherited: row.isInherited,
    ...optional('distinct', renumbered(row.distinct)),
    ...optional('dependencies', renumbered(row.dependencies)),
  };
}

/** `{ [key]: value }`, or nothing at all for null and undefined. */
export function optional<Key extends string, Value>(key: Key, value: Value | null | undefined): { [K in Key]?: Value } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

export function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** A schema's name may end with a dot and a word, and a table's begin so. */
export const nameKey = (schema: string, name: string): string => JSON.stringify([schema, name]);
