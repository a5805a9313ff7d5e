import type { SessionHealth } from './health';
import { maskSecrets } from './mask-secrets';

/** Long statements are told by their beginning, in characters. */
const queryLength = 2_000;

/** Seconds from a time until now, not below 0 where clocks of processors differ; to the millisecond. */
export function secondsSince(time: string): string {
  return `round((${notNegative(`extract(epoch FROM clock_timestamp() - ${time})`)})::numeric, 3)::float8`;
}

/** greatest(0, NULL) is 0; what is not known stays NULL. */
export function notNegative(number: string): string {
  return `CASE WHEN ${number} < 0 THEN 0 ELSE ${number} END`;
}

/** Others' sessions without pg_read_all_stats: PostgreSQL shows this text in the place of their statement. */
export function isHidden(activity: string): string {
  return `coalesce(${activity}.query = '<insufficient privilege>', false)`;
}

/** SQL for a SessionHealth as JSON, of an alias of pg_stat_activity. */
export function sessionJson(a: string): string {
  return `json_strip_nulls(json_build_object(
    'pid', ${a}.pid, 'user', coalesce(${a}.usename::text, ''), 'application', coalesce(${a}.application_name, ''),
    'database', coalesce(${a}.datname::text, ''), 'client', host(${a}.client_addr), 'state', ${stateOf(a)},
    'wait', ${a}.wait_event_type || ': ' || ${a}.wait_event,
    'stateSeconds', coalesce(${secondsSince(`${a}.state_change`)}, 0),
    'transactionSeconds', ${secondsSince(`${a}.xact_start`)},
    'xminAge', greatest(age(${a}.backend_xmin), age(${a}.backend_xid)),
    'query', CASE WHEN NOT ${isHidden(a)} THEN left(nullif(${a}.query, ''), ${queryLength}) END))`;
}

/** As it was read, without the passwords in its statement. */
export function masked(session: SessionHealth): SessionHealth {
  return session.query === undefined ? session : { ...session, query: maskSecrets(session.query) };
}

/** A session that is still being greeted has no state; neither has one whose state we may not see. */
export function stateOf(a: string): string {
  return `CASE WHEN ${isHidden(a)} THEN 'hidden' ELSE coalesce(${a}.state, 'starting') END`;
}

/**
 * Client backends, of an alias of pg_stat_activity. Where the kind of another user's process is hidden, one with a user and a
 * database that sends no WAL is taken for a client; a parallel worker of a query looks the same.
 */
export function isClient(a: string): string {
  return `(${a}.backend_type = 'client backend' OR ${a}.backend_type IS NULL AND ${a}.usesysid IS NOT NULL
    AND ${a}.datid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_stat_replication w WHERE w.pid = ${a}.pid))`;
}
