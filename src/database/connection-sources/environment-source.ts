import type { ConnectionParts } from './connection-text';
import { isPostgresUrl, partsOfUrl } from './connection-text';

export type Variables = Readonly<Record<string, string | undefined>>;

/** In this order: what frameworks and hosts of databases call the connection's URL. */
const urlNames = [
  'DATABASE_URL',
  'POSTGRES_URL',
  'POSTGRESQL_URL',
  'DB_URL',
  'PG_URL',
  'POSTGRES_PRISMA_URL',
  'DIRECT_URL',
];

/** Each connection that environment variables describe, with the name of the variable. */
export function connectionsOfVariables(variables: Variables): { name: string; read: () => ConnectionParts }[] {
  const found: { name: string; read: () => ConnectionParts }[] = [];
  for (const name of urlNames) {
    const url = variables[name];
    if (url !== undefined && isPostgresUrl(url)) found.push({ name, read: () => partsOfUrl(url) });
  }
  if (variables.PGHOST || variables.PGDATABASE || variables.PGPORT) {
    found.push({
      name: 'PG*',
      read: () => ({
        host: variables.PGHOST,
        port: variables.PGPORT,
        dbname: variables.PGDATABASE,
        user: variables.PGUSER,
        password: variables.PGPASSWORD,
        sslmode: variables.PGSSLMODE,
        sslrootcert: variables.PGSSLROOTCERT,
        sslcert: variables.PGSSLCERT,
        sslkey: variables.PGSSLKEY,
      }),
    });
  }
  return found;
}
