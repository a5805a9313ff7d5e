import { quoteIdentifier } from '../../sql/identifiers';
import { arrayText, parseArrayText } from '../array-text';
import type { ColumnStatistics, SnapshotColumn, SnapshotTable } from '../snapshot';
import { distinctValues } from './index-groups';
import { distinctOf } from './index-interpolation';
import { parseNumbers } from './index-widths';
import type { MemoryPostgres } from './pglite';

/** One value that pg_stats names. */
export interface SampledValue {
  readonly text: string;
  /** Of the rows that are not null, for which it stands. */
  readonly share: number;
}

/** The most common values with their frequencies, and the histogram's bounds, which share the rest evenly. */
export function sampledValues(statistics: ColumnStatistics | undefined): SampledValue[] {
  if (!statistics) return [];
  const present = 1 - statistics.nullFraction;
  if (present <= 0) return [];
  const frequencies = parseNumbers(statistics.mostCommonFrequencies).map((frequency) =>
    Math.min(1, frequency / present),
  );
  const common = parseArrayText(statistics.mostCommonValues ?? '{}');
  const bounds = parseArrayText(statistics.histogramBounds ?? '{}');
  const rest = Math.max(0, 1 - frequencies.reduce((sum, frequency) => sum + frequency, 0));
  return [
    ...common.flatMap((text, i) => (text === null ? [] : [{ text, share: frequencies[i] ?? 0 }])),
    ...bounds.flatMap((text) => (text === null ? [] : [{ text, share: rest / bounds.length }])),
  ];
}

/** An expression over one column. */
export interface ExpressionOf {
  readonly table: SnapshotTable;
  readonly column: SnapshotColumn;
  readonly own: ColumnStatistics;
  readonly expression: string;
}

interface Mapped {
  /** Null stands for the column's NULL. */
  readonly sample: SampledValue | null;
  readonly text: string | null;
  readonly bytes: number;
  readonly rank: number;
}

/**
 * Statistics of an expression over a column whose values cannot be counted through (texts, documents): each value that
 * the statistics name is put through it. `isExact`: all values of the column are among them.
 */
export async function mappedStatistics(
  db: MemoryPostgres,
  { table, column, own, expression }: ExpressionOf,
): Promise<{ statistics: ColumnStatistics; samples: number; isExact: boolean } | undefined> {
  const samples = sampledValues(own);
  const isExact = own.histogramBounds === undefined && own.mostCommonValues !== undefined;
  if (samples.length < 20 && !isExact) return undefined;
  // OFFSET 0: the size is taken before the value is packed for sorting.
  const rows = await db.query<{ i: number; text: string | null; bytes: number; rank: number }>(
    `SELECT i, value::text AS text, bytes, (rank() OVER (ORDER BY value))::int AS rank
     FROM (SELECT i, (${expression}) AS value, pg_column_size(${expression}) AS bytes FROM (SELECT i::int AS i, v::${column.type} AS ${quoteIdentifier(column.name)}
       FROM unnest($1::text[]) WITH ORDINALITY AS u (v, i)) AS ${quoteIdentifier(table.name)} OFFSET 0) AS e`,
    [[...samples.map(({ text }) => text), null]],
  );
  const mapped = rows.map(({ i, ...row }): Mapped => ({ ...row, sample: samples[i - 1] ?? null }));
  const present = 1 - own.nullFraction;
  const nulls = mapped.reduce((sum, { sample, text }) => sum + (sample && text === null ? sample.share : 0), 0);
  const ofNull = mapped.find(({ sample }) => sample === null)?.text === null ? own.nullFraction : 0;
  const values = mapped.filter(({ sample, text }) => sample !== null && text !== null);
  if (values.length === 0) return undefined;
  const byText = new Map<string, { share: number; times: number; rank: number }>();
  for (const { sample, text, rank } of values) {
    const one = byText.get(text ?? '') ?? { share: 0, times: 0, rank };
    byText.set(text ?? '', { rank, share: one.share + (sample?.share ?? 0), times: one.times + 1 });
  }
  const once = [...byText.values()].filter(({ times }) => times === 1).length;
  const keeps = byText.size >= values.length * 0.9;
  const frequencies = parseNumbers(own.mostCommonFrequencies).length;
  const isCommon = new Set(samples.slice(0, frequencies).map(({ text }) => text));
  const commonTexts = new Set(values.filter(({ sample }) => isCommon.has(sample?.text ?? '')).map(({ text }) => text));
  const entries = [...byText].map(([text, one]) => ({ text, ...one }));
  const common = entries
    .filter(({ text, times }) => commonTexts.has(text) || (!keeps && times > 1))
    .sort((a, b) => b.share - a.share);
  const others = entries.filter((entry) => !common.includes(entry)).sort((a, b) => a.rank - b.rank);
  const distinct = isExact
    ? byText.size
    : keeps
      ? own.distinct
      : distinctOf({ all: values.length, distinct: byText.size, once }, own, table.rows);
  const bytes = values.reduce((sum, one) => sum + one.bytes, 0) / values.length;
  const statistics: ColumnStatistics = {
    nullFraction: Math.min(1, ofNull + present * nulls),
    averageWidth: Math.max(1, Math.floor(bytes)),
    distinct: Math.abs(distinct) <= 1 ? distinct : Math.min(distinct, distinctValues(own, table.rows)),
    ...(common.length > 0 && {
      mostCommonValues: arrayText(common.map(({ text }) => text)),
      mostCommonFrequencies: `{${common.map(({ share }) => share * present).join(',')}}`,
    }),
    ...(others.length > 1 && { histogramBounds: arrayText(others.map(({ text }) => text)) }),
  };
  return { statistics, samples: values.length, isExact };
}
