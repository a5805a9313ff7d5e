/** The database of docker-compose.yml, unless DATABASE_URL says otherwise. */
export const databaseUrl = process.env.DATABASE_URL ?? 'postgres://blog:blog@127.0.0.1:5432/blog';

export const pool = {
  max: 20,
  idleTimeoutMillis: 30_000,
  connectionTimeoutMillis: 2_000,
};
