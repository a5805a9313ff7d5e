import type { BlockedSession } from './health';
import { hidden, type SectionReader, section } from './reading';
import { isHidden, secondsSince, sessionJson } from './sessions';

/**
 * Who waits for a lock, for which one, and who holds it. pg_blocking_pids looks through the server's whole lock table each time:
 * it is asked only for those that wait.
 */
export const readLocks: SectionReader<readonly BlockedSession[]> = async (query, circumstances) => {
  const rows = await query<BlockedSession & { isHidden: boolean }>(blocked(circumstances.version));
  return section(
    rows.map(({ isHidden: _, ...session }) => session),
    rows.some((row) => row.isHidden) && hidden('State and statement of some of these sessions', circumstances),
  );
};

/** What a row of pg_locks is about: `relation posts`. */
const lockedThing = `CASE l.locktype
  WHEN 'relation' THEN 'relation ' || of_table
  WHEN 'extend' THEN 'extension of ' || of_table
  WHEN 'frozenid' THEN 'frozen transaction id of the database'
  WHEN 'page' THEN format('page %s of %s', l.page, of_table)
  WHEN 'tuple' THEN format('row (%s,%s) of %s', l.page, l.tuple, of_table)
  WHEN 'transactionid' THEN 'transaction ' || l.transactionid
  WHEN 'virtualxid' THEN 'virtual transaction ' || l.virtualxid
  WHEN 'advisory' THEN 'advisory lock ' || CASE WHEN l.objsubid = 1
    THEN ((l.classid::bigint << 32) | l.objid::bigint)::text ELSE format('(%s, %s)', l.classid::int, l.objid::int) END
  WHEN 'object' THEN format('object %s of %s', l.objid, l.classid::regclass)
  ELSE l.locktype END`;

/** Before 14, PostgreSQL did not keep since when a lock is waited for: then since the statement began. */
const since = (version: number) => (version >= 140000 ? 'coalesce(l.waitstart, a.query_start)' : 'a.query_start');

/**
 * A prepared transaction has no process: pg_blocking_pids names it 0. It is found by the lock that it holds on the same thing,
 * which is its own transaction where a row is waited for.
 */
const preparedHolders = `
  SELECT json_strip_nulls(json_build_object('pid', 0, 'user', x.owner, 'database', x.database,
    'application', 'prepared transaction ' || x.gid, 'state', 'prepared transaction',
    'stateSeconds', ${secondsSince('x.prepared')}, 'transactionSeconds', ${secondsSince('x.prepared')},
    'xminAge', age(x.transaction))) AS session, x.prepared AS since, false AS hidden
  FROM pg_prepared_xacts x
  WHERE 0 = ANY (b.pids) AND EXISTS (
    SELECT FROM pg_locks h WHERE h.pid IS NULL AND h.granted AND h.virtualtransaction = '-1/' || x.transaction
      AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.transactionid, h.classid, h.objid, h.objsubid)
        IS NOT DISTINCT FROM
        (l.locktype, l.database, l.relation, l.page, l.tuple, l.transactionid, l.classid, l.objid, l.objsubid))`;

const blocked = (version: number): string => `
  SELECT ${sessionJson('a')} AS session, coalesce(${secondsSince(since(version))}, 0) AS "waitingSeconds",
    ${lockedThing} || ', ' || l.mode AS "waitsFor", h.sessions AS "blockedBy",
    ${isHidden('a')} OR h.hidden AS "isHidden"
  FROM pg_locks l
  JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_class c ON c.oid = l.relation AND l.database IN (a.datid, 0)
    AND l.database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT coalesce(
    CASE WHEN n.nspname = 'public' THEN quote_ident(c.relname) ELSE quote_ident(n.nspname) || '.' || quote_ident(c.relname) END,
    format('relation %s', l.relation)) AS of_table) t
  CROSS JOIN LATERAL (SELECT pg_blocking_pids(l.pid) AS pids) b
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(s.session ORDER BY s.since), '[]') AS sessions, coalesce(bool_or(s.hidden), false) AS hidden
    FROM (
      SELECT ${sessionJson('o')} AS session, o.xact_start AS since, ${isHidden('o')} AS hidden
      FROM pg_stat_activity o WHERE o.pid = ANY (b.pids)
      UNION ALL ${preparedHolders}) s) h
  WHERE NOT l.granted
  ORDER BY 2 DESC, l.pid`;
