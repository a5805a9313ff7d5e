import { quoteIdentifier } from '../../sql/identifiers';
import { type CatalogQuery, ownMark } from '../gate';
import { isoTime } from '../iso-time';
import type { StatementStatistic } from './health';
import { maskSecrets } from './mask-secrets';
import { only } from './reading';

/** Where pg_stat_statements is in this database, and what its version has; it may be older than its server. */
export interface StatementSource {
  readonly isInstalled: boolean;
  /** Its library is in shared_preload_libraries: only then are its settings known. */
  readonly isLoaded: boolean;
  readonly schema: string;
  readonly columns: readonly string[];
  /** Version 1.9, of PostgreSQL 14. */
  readonly hasInfo: boolean;
  readonly maxEntries: number | null;
  readonly tracksIoTiming: boolean;
}

export async function findStatementSource(query: CatalogQuery): Promise<StatementSource> {
  return only(
    await query<StatementSource>(
      `SELECT e.oid IS NOT NULL AS "isInstalled", current_setting('pg_stat_statements.max', true) IS NOT NULL AS "isLoaded",
         coalesce(n.nspname::text, '') AS schema,
         (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_attribute a JOIN pg_class v ON v.oid = a.attrelid
          WHERE v.relnamespace = n.oid AND v.relname = 'pg_stat_statements' AND a.attnum > 0) AS columns,
         EXISTS (SELECT FROM pg_class v WHERE v.relnamespace = n.oid AND v.relname = 'pg_stat_statements_info') AS "hasInfo",
         current_setting('pg_stat_statements.max', true)::int AS "maxEntries",
         current_setting('track_io_timing')::bool AS "tracksIoTiming"
       FROM (SELECT) one LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements'
       LEFT JOIN pg_namespace n ON n.oid = e.extnamespace`,
    ),
  );
}

/** Why there is nothing to read, and what to do about it; undefined where there is. */
export function whyNotCounted({
  isInstalled,
  isLoaded,
}: StatementSource): { says: string; remedy: string } | undefined {
  if (isInstalled && isLoaded) return undefined;
  const counts = 'This database does not count its statements: pg_stat_statements is';
  const create = 'run CREATE EXTENSION pg_stat_statements';
  if (isLoaded) return { says: `${counts} not installed.`, remedy: `Run ${create.slice(4)}.` };
  const load = 'Put pg_stat_statements into shared_preload_libraries and restart the server';
  if (isInstalled) return { says: `${counts} not loaded.`, remedy: `${load}.` };
  return { says: `${counts} not installed.`, remedy: `${load}, then ${create}.` };
}

/** Orders by which the first `most` statements are taken: columns of StatementStatistic. */
export interface Ranking {
  readonly orders: readonly string[];
  readonly most: number;
  /** Longer texts are cut, in characters. */
  readonly textLength?: number;
}

export interface CountedStatements {
  readonly since: string | null;
  readonly evictions: number | null;
  readonly statements: readonly StatementStatistic[];
  readonly totalMs: number;
  readonly totalCalls: number;
  /** Of other users, where the privilege to see them is missing. */
  readonly hiddenCount: number;
  readonly hiddenMs: number;
}

/**
 * One entry for each statement: pg_stat_statements has one for each user, and for each of calls by clients and by functions.
 * Totals count only what clients sent, since the time of a function holds that of its statements. Planlight's own are left out.
 */
export async function readCounted(
  query: CatalogQuery,
  source: StatementSource,
  ranking: Ranking,
): Promise<CountedStatements> {
  const read = only(await query<CountedStatements>(counted(source, ranking)));
  const statements = read.statements.map((statement) =>
    statement.text === undefined ? statement : { ...statement, text: maskSecrets(statement.text) },
  );
  return { ...read, statements };
}

/** Under the name that this version has; 0 for what it does not count yet. */
const sumOf = ({ columns }: StatementSource, ...names: readonly string[]): string => {
  const known = names.filter((name) => columns.includes(name)).map((name) => `s.${name}`);
  return known.length === 0 ? '0' : known.join(' + ');
};

