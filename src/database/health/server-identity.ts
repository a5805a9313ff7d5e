import type { CatalogQuery } from '../gate';
import { isoTime } from '../iso-time';
import type { ServerIdentity } from './health';
import { type Circumstances, only } from './reading';

/** Which server this is, by whose hands it runs, and what we may see there. Without the database's size, which takes longer. */
export async function readIdentity(
  query: CatalogQuery,
  { version, user, isReplica, seesStatistics }: Circumstances,
): Promise<ServerIdentity> {
  const asked = Date.now();
  const { epochMs, roles, hasAurora, ...row } = only(await query<Row>(identity));
  // The server looked at its clock somewhere between question and answer.
  const here = (asked + Date.now()) / 2;
  return {
    version,
    user,
    isReplica,
    canMonitor: seesStatistics,
    ...row,
    hosting: hostingOf(roles, hasAurora),
    clockAheadSeconds: Math.round((epochMs - here) / 100) / 10,
  };
}

/** The size of this database's files; a Problem where the privilege to connect was taken back or there are too many. */
export async function readDatabaseBytes(query: CatalogQuery): Promise<number> {
  return only(await query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes')).bytes;
}

interface Row
  extends Pick<ServerIdentity, 'database' | 'startedAt' | 'isSuperuser' | 'extensions' | 'availableExtensions'> {
  readonly epochMs: number;
  readonly roles: readonly string[];
  readonly hasAurora: boolean;
}

/** The administrator's role that each service puts in the place of a superuser. */
const hostingRoles = {
  rds_superuser: 'rds',
  cloudsqlsuperuser: 'cloud sql',
  azure_pg_admin: 'azure',
  supabase_admin: 'supabase',
  neon_superuser: 'neon',
} as const satisfies Record<string, ServerIdentity['hosting']>;

function hostingOf(roles: readonly string[], hasAurora: boolean): ServerIdentity['hosting'] {
  if (hasAurora) return 'aurora';
  for (const [role, hosting] of Object.entries(hostingRoles)) if (roles.includes(role)) return hosting;
  return 'self-managed';
}

const identity = `
  SELECT current_database()::text AS database, ${isoTime('pg_postmaster_start_time()')} AS "startedAt",
    current_setting('is_superuser') = 'on' AS "isSuperuser",
    (SELECT coalesce(json_object_agg(extname, extversion), '{}') FROM pg_extension) AS extensions,
    (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM pg_available_extensions) AS "availableExtensions",
    (SELECT coalesce(json_agg(rolname), '[]') FROM pg_roles
     WHERE rolname IN (${Object.keys(hostingRoles).map((role) => `'${role}'`)})) AS roles,
    EXISTS (SELECT FROM pg_proc WHERE proname = 'aurora_version' AND pronamespace = 'pg_catalog'::regnamespace) AS "hasAurora",
    extract(epoch FROM clock_timestamp())::float8 * 1000 AS "epochMs"`;
