import type { CatalogQuery } from '../gate';
import { isoTime } from '../iso-time';
import type { Counting, IndexActivity, IndexDuty, TableActivity } from '../snapshot';

/** What the server counted, by the oids of tables and indexes. */
export interface Activity {
  readonly counting?: Counting;
  readonly tables: ReadonlyMap<string, TableActivity>;
  readonly indexes: ReadonlyMap<string, { readonly activity?: IndexActivity; readonly duties: readonly IndexDuty[] }>;
}

/**
 * Which tables are written and which indexes are read, since when: three SELECTs on views that every role may read.
 * With track_counts off nothing is counted, and zero says nothing: then there are no numbers.
 */
export async function readActivity(query: CatalogQuery): Promise<Activity> {
  const [counted] = await query<CountingRow>(counting);
  const isCounted = counted?.isCounted === true;
  const tables = isCounted ? await query<TableRow>(tableCounters) : [];
  const indexes = await query<IndexRow>(indexCounters);
  return {
    ...(isCounted && {
      counting: {
        until: counted.until,
        ...(counted.since !== null && { since: counted.since }),
        isStandby: counted.isStandby,
      },
    }),
    tables: new Map(tables.map(({ oid, ...activity }) => [oid, activity])),
    indexes: new Map(
      indexes.map(({ oid, scans, lastScan, transactionsSince, duties }) => [
        oid,
        {
          duties,
          ...(isCounted &&
            scans !== null && {
              activity: { scans, transactionsSince, ...(lastScan !== null && { lastScan }) },
            }),
        },
      ]),
    ),
  };
}

interface CountingRow {
  readonly until: string;
  readonly since: string | null;
  readonly isStandby: boolean;
  readonly isCounted: boolean;
}

const counting = `
  SELECT ${isoTime('now()')} AS until, ${isoTime('d.stats_reset')} AS since, pg_is_in_recovery() AS "isStandby",
    current_setting('track_counts')::bool AS "isCounted"
  FROM pg_stat_database d WHERE d.datname = current_database()`;

interface TableRow extends TableActivity {
  readonly oid: string;
}
const tableCounters = `
  SELECT s.relid::text AS oid, s.n_tup_ins::float8 AS inserts, s.n_tup_upd::float8 AS updates,
    s.n_tup_hot_upd::float8 AS "hotUpdates", s.n_tup_del::float8 AS deletes,
    (s.seq_scan + coalesce(s.idx_scan, 0))::float8 AS scans
  FROM pg_stat_user_tables s`;

interface IndexRow {
  readonly oid: string;
  readonly scans: number | null;
  readonly lastScan: string | null;
  readonly transactionsSince: number;
  readonly duties: IndexDuty[];
}
/**
 * A partitioned index counts nothing itself: it is as used as its leaves. The transaction that wrote the index's row
 * of pg_index tells its age, since PostgreSQL keeps no dates. Through to_jsonb, because before 16 the column is missing.
 * CREATE INDEX CONCURRENTLY holds that lock on the table while its index is not yet valid.
 */
const indexCounters = `
  SELECT i.indexrelid::text AS oid, age(i.xmin)::float8 AS "transactionsSince",
    CASE WHEN x.relkind = 'I' THEN parts.scans ELSE s.idx_scan::float8 END AS scans,
    ${isoTime(`CASE WHEN x.relkind = 'I' THEN parts.last ELSE (to_jsonb(s) ->> 'last_idx_scan')::timestamptz END`)} AS "lastScan",
    to_json(array_remove(ARRAY[
      CASE WHEN k.oid IS NOT NULL THEN 'constraint' END,
      CASE WHEN NOT i.indimmediate THEN 'deferrable' END,
      CASE WHEN EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid) THEN 'foreign key' END,
      CASE WHEN i.indisreplident THEN 'replica identity' END,
      CASE WHEN i.indisclustered THEN 'cluster' END,
      CASE WHEN x.relispartition THEN 'part' END,
      CASE WHEN NOT i.indisvalid AND EXISTS (
        SELECT FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.relation = i.indrelid AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.mode = 'ShareUpdateExclusiveLock' AND coalesce(a.backend_type, '') <> 'autovacuum worker')
        THEN 'building' END], NULL)) AS duties
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.indexrelid
  LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid
  LEFT JOIN LATERAL (
    SELECT sum(p.idx_scan)::float8 AS scans, max((to_jsonb(p) ->> 'last_idx_scan')::timestamptz) AS last
    FROM pg_partition_tree(i.indexrelid) t JOIN pg_stat_user_indexes p ON p.indexrelid = t.relid
    WHERE t.isleaf) parts ON x.relkind = 'I'
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
