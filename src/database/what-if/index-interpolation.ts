import { quoteIdentifier, quoteLiteral } from '../../sql/identifiers';
import { arrayText, parseArrayText } from '../array-text';
import type { ColumnStatistics } from '../snapshot';
import { distinctValues } from './index-groups';
import type { ExpressionOf } from './index-samples';
import { parseNumbers } from './index-widths';
import type { MemoryPostgres } from './pglite';

/** So many values stand for the column. ANALYZE reads tables of this size whole, so that the result is always the same. */
const sampleSize = 20_000;
/** ANALYZE reads 300 rows for each unit of the statistics target, 100 by default. */
const analysedRows = 30_000;

const interpolable =
  /^(?:smallint|integer|bigint|numeric|real|double precision|date|time(?:stamp)?(?:\(\d\))? (?:with|without) time zone)\b/;

/** Whether there are values between two values. */
export const isInterpolable = (type: string): boolean => interpolable.test(type);

/**
 * Statistics of an expression over a column of numbers or times: values are drawn between the histogram's bounds, always
 * the same ones, the most common ones as often as they are common, and PostgreSQL analyses what the expression makes of them.
 * `date_trunc('day', at)`: as many distinct values as there are days between the bounds.
 *
 * To be called within a savepoint that is rolled back afterwards.
 */
export async function interpolatedStatistics(
  db: MemoryPostgres,
  { table, column, own, expression }: ExpressionOf,
): Promise<ColumnStatistics> {
  const type = column.type;
  const listed = own.mostCommonValues === undefined ? [] : [own.mostCommonValues, own.mostCommonFrequencies ?? '{}'];
  const present = Math.max(1e-6, 1 - own.nullFraction);
  const offset = type === 'date' ? '(floor((upper - lower) * part))::int' : '(upper - lower) * part';
  const often = listed.length
    ? `SELECT v AS value FROM unnest(${quoteLiteral(listed[0] ?? '')}::text::${type}[], ${quoteLiteral(listed[1] ?? '')}::float8[]) AS m (v, f),
         generate_series(1, round(f * ${sampleSize} / ${present})::int)
       UNION ALL `
    : '';
  const rest = listed.length
    ? `greatest(0, 1 - (SELECT sum(f) FROM unnest(${quoteLiteral(listed[1] ?? '')}::float8[]) AS m (f)) / ${present})`
    : '1';
  await db.run(
    `SELECT setseed(0.5);
     CREATE TEMPORARY TABLE "what if values" AS
     WITH bounds AS MATERIALIZED (SELECT i, v AS lower, lead(v) OVER (ORDER BY i) AS upper, count(*) OVER () - 1 AS buckets
       FROM unnest(${quoteLiteral(own.histogramBounds ?? '{}')}::text::${type}[]) WITH ORDINALITY AS u (v, i)),
     places AS MATERIALIZED (SELECT random() * (SELECT max(buckets) FROM bounds) AS p
       FROM generate_series(1, greatest(1, round(${sampleSize} * ${rest}))::int)),
     steps AS (SELECT lower, upper, p - floor(p) AS part FROM places JOIN bounds ON i = floor(p)::bigint + 1)
     SELECT (${expression}) AS value FROM (
       SELECT value::${type} AS ${quoteIdentifier(column.name)} FROM (${often}
         SELECT lower + ${offset} FROM steps WHERE upper IS NOT NULL) AS u (value) ORDER BY 1) AS ${quoteIdentifier(table.name)};
     ANALYZE "what if values"`,
  );
  const [counted] = await db.query<{ all: number; distinct: number; once: number }>(
    `SELECT sum(n)::int AS all, count(*)::int AS distinct, count(*) FILTER (WHERE n = 1)::int AS once
     FROM (SELECT count(*) AS n FROM "what if values" WHERE value IS NOT NULL GROUP BY value) AS g`,
  );
  const [found] = await db.query<Found>(
    `SELECT null_frac AS "nullFraction", avg_width AS "averageWidth", most_common_vals::text AS "mostCommonValues",
       most_common_freqs::text AS "mostCommonFrequencies", histogram_bounds::text AS "histogramBounds", correlation
     FROM pg_stats WHERE tablename = 'what if values' AND attname = 'value'`,
  );
  if (!counted || !found) throw new Error('the expression has no statistics');
  const distinct = distinctOf(counted, own, table.rows);
  const keys = distinct < 0 ? -distinct * table.rows : distinct;
  // A table of the user's that ANALYZE reads whole, it treats just so.
  const common = commonValues(found, counted, table.rows <= analysedRows ? 0 : keys);
  return {
    nullFraction: own.nullFraction + found.nullFraction * present,
    averageWidth: found.averageWidth,
    distinct,
    ...(common.length > 0 && {
      mostCommonValues: arrayText(common.map(({ text }) => text)),
      mostCommonFrequencies: `{${common.map(({ frequency }) => frequency * present).join(',')}}`,
    }),
    ...(found.histogramBounds !== null && { histogramBounds: found.histogramBounds }),
    ...(found.correlation !== null && { correlation: found.correlation * (own.correlation ?? 0) }),
  };
}

interface Found {
  readonly nullFraction: number;
  readonly averageWidth: number;
  readonly mostCommonValues: string | null;
  readonly mostCommonFrequencies: string | null;
  readonly histogramBounds: string | null;
  readonly correlation: number | null;
}

/**
 * ANALYZE takes a table that it reads whole for all there is, and lists each value that came twice. Of the drawn values
 * only those count that came more often than chance brings.
 */
function commonValues(
  found: Found,
  { all, distinct }: { all: number; distinct: number },
  keys: number,
): { text: string; frequency: number }[] {
  const texts = parseArrayText(found.mostCommonValues ?? '{}');
  const frequencies = parseNumbers(found.mostCommonFrequencies ?? undefined);
  const expected = all / Math.max(1, keys);
  const most = expected + 4 * Math.sqrt(expected) + 1;
  const isComplete = keys === 0 || texts.length === distinct;
  return texts.flatMap((text, i) => {
    const frequency = frequencies[i] ?? 0;
    return text !== null && (isComplete || frequency * all > most) ? [{ text, frequency }] : [];
  });
}

/** As ANALYZE estimates it from a sample (Haas and Stokes' Duj1), and no more than the column itself has. */
export function distinctOf(
  { all, distinct, once }: { all: number; distinct: number; once: number },
  own: ColumnStatistics,
  rows: number,
): number {
  const present = Math.max(1, rows * (1 - own.nullFraction));
  if (distinct >= all * 0.97) return own.distinct;
  const estimated = (all * distinct) / (all - once + (once * all) / Math.max(all, present));
  const count = Math.min(estimated, distinctValues(own, rows));
  return count > rows * 0.1 ? -count / Math.max(1, rows) : Math.max(1, Math.round(count));
}
