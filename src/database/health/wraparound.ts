import type { Wraparound } from './health';
import { only, type SectionReader, section } from './reading';
import { secondsSince } from './sessions';

/** How old the oldest transaction ids are, and what keeps dead rows from being cleaned up. Every role may read it. */
export const readWraparound: SectionReader<Wraparound> = async (query) =>
  section(only(await query<Wraparound>(wraparound)));

/**
 * Sessions and prepared transactions of other databases do not count: they hold back only theirs. The processes that send WAL
 * are the replicas' (hot_standby_feedback). A VACUUM has an xmin, too, but holds back nothing. https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
 */
const holders = `
  SELECT CASE WHEN r.pid IS NULL THEN 'session' ELSE 'replica' END AS kind,
    CASE WHEN r.pid IS NULL THEN concat_ws(', ', 'pid ' || a.pid, a.usename, nullif(a.application_name, ''))
      ELSE coalesce(r.application_name, '') END AS name,
    greatest(age(a.backend_xmin), age(a.backend_xid)) AS age, NULL::bool AS catalogs,
    CASE WHEN r.pid IS NULL THEN ${secondsSince('a.xact_start')} END AS seconds
  FROM pg_stat_activity a LEFT JOIN pg_stat_replication r ON r.pid = a.pid
  WHERE coalesce(a.backend_xmin, a.backend_xid) IS NOT NULL AND a.pid <> pg_backend_pid()
    AND (a.datname = current_database() OR a.datid IS NULL)
    AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
  UNION ALL
  SELECT 'slot', slot_name::text, greatest(age(xmin), age(catalog_xmin)), CASE WHEN xmin IS NULL THEN true END, NULL
  FROM pg_replication_slots WHERE coalesce(xmin, catalog_xmin) IS NOT NULL
  UNION ALL
  SELECT 'prepared transaction', gid, age(transaction), NULL, ${secondsSince('prepared')}
  FROM pg_prepared_xacts WHERE database = current_database()`;

const wraparound = `
  SELECT (SELECT json_agg(json_build_object('name', datname, 'xidAge', age(datfrozenxid), 'multixactAge', mxid_age(datminmxid))
      ORDER BY age(datfrozenxid) DESC, datname) FROM pg_database) AS databases,
    current_setting('autovacuum_freeze_max_age')::int AS "freezeMaxAge",
    (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('kind', h.kind, 'name', h.name, 'xminAge', h.age,
      'onlyCatalogs', h.catalogs, 'heldSeconds', h.seconds)) ORDER BY h.age DESC, h.name), '[]') FROM (${holders}) h) AS holders`;
