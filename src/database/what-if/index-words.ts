import { quoteIdentifier } from '../../sql/identifiers';
import { arrayText } from '../array-text';
import type { ColumnStatistics } from '../snapshot';
import type { SampleKeys } from './index-entries';
import { type ExpressionOf, sampledValues } from './index-samples';
import type { MemoryPostgres } from './pglite';

/** Fewer texts say nothing of how common a word is. */
const enough = 20;
/** Of a word that is not listed the planner takes at most this (DEFAULT_TS_MATCH_SEL). */
const defaultShare = 0.005;

/** What an expression that gives a text[] makes of the values that the statistics of its column name. */
export async function evaluatedKeys(
  db: MemoryPostgres,
  { table, column, own, expression }: ExpressionOf,
): Promise<SampleKeys[]> {
  const samples = sampledValues(own);
  if (samples.length === 0) return [];
  const rows = await db.query<{ i: number; keys: string[] | null }>(
    `SELECT i, ${expression} AS keys FROM (SELECT i::int AS i, v::${column.type} AS ${quoteIdentifier(column.name)}
     FROM unnest($1::text[]) WITH ORDINALITY AS u (v, i)) AS ${quoteIdentifier(table.name)}`,
    [samples.map(({ text }) => text)],
  );
  return rows.map(({ i, keys }) => ({ keys: new Set(keys ?? []), share: samples[i - 1]?.share ?? 0 }));
}

/**
 * Statistics of a tsvector, as ANALYZE gathers them (ts_typanalyze.c): the words that several of the sampled texts hold,
 * ordered as the planner looks them up: by length, then by bytes. Undefined where there are too few texts.
 */
export async function wordStatistics(db: MemoryPostgres, of: ExpressionOf): Promise<ColumnStatistics | undefined> {
  const samples = await evaluatedKeys(db, { ...of, expression: `tsvector_to_array(${of.expression})` });
  if (samples.length < enough) return undefined;
  const seen = new Map<string, { times: number; share: number }>();
  for (const { keys, share } of samples) {
    for (const key of keys) {
      const one = seen.get(key);
      seen.set(key, { times: (one?.times ?? 0) + 1, share: (one?.share ?? 0) + share });
    }
  }
  const once = [...seen.values()].filter(({ times }) => times === 1).length;
  const twice = [...seen.values()].filter(({ times }) => times === 2).length;
  // Words that were seen once and, as Chao's estimator counts them, never: what one of them is worth, the planner takes as half of the rarest.
  const rare = once / samples.length / Math.max(1, once + once ** 2 / 2 / Math.max(1, twice));
  const listed = [...seen]
    .filter(([, { times }]) => times > 1)
    .map(([word, { share }]) => ({ word, bytes: Buffer.from(word), share: Math.min(1, share) }))
    .sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  if (listed.length === 0) return undefined;
  const shares = listed.map(({ share }) => share);
  const least = Math.min(...shares, 2 * Math.min(defaultShare, rare));
  const words = samples.reduce((sum, { keys, share }) => sum + keys.size * share, 0);
  return {
    nullFraction: of.own.nullFraction,
    averageWidth: Math.round(8 + words * 14),
    distinct: -1,
    mostCommonElements: arrayText(listed.map(({ word }) => word)),
    mostCommonElementFrequencies: `{${[...shares, least, Math.max(...shares)].join(',')}}`,
  };
}
