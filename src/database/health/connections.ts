import type { Connections } from './health';
import { hidden, only, type SectionReader, section } from './reading';
import { isClient, isHidden, masked, sessionJson, stateOf } from './sessions';

const mostSessions = 100;

/** Who is connected, and what they are doing: one SELECT on pg_stat_activity, our own session included. */
export const readConnections: SectionReader<Connections> = async (query, circumstances) => {
  const { hidden: count, isTracked, ...value } = only(await query<Row>(connections));
  const others = count === 1 ? '1 session of another user' : `${count} sessions of other users`;
  return section(
    { ...value, sessions: value.sessions.map(masked) },
    count > 0 && hidden(`State, wait and statement of ${others}`, circumstances),
    !isTracked && 'The server does not say what sessions do: track_activities is off.',
  );
};

interface Row extends Connections {
  readonly hidden: number;
  readonly isTracked: boolean;
}

/** `[{ name, count }]`, the most first. */
const counted = (name: string, where = 'true') => `(
  SELECT coalesce(json_agg(json_build_object('name', g.name, 'count', g.count) ORDER BY g.count DESC, g.name), '[]')
  FROM (SELECT ${name} AS name, count(*)::int AS count FROM client c WHERE ${where} GROUP BY 1) g)`;

/** Asking is itself active: a server would never be idle if we counted it among those that work. */
const isActive = `c.state = 'active' AND c.pid <> pg_backend_pid()`;

const connections = `
  WITH client AS MATERIALIZED (SELECT * FROM pg_stat_activity a WHERE ${isClient('a')})
  SELECT current_setting('max_connections')::int AS "maxConnections",
    current_setting('superuser_reserved_connections')::int
      + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
    (SELECT count(*)::int FROM client) AS total,
    (SELECT count(*)::int FROM client c WHERE ${isHidden('c')}) AS hidden,
    current_setting('track_activities')::bool AS "isTracked",
    ${counted(stateOf('c'))} AS "byState",
    ${counted(`coalesce(c.application_name, '')`)} AS "byApplication",
    ${counted(`coalesce(c.usename::text, '')`)} AS "byUser",
    ${counted(`coalesce(c.datname::text, '')`)} AS "byDatabase",
    ${counted(`coalesce(c.wait_event_type || ': ' || c.wait_event, 'CPU')`, isActive)} AS "byWait",
    (SELECT coalesce(json_agg(s.session ORDER BY s.since), '[]') FROM (
       SELECT ${sessionJson('c')} AS session, coalesce(c.xact_start, c.query_start) AS since FROM client c
       WHERE c.state <> 'idle' AND c.pid <> pg_backend_pid() ORDER BY 2 LIMIT ${mostSessions}) s) AS sessions`;
