import type { BlockedSession } from './health';
import { hidden, type SectionReader, section } from './reading';
import { isHidden, masked, secondsSince, sessionJson } from './sessions';

/**
 * Who waits for a lock, for which one, and who holds it. pg_blocking_pids looks through the server's whole lock table each time:
 * it is asked only for those that wait.
 */
export const readLocks: SectionReader<readonly BlockedSession[]> = async (query, circumstances) => {
  const rows = await query<BlockedSession & { isHidden: boolean }>(blocked(circumstances.version));
  return section(
    rows.map(({ session, waitingSeconds, waitsFor, blockedBy }) => {
      return { session: masked(session), waitingSeconds, waitsFor, blockedBy: blockedBy.map(masked) };
    }),
    rows.some((row) => row.isHidden) && hidden('State and statement of some of these sessions', circumstances),
  );
};

/** `posts`, of aliases of pg_class and pg_namespace and, where those are of another database, of its number. */
const nameOf = (
  c: string,
  n: string,
  oid: string,
) => `coalesce(CASE WHEN ${n}.nspname = 'public' THEN quote_ident(${c}.relname)
  ELSE quote_ident(${n}.nspname) || '.' || quote_ident(${c}.relname) END, 'relation ' || ${oid})`;

/**
 * `relation posts, AccessExclusiveLock`. Who waits for a row waits in truth for the transaction that changed it, and holds the
 * row's lock meanwhile: `row (0,7) of posts, transaction 743`.
 */
const waitsFor = `CASE
  WHEN l.locktype = 'transactionid' AND r.row IS NOT NULL THEN r.row || ', transaction ' || l.transactionid
  ELSE CASE l.locktype
    WHEN 'relation' THEN CASE WHEN c.oid IS NULL THEN '' ELSE 'relation ' END || ${nameOf('c', 'n', 'l.relation')}
    WHEN 'extend' THEN 'extension of ' || ${nameOf('c', 'n', 'l.relation')}
    WHEN 'page' THEN format('page %s of %s', l.page, ${nameOf('c', 'n', 'l.relation')})
    WHEN 'tuple' THEN format('row (%s,%s) of %s', l.page, l.tuple, ${nameOf('c', 'n', 'l.relation')})
    WHEN 'transactionid' THEN 'transaction ' || l.transactionid
    WHEN 'virtualxid' THEN 'virtual transaction ' || l.virtualxid
    WHEN 'advisory' THEN 'advisory lock ' || CASE WHEN l.objsubid = 1
      THEN ((l.classid::bigint << 32) | l.objid::bigint)::text ELSE format('(%s, %s)', l.classid::int, l.objid::int) END
    WHEN 'object' THEN format('object %s of %s', l.objid, l.classid::regclass)
    ELSE l.locktype END || ', ' || l.mode END`;

/** Before 14, PostgreSQL did not keep since when a lock is waited for: then since the statement began. */
const since = (version: number) => (version >= 140000 ? 'coalesce(l.waitstart, a.query_start)' : 'a.query_start');

/**
 * A prepared transaction has no process: pg_blocking_pids names it 0. It is found by what it holds: the lock of its own
 * transaction, and under the same virtual transaction the thing that is waited for.
 */
const preparedHolders = `
  SELECT json_strip_nulls(json_build_object('pid', 0, 'user', x.owner, 'database', x.database,
    'application', 'prepared transaction ' || x.gid, 'state', 'prepared transaction',
    'stateSeconds', ${secondsSince('x.prepared')}, 'transactionSeconds', ${secondsSince('x.prepared')},
    'xminAge', age(x.transaction))) AS session, x.prepared AS since, false AS hidden
  FROM pg_prepared_xacts x
  JOIN lock own ON own.locktype = 'transactionid' AND own.transactionid = x.transaction AND own.pid IS NULL AND own.granted
  WHERE 0 = ANY (b.pids) AND EXISTS (
    SELECT FROM lock h WHERE h.pid IS NULL AND h.granted AND h.virtualtransaction = own.virtualtransaction
      AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.transactionid, h.classid, h.objid, h.objsubid)
        IS NOT DISTINCT FROM
        (l.locktype, l.database, l.relation, l.page, l.tuple, l.transactionid, l.classid, l.objid, l.objsubid))`;

const isOurs = (l: string) => `${l}.database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`;

const blocked = (version: number): string => `
  WITH lock AS MATERIALIZED (SELECT * FROM pg_locks)
  SELECT ${sessionJson('a')} AS session, coalesce(${secondsSince(since(version))}, 0) AS "waitingSeconds",
    ${waitsFor} AS "waitsFor", h.sessions AS "blockedBy", ${isHidden('a')} OR h.hidden AS "isHidden"
  FROM lock l
  JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_class c ON c.oid = l.relation AND ${isOurs('l')}
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (
    SELECT format('row (%s,%s) of %s', t.page, t.tuple, ${nameOf('tc', 'tn', 't.relation')}) AS row
    FROM lock t LEFT JOIN pg_class tc ON tc.oid = t.relation AND ${isOurs('t')}
    LEFT JOIN pg_namespace tn ON tn.oid = tc.relnamespace
    WHERE t.pid = l.pid AND t.locktype = 'tuple' AND t.granted LIMIT 1) r ON true
  CROSS JOIN LATERAL (SELECT pg_blocking_pids(l.pid) AS pids) b
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(s.session ORDER BY s.since), '[]') AS sessions, coalesce(bool_or(s.hidden), false) AS hidden
    FROM (
      SELECT ${sessionJson('o')} AS session, o.xact_start AS since, ${isHidden('o')} AS hidden
      FROM pg_stat_activity o WHERE o.pid = ANY (b.pids)
      UNION ALL ${preparedHolders}) s) h
  WHERE NOT l.granted
  ORDER BY 2 DESC, l.pid`;
