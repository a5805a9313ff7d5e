import type { Counted, ReplicaHealth, Replication, SlotHealth } from './health';
import { hidden, only, type SectionReader, section, withoutNulls } from './reading';
import { notNegative, secondsSince } from './sessions';

/** Replicas and slots of a primary (or of a standby that feeds others), and how far a standby lags. */
export const readReplication: SectionReader<Replication> = async (query, circumstances) => {
  const { isReplica, seesStatistics } = circumstances;
  const row = only(await query<Row>(replication(isReplica)));
  const value: Replication = {
    role: isReplica ? 'standby' : 'primary',
    replicas: row.replicas,
    slots: row.slots,
    ...(row.standby && withoutNulls(row.standby)),
  };
  return section(
    value,
    row.replicas.length > 0 && !seesStatistics && hidden('State and lag of replicas', circumstances),
  );
};

interface Row {
  readonly replicas: readonly ReplicaHealth[];
  readonly slots: readonly SlotHealth[];
  readonly standby: {
    readonly replayLagSeconds: number | null;
    readonly isReceiving: boolean;
    readonly conflicts: readonly Counted[];
  } | null;
}

/** A standby has no position to write at: what it has received is what it could hand on. */
const position = `(SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
  ELSE pg_current_wal_lsn() END)`;

/** Through jsonb, because most of these columns came later than 13: wal_status 13, inactive_since 17. */
const slots = `(SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
    'name', s.slot_name, 'kind', s.slot_type, 'isActive', s.active,
    'retainedBytes', ${notNegative('pg_wal_lsn_diff(p.position, s.restart_lsn)')},
    'xminAge', greatest(age(s.xmin), age(s.catalog_xmin)),
    'walStatus', s.wal_status, 'inactiveSince', to_jsonb(s) ->> 'inactive_since')) ORDER BY s.slot_name), '[]')
  FROM pg_replication_slots s)`;

const replicas = `(SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
    'name', coalesce(r.application_name, ''), 'client', host(r.client_addr), 'state', coalesce(r.state, 'hidden'),
    'sync', coalesce(r.sync_state, 'hidden'), 'sentLagBytes', ${notNegative('pg_wal_lsn_diff(p.position, r.sent_lsn)')},
    'replayLagBytes', ${notNegative('pg_wal_lsn_diff(p.position, r.replay_lsn)')},
    'replayLagSeconds', round((${notNegative('extract(epoch FROM r.replay_lag)')})::numeric, 3))) ORDER BY r.application_name, r.pid), '[]')
  FROM pg_stat_replication r)`;

/**
 * Nothing is late when all that was received is replayed, however long ago the last commit was. What the primary wrote
 * since, a standby cannot know: without a receiver it says so.
 * https://www.postgresql.org/docs/current/hot-standby.html, functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 */
const standby = `(SELECT json_build_object(
    'replayLagSeconds', CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
      ELSE ${secondsSince('pg_last_xact_replay_timestamp()')} END,
    'isReceiving', EXISTS (SELECT FROM pg_stat_wal_receiver),
    'conflicts', (SELECT coalesce(json_agg(json_build_object('name', replace(substr(k.key, 7), '_', ' '), 'count', k.value::int8)
        ORDER BY k.value::int8 DESC, k.key), '[]')
      FROM pg_stat_database_conflicts c, json_each_text(row_to_json(c)) k
      WHERE c.datname = current_database() AND k.key LIKE 'confl\\_%' AND k.value <> '0')))`;

const replication = (isReplica: boolean): string => `
  SELECT ${replicas} AS replicas, ${slots} AS slots, ${isReplica ? standby : 'NULL::json'} AS standby
  FROM (SELECT ${position} AS position) p`;