/** Times were total_time before 13, and since 17 those of reading and writing are told for each kind of buffer. */
function values(source: StatementSource): Readonly<Record<string, string>> {
  return {
    calls: 's.calls',
    totalMs: sumOf(source, 'total_exec_time', 'total_time'),
    meanMs: sumOf(source, 'mean_exec_time', 'mean_time'),
    maxMs: sumOf(source, 'max_exec_time', 'max_time'),
    deviationMs: sumOf(source, 'stddev_exec_time', 'stddev_time'),
    planMs: sumOf(source, 'total_plan_time'),
    rows: 's.rows',
    sharedHits: 's.shared_blks_hit',
    sharedReads: 's.shared_blks_read',
    sharedDirtied: 's.shared_blks_dirtied',
    sharedWritten: 's.shared_blks_written',
    temporaryRead: 's.temp_blks_read',
    temporaryWritten: 's.temp_blks_written',
    ioMs: sumOf(
      source,
      ...['blk_read_time', 'blk_write_time', 'shared_blk_read_time', 'shared_blk_write_time'],
      ...['local_blk_read_time', 'local_blk_write_time', 'temp_blk_read_time', 'temp_blk_write_time'],
    ),
    walBytes: sumOf(source, 'wal_bytes'),
    // The time of deforming (since 17) is part of that of generation.
    ...(source.columns.includes('jit_generation_time') && {
      jitMs: sumOf(source, 'jit_generation_time', 'jit_inlining_time', 'jit_optimization_time', 'jit_emission_time'),
    }),
  };
}

/** Of several entries: the mean and the deviation of all their calls together. */
const combined: Readonly<Record<string, string>> = {
  meanMs: 'sum("totalMs") / nullif(sum(calls), 0)',
  maxMs: 'max("maxMs")',
  deviationMs: `sqrt(greatest(0, sum(calls * ("deviationMs" ^ 2 + "meanMs" ^ 2)) / nullif(sum(calls), 0)
    - (sum("totalMs") / nullif(sum(calls), 0)) ^ 2))`,
};

function counted(source: StatementSource, { orders, most, textLength }: Ranking): string {
  const schema = quoteIdentifier(source.schema);
  const fields = Object.entries(values(source));
  const text = textLength === undefined ? 'text' : `left(text, ${textLength})`;
  const info = (expression: string) =>
    source.hasInfo ? `(SELECT ${expression} FROM ${schema}.pg_stat_statements_info)` : 'NULL';
  return `
    WITH entry AS MATERIALIZED (
      SELECT s.queryid::text AS id, s.userid, nullif(s.query, '<insufficient privilege>') AS text,
        ${source.columns.includes('toplevel') ? 's.toplevel' : 'true'} AS "isTop",
        ${fields.map(([name, value]) => `(${value})::float8 AS "${name}"`).join(', ')}
      FROM ${schema}.pg_stat_statements s
      WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND coalesce(position('${ownMark}' IN s.query), 0) = 0),
    statement AS (
      SELECT id, max(text) AS text, CASE WHEN count(DISTINCT userid) = 1 THEN max(pg_get_userbyid(userid)::text) END AS "user",
        ${fields.map(([name]) => `coalesce(${combined[name] ?? `sum("${name}")`}, 0) AS "${name}"`).join(', ')}
      FROM entry WHERE id IS NOT NULL GROUP BY id),
    ranked AS (
      SELECT *, least(${orders.map((order) => `row_number() OVER (ORDER BY ${order} DESC, id)`).join(', ')}) AS place
      FROM statement)
    SELECT ${info(isoTime('stats_reset'))} AS since, ${info('dealloc::float8')} AS evictions,
      (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('queryId', id, 'text', ${text}, 'user', "user",
        ${fields.map(([name]) => `'${name}', "${name}"`).join(', ')})) ORDER BY "totalMs" DESC, id), '[]')
       FROM ranked WHERE place <= ${most}) AS statements,
      (SELECT coalesce(sum("totalMs") FILTER (WHERE "isTop"), 0) FROM entry) AS "totalMs",
      (SELECT coalesce(sum(calls) FILTER (WHERE "isTop"), 0) FROM entry) AS "totalCalls",
      (SELECT count(*)::int FROM entry WHERE id IS NULL) AS "hiddenCount",
      (SELECT coalesce(sum("totalMs") FILTER (WHERE "isTop"), 0) FROM entry WHERE id IS NULL) AS "hiddenMs"`;
}
