import type { FunctionFacts } from './function-catalog';
import { outsideExtensions } from './function-catalog';

/**
 * Volatile functions that change nothing: they are volatile because they answer differently each time.
 * Everything volatile that is not listed is refused, so a function of a later version is too.
 */
const harmlessVolatile: ReadonlySet<string> = new Set(
  `random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 array_shuffle array_sample
  currval lastval pg_sequence_last_value pg_get_sequence_data
  pg_relation_size pg_table_size pg_total_relation_size pg_indexes_size pg_database_size pg_tablespace_size
  pg_is_in_recovery pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_current_wal_lsn
  pg_current_wal_insert_lsn pg_current_wal_flush_lsn pg_lock_status pg_blocking_pids pg_safe_snapshot_blocking_pids
  pg_prepared_xact pg_notification_queue_usage pg_stat_get_snapshot_timestamp pg_get_shmem_allocations
  pg_stat_statements pg_stat_statements_info
  gen_random_bytes gen_salt uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4`.split(/\s+/),
);

/** Labelled stable or immutable, but they run SQL that is given as text, or read whole tables through views. */
const runsText =
  /^(query|table|schema|database|cursor)_to_xml|^crosstab|^connectby$|^xpath_table$|^ts_stat$|^ts_rewrite$/;

/** What a rollback does not undo. Matched against function names, also inside the bodies of functions. */
const outside =
  'dblink\\w*|pg_read_\\w+|pg_ls_\\w+|pg_stat_file|pg_file_\\w+|lo_import|lo_export|lo_from_bytea|lo_put|lo_create|' +
  'lo_unlink|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile\\w*|pg_switch_wal|' +
  'pg_create_restore_point|pg_logical_\\w+|pg_replication_\\w+|pg_promote|pg_stat_reset\\w*|pg_(?:try_)?advisory_\\w+|' +
  'pg_sleep\\w*|pg_backup_\\w+|pg_start_backup|pg_stop_backup|pg_create_\\w+_replication_slot|' +
  'pg_drop_replication_slot|pg_wal_replay_\\w+|pg_log_backend_memory_contexts|pg_export_snapshot|setseed|' +
  'query_to_xml\\w*';

const outsideName = new RegExp(`^(?:${outside})$`);

/** For PostgreSQL's own regular expressions: such a function named in a body, a name in disguise, or a COPY. */
export const outsidePattern = `\\m(?:${outside})\\M|\\mu&"|\\mcopy\\M[^;]*\\m(?:program|to|from)\\M`;

/** Is it the name of a function of PostgreSQL or its extensions that a rollback does not undo? */
export function actsOutside(name: string): boolean {
  return outsideName.test(name);
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

const fine: Verdict = { ok: true };

/** May EXPLAIN ANALYZE run this function? Transactions are rolled back, so reading is all that is left. */
export function mayRun(called: FunctionFacts): Verdict {
  const name = shown(called);
  if (/^(nextval|setval)$/.test(called.name) && called.schema === 'pg_catalog') {
    return no(`${name} advances a sequence, which a rollback does not undo`);
  }
  if (outsideName.test(called.name) && (called.schema === 'pg_catalog' || called.extension !== null)) {
    return no(`${name} acts outside the transaction, where a rollback does not reach`);
  }
  if (runsText.test(called.name) && (called.schema === 'pg_catalog' || called.extension !== null)) {
    return no(`${name} runs SQL that is given as text`);
  }
  if (called.extension !== null && outsideExtensions.has(called.extension)) {
    return no(`${name} of the extension ${called.extension} acts outside the database`);
  }
  if (called.volatility === 'volatile') {
    const isKnown = called.schema === 'pg_catalog' || called.extension !== null;
    if (isKnown && harmlessVolatile.has(called.name)) return fine;
    return no(`${name} is volatile: what it changes is not known`);
  }
  return mayPlan(called);
}

/**
 * The planner itself runs immutable functions over constants, and stable ones to estimate. May it?
 * A function's label is a promise of its author; a language that reaches files and network can break it.
 */
export function mayPlan(called: FunctionFacts): Verdict {
  if (called.schema === 'pg_catalog') return fine;
  const name = shown(called);
  if (called.extension !== null) {
    return outsideExtensions.has(called.extension)
      ? no(`${name} of the extension ${called.extension} acts outside the database`)
      : fine;
  }
  if (called.language === 'internal') return fine;
  if (called.language === 'c' || !called.isTrustedLanguage) {
    return no(`${name} is written in ${called.language}, which can reach files and network`);
  }
  return fine;
}

export function shown(called: { readonly schema?: string; readonly name: string }): string {
  const { schema } = called;
  return `${schema === undefined || schema === 'pg_catalog' || schema === 'public' ? '' : `${schema}.`}${called.name}()`;
}

function no(why: string): Verdict {
  return { ok: false, why };
}
