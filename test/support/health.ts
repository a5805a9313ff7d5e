import type pg from 'pg';
import type { GateOptions } from '../../src/database/gate';
import type { Section } from '../../src/database/health/health';
import { Server } from '../../src/database/server';
import { type PostgresServer, sharedServer, testedMajors } from './postgres-server';

/** Of the same settings for all tests of health, so that they share it. */
export function healthServer(major?: number): Promise<PostgresServer> {
  return sharedServer(major, {
    settings: { shared_preload_libraries: 'pg_stat_statements', max_prepared_transactions: 5, wal_level: 'logical' },
  });
}

/** For what differs with the version, but not from one to the next. */
export function oldestAndNewest(): readonly number[] {
  const majors = testedMajors();
  return [...new Set([Math.min(...majors), Math.max(...majors)])];
}

/** Asks once and closes the connection. */
export async function withServer<T>(options: GateOptions, ask: (server: Server) => Promise<T>): Promise<T> {
  const server = new Server(options);
  try {
    return await ask(server);
  } finally {
    await server.dispose();
  }
}

/** What a section says; fails where it is missing. */
export function valueIn<T>(section: Section<T>): T {
  if ('missing' in section) throw new Error(`The section is missing: ${section.missing}`);
  return section.value;
}

/** The sentences of a section on what is not in it. */
export function hiddenIn(section: Section<unknown>): string | undefined {
  return 'missing' in section ? section.missing : section.partly;
}

/**
 * What this session counted becomes visible to others now. Before 15 a session tells the collector twice a second at most, at the
 * end of a transaction, and the collector writes as often.
 */
export async function flushStatistics(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS version`);
  if (rows[0].version >= 150000) {
    await client.query('SELECT pg_stat_force_next_flush()');
    return;
  }
  for (const question of ['SELECT 1', 'SELECT 2']) {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await client.query(question);
  }
}
