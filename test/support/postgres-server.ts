import { randomBytes } from 'node:crypto';
import pg from 'pg';
import {
  majors,
  newestMajor,
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from '../../scripts/lib/postgres.mjs';
import type { GateOptions } from '../../src/database/gate';
import { type ConnectionProfile, Secret } from '../../src/database/profile';

export { type PostgresServer, startPostgres };

/** All that Planlight knows; PLANLIGHT_MAJORS=13,18 chooses fewer. One that is not there yet is installed first. */
export function testedMajors(): readonly number[] {
  const chosen = process.env.PLANLIGHT_MAJORS;
  return chosen ? chosen.split(',').map(Number) : majors;
}

const running = new Map<string, Promise<PostgresServer>>();

/** One server for all tests that do not break it; stopped after the last test. */
export function sharedServer(major = newestMajor, options: PostgresOptions = {}): Promise<PostgresServer> {
  const key = JSON.stringify([major, options]);
  const known = running.get(key) ?? startPostgres({ major, ...options });
  running.set(key, known);
  return known;
}

after(async () => {
  await Promise.all([...running.values()].map(async (server) => (await server).stop()));
  running.clear();
});

/** A database of one's own, with an open connection of the superuser. */
export interface TestDatabase {
  readonly server: PostgresServer;
  readonly name: string;
  readonly admin: pg.Client;
  profile(changes?: Partial<ConnectionProfile>): ConnectionProfile;
  gateOptions(changes?: Partial<ConnectionProfile>, more?: Partial<GateOptions>): GateOptions;
  drop(): Promise<void>;
}

/** `options` of CREATE DATABASE: `LOCALE 'C.UTF-8'`. */
export async function createDatabase(server: PostgresServer, sql = '', options = ''): Promise<TestDatabase> {
  const name = `test_${randomBytes(4).toString('hex')}`;
  const maintenance = await connectTo(server.connectionString());
  await maintenance.query(`CREATE DATABASE ${name} ${options === '' ? '' : `TEMPLATE template0 ${options}`}`);
  await maintenance.end();
  const admin = await connectTo(server.connectionString(name));
  if (sql !== '') await admin.query(sql);
  const profile = (changes: Partial<ConnectionProfile> = {}): ConnectionProfile => ({
    name,
    source: 'settings',
    host: server.host,
    port: server.port,
    database: name,
    user: server.superuser,
    ssl: 'disable',
    environment: 'development',
    ...changes,
  });
  return {
    server,
    name,
    admin,
    profile,
    gateOptions: (changes, more) => gateOptions(profile(changes), more),
    async drop() {
      await admin.end();
      const last = await connectTo(server.connectionString());
      await last.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await last.end();
    },
  };
}

export function gateOptions(profile: ConnectionProfile, more: Partial<GateOptions> = {}): GateOptions {
  return {
    profile,
    password: async () => new Secret('unused'),
    isTrusted: () => true,
    timeouts: { statementMs: 5_000, lockMs: 1_000, connectMs: 3_000 },
    ...more,
  };
}

export async function connectTo(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined); // The test ends the server on purpose.
  await client.connect();
  return client;
}

/** 2,000 posts of 50 authors, Zipf-like: author 1 wrote most of them. */
export const blog = `
  CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
  CREATE TABLE posts (
    id serial PRIMARY KEY, author_id int NOT NULL REFERENCES users, title text NOT NULL,
    published boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now());
  INSERT INTO users (name) SELECT 'user ' || n FROM generate_series(1, 50) AS n;
  INSERT INTO posts (author_id, title, published, created_at)
    SELECT greatest(1, least(50, (50 / (1 + n % 50))::int)), 'title number ' || n, n % 10 <> 0,
      timestamptz '2024-01-01' + n * interval '1 hour'
    FROM generate_series(1, 2000) AS n;
  ANALYZE;`;
