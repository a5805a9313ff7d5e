import { quoteIdentifier, quoteLiteral } from '../sql/identifiers';
import type { ColumnStatistics } from './snapshot';
import { distinctValues } from './what-if-index-groups';
import type { ExpressionOf } from './what-if-index-samples';
import type { MemoryPostgres } from './what-if-pglite';

/** So many values stand for the column. ANALYZE reads tables of this size whole, so that the result is always the same. */
const sampleSize = 20_000;

const interpolable =
  /^(?:smallint|integer|bigint|numeric|real|double precision|date|time(?:stamp)?(?:\(\d\))? (?:with|without) time zone)\b/;

/** Whether there are values between two values. */
export const isInterpolable = (type: string): boolean => interpolable.test(type);

/**
 * Statistics of an expression over a column of numbers or times: values are laid evenly between the histogram's bounds,
 * the most common ones as often as they are common, and PostgreSQL analyses what the expression makes of them.
 * `date_trunc('day', at)`: as many distinct values as there are days between the bounds.
 *
 * To be called within a savepoint that is rolled back afterwards.
 */
export async function interpolatedStatistics(
  db: MemoryPostgres,
  { table, column, own, expression }: ExpressionOf,
): Promise<ColumnStatistics> {
  const type = column.type;
  const common = own.mostCommonValues === undefined ? [] : [own.mostCommonValues, own.mostCommonFrequencies ?? '{}'];
  const present = Math.max(1e-6, 1 - own.nullFraction);
  const offset = type === 'date' ? '(floor((upper - lower) * part))::int' : '(upper - lower) * part';
  const often = common.length
    ? `SELECT v AS value FROM unnest(${quoteLiteral(common[0] ?? '')}::text::${type}[], ${quoteLiteral(common[1] ?? '')}::float8[]) AS m (v, f),
         generate_series(1, round(f * ${sampleSize} / ${present})::int)
       UNION ALL `
    : '';
  const rest = common.length
    ? `greatest(0, 1 - (SELECT sum(f) FROM unnest(${quoteLiteral(common[1] ?? '')}::float8[]) AS m (f)) / ${present})`
    : '1';
  await db.run(
    `CREATE TEMPORARY TABLE "what if values" AS
     WITH bounds AS MATERIALIZED (SELECT i, v AS lower, lead(v) OVER (ORDER BY i) AS upper, count(*) OVER () - 1 AS buckets
       FROM unnest(${quoteLiteral(own.histogramBounds ?? '{}')}::text::${type}[]) WITH ORDINALITY AS u (v, i)),
     places AS MATERIALIZED (SELECT (k + (k * 0.6180339887) % 1)::float8 / n * (SELECT max(buckets) FROM bounds) AS p
       FROM (SELECT greatest(1, round(${sampleSize} * ${rest}))::int AS n) AS c, generate_series(0, n - 1) AS k),
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
  const ofPresent = (text: string | null): string | null =>
    text &&
    `{${text
      .slice(1, -1)
      .split(',')
      .map((frequency) => Number(frequency) * present)
      .join(',')}}`;
  const mostCommonFrequencies = ofPresent(found.mostCommonFrequencies);
  return {
    nullFraction: own.nullFraction + found.nullFraction * present,
    averageWidth: found.averageWidth,
    distinct: distinctOf(counted, own, table.rows),
    ...(found.mostCommonValues !== null && { mostCommonValues: found.mostCommonValues }),
    ...(mostCommonFrequencies !== null && { mostCommonFrequencies }),
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
