import { isoTime } from '../iso-time';
import { userSchema } from '../snapshot-reader/queries';
import type { DatabaseCounters, HitsAndReads } from './health';
import { only, type SectionReader, section, withoutNulls } from './reading';

/** What the server counted in this database, and its checkpoints and WAL. Every role may read it. */
export const readCounters: SectionReader<DatabaseCounters> = async (query, { version, isReplica }) => {
  const { checkpoints, wal, isCounted, ...row } = only(await query<Row>(counters(version, isReplica)));
  return section(
    {
      ...withoutNulls(row),
      checkpoints: withoutNulls(checkpoints),
      ...(wal && { wal: withoutNulls(wal) }),
    },
    !isCounted && 'The server does not count rows and blocks: track_counts is off.',
  );
};

interface Row {
  readonly isCounted: boolean;
  readonly since: string | null;
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  readonly tableBlocks: HitsAndReads;
  readonly indexBlocks: HitsAndReads;
  readonly readMs: number;
  readonly writeMs: number;
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  readonly deadlocks: number;
  readonly conflicts: number;
  readonly rowsReturned: number;
  readonly rowsFetched: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsDeleted: number;
  readonly activeMs: number | null;
  readonly idleInTransactionMs: number | null;
  readonly sessions: number | null;
  readonly checkpoints: Checkpoints;
  readonly wal: Wal | null;
}
interface Checkpoints {
  readonly since: string | null;
  readonly timed: number;
  readonly requested: number;
  readonly writeMs: number;
  readonly syncMs: number;
  readonly buffersWritten: number;
  readonly buffersByBackends: number | null;
}
interface Wal {
  readonly since: string | null;
  readonly records: number;
  readonly bytes: number;
  readonly buffersFull: number;
}

/**
 * pg_statio_user_tables and _indexes without their joins, which would take most of the time with many tables: this is
 * asked every few seconds.
 */
const blocks = (kinds: string): string => `(
  SELECT json_build_object('hits', coalesce(sum(pg_stat_get_blocks_hit(c.oid)), 0)::float8,
    'reads', coalesce(sum(pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_blocks_hit(c.oid)), 0)::float8)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND ${userSchema})`;

/** A standby's restart points are its checkpoints; since 17 they are counted apart. */
const checkpoints = (version: number, isReplica: boolean): string => {
  if (version < 170000) {
    return `(SELECT json_build_object('since', ${isoTime('b.stats_reset')}, 'timed', b.checkpoints_timed::float8,
      'requested', b.checkpoints_req::float8, 'writeMs', b.checkpoint_write_time, 'syncMs', b.checkpoint_sync_time,
      'buffersWritten', b.buffers_checkpoint::float8, 'buffersByBackends', b.buffers_backend::float8)
      FROM pg_stat_bgwriter b)`;
  }
  const points = isReplica ? 'restartpoints' : 'num';
  const requested = isReplica ? 'restartpoints_req' : 'num_requested';
  return `(SELECT json_build_object('since', ${isoTime('b.stats_reset')}, 'timed', b.${points}_timed::float8,
    'requested', b.${requested}::float8, 'writeMs', b.write_time, 'syncMs', b.sync_time,
    'buffersWritten', b.buffers_written::float8, 'buffersByBackends', ${writtenByBackends(version)})
    FROM pg_stat_checkpointer b)`;
};

/** Since 18 a write may be of several blocks, and bytes are counted. */
function writtenByBackends(version: number): string {
  const blocks = version >= 180000 ? `sum(write_bytes) / current_setting('block_size')::int` : 'sum(writes)';
  return `(SELECT coalesce(${blocks}, 0)::float8 FROM pg_stat_io
    WHERE backend_type = 'client backend' AND object = 'relation')`;
}

const wal = (version: number): string =>
  version < 140000
    ? 'NULL::json'
    : `(SELECT json_build_object('since', ${isoTime('w.stats_reset')}, 'records', w.wal_records::float8,
        'bytes', w.wal_bytes::float8, 'buffersFull', w.wal_buffers_full::float8) FROM pg_stat_wal w)`;

/** Since 14. */
const sessions = (version: number): string =>
  version < 140000
    ? ''
    : `d.active_time AS "activeMs", d.idle_in_transaction_time AS "idleInTransactionMs", d.sessions::float8 AS sessions,`;

const counters = (version: number, isReplica: boolean): string => `
  SELECT current_setting('track_counts')::bool AS "isCounted", ${isoTime('d.stats_reset')} AS since,
    d.xact_commit::float8 AS commits, d.xact_rollback::float8 AS rollbacks,
    d.blks_read::float8 AS "blocksRead", d.blks_hit::float8 AS "blocksHit",
    ${blocks(`'r', 'm'`)} AS "tableBlocks", ${blocks(`'i'`)} AS "indexBlocks",
    d.blk_read_time AS "readMs", d.blk_write_time AS "writeMs",
    d.temp_files::float8 AS "temporaryFiles", d.temp_bytes::float8 AS "temporaryBytes",
    d.deadlocks::float8 AS deadlocks, d.conflicts::float8 AS conflicts,
    d.tup_returned::float8 AS "rowsReturned", d.tup_fetched::float8 AS "rowsFetched",
    d.tup_inserted::float8 AS "rowsInserted", d.tup_updated::float8 AS "rowsUpdated", d.tup_deleted::float8 AS "rowsDeleted",
    ${sessions(version)}
    ${checkpoints(version, isReplica)} AS checkpoints, ${wal(version)} AS wal
  FROM pg_stat_database d WHERE d.datname = current_database()`;
