import { isoTime } from '../iso-time';
import { userSchema } from '../snapshot-reader/queries';
import type { TableHealth } from './health';
import { rowMaker, type SectionReader, section } from './reading';
import { bytesOf, isLocked, isSmall, locked, type Sizes, staleSizes } from './relation-size';
import { byName, optionsOf } from './relations';

/** Without what is known from its indexes and columns. */
export interface ReadTable {
  readonly oid: string;
  readonly table: Omit<TableHealth, 'bloat' | 'indexBytes' | 'indexScans'>;
  /** Of pg_class, as of the last VACUUM; absent where there is none or it was never vacuumed. */
  readonly toast?: { readonly pages: number; readonly rows: number };
}

/** Tables, materialised views and partitions of the user's schemas. */
export const readTables =
  (sizes: Sizes): SectionReader<readonly ReadTable[]> =>
  async (query, { version }) => {
    const rows = await query<Row>(tables(version, sizes));
    const tableOf = rowMaker<Row, NotOfTable>(['oid', 'toast', 'isLocked', 'isSmall']);
    const read = rows.map((row): ReadTable => {
      const read = { oid: row.oid, table: tableOf(row) };
      return row.toast ? { ...read, toast: row.toast } : read;
    });
    return section(
      read.sort((one, other) => byName(one.table, other.table)),
      ...(sizes === 'of the last VACUUM' ? [staleSizes] : staleOnes(rows)),
    );
  };

interface Row extends Omit<ReadTable['table'], NeverAnswered> {
  readonly oid: string;
  readonly isLocked: boolean;
  readonly isSmall: boolean;
  readonly toast: { readonly pages: number; readonly rows: number } | null;
  readonly lastVacuum: string | null;
  readonly lastAutovacuum: string | null;
  readonly lastAnalyze: string | null;
  readonly lastAutoanalyze: string | null;
  readonly xidAge: number | null;
}
type NeverAnswered = 'lastVacuum' | 'lastAutovacuum' | 'lastAnalyze' | 'lastAutoanalyze' | 'xidAge';

type NotOfTable = 'oid' | 'toast' | 'isLocked' | 'isSmall';

function staleOnes(rows: readonly Row[]): (string | false)[] {
  const waited = rows.filter((row) => row.isLocked).map(({ name }) => name);
  return [
    waited.length > 0 &&
      `The size of ${some(waited)} is that of the last VACUUM or ANALYZE: a session holds or waits for its exclusive lock.`,
    rows.some((row) => row.isSmall) &&
      `Sizes of small tables are those of their last VACUUM or ANALYZE: there are too many (${rows.length}) to ask for each.`,
  ];
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} others` : names.join(', ');
}

/** Before 14, a table that was never analysed has 0 rows, as an empty one. */
const rows = (version: number): string =>
  version >= 140000
    ? 'c.reltuples::float8'
    : `CASE WHEN c.relpages = 0 AND c.reltuples = 0 AND coalesce(pg_stat_get_last_vacuum_time(c.oid),
         pg_stat_get_last_autovacuum_time(c.oid), pg_stat_get_last_analyze_time(c.oid),
         pg_stat_get_last_autoanalyze_time(c.oid)) IS NULL THEN -1 ELSE c.reltuples::float8 END`;

/**
 * The functions behind pg_stat_user_tables and pg_statio_user_tables, whose joins and groups would take most of the time with
 * many tables. https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS
 */
const tables = (version: number, sizes: Sizes): string => `
  WITH ${locked}
  SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name,
    CASE WHEN c.relkind = 'p' THEN 'partitioned table' WHEN c.relkind = 'm' THEN 'materialized view'
      WHEN c.relispartition THEN 'partition' ELSE 'table' END AS kind,
    ${isLocked('c')} AS "isLocked", ${isSmall('c')} AS "isSmall",
    CASE WHEN c.relkind = 'p' THEN 0 ELSE ${bytesOf('c', 'c', sizes)} END AS "heapBytes",
    CASE WHEN t.oid IS NULL THEN 0 ELSE ${bytesOf('t', 't', sizes)} + ${bytesOf('ti', 't', sizes)} END AS "toastBytes",
    CASE WHEN t.relpages > 0 AND t.reltuples >= 0
      THEN json_build_object('pages', t.relpages, 'rows', t.reltuples::float8) END AS toast,
    ${rows(version)} AS rows, c.relpages AS pages,
    pg_stat_get_live_tuples(c.oid)::float8 AS "liveRows", pg_stat_get_dead_tuples(c.oid)::float8 AS "deadRows",
    pg_stat_get_mod_since_analyze(c.oid)::float8 AS "modifiedSinceAnalyze",
    pg_stat_get_ins_since_vacuum(c.oid)::float8 AS "insertedSinceVacuum",
    pg_stat_get_tuples_inserted(c.oid)::float8 AS inserts, pg_stat_get_tuples_updated(c.oid)::float8 AS updates,
    pg_stat_get_tuples_hot_updated(c.oid)::float8 AS "hotUpdates", pg_stat_get_tuples_deleted(c.oid)::float8 AS deletes,
    pg_stat_get_numscans(c.oid)::float8 AS "sequentialScans",
    pg_stat_get_tuples_returned(c.oid)::float8 AS "rowsReadSequentially",
    json_build_object('hits', pg_stat_get_blocks_hit(c.oid)::float8,
      'reads', (pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_blocks_hit(c.oid))::float8) AS blocks,
    ${isoTime('pg_stat_get_last_vacuum_time(c.oid)')} AS "lastVacuum",
    ${isoTime('pg_stat_get_last_autovacuum_time(c.oid)')} AS "lastAutovacuum",
    ${isoTime('pg_stat_get_last_analyze_time(c.oid)')} AS "lastAnalyze",
    ${isoTime('pg_stat_get_last_autoanalyze_time(c.oid)')} AS "lastAutoanalyze",
    CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) END AS "xidAge",
    ${optionsOf('c')} AS options
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN pg_index tx ON tx.indrelid = t.oid
  LEFT JOIN pg_class ti ON ti.oid = tx.indexrelid
  WHERE c.relkind IN ('r', 'p', 'm') AND ${userSchema}`;
