import { Client, Pool, type PoolClient, type QueryResultRow } from 'pg';
import { url } from '../support/recording-server';

export const pool = new Pool({ connectionString: url, max: 2, allowExitOnIdle: true });

export async function query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
  const { rows } = await pool.query<R>(text, values);
  return rows;
}

export async function queryOne<R extends QueryResultRow>(text: string, ...values: unknown[]): Promise<R | undefined> {
  const rows = await query<R>(text, values);
  return rows[0];
}

export async function withTransaction<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await run(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

export async function connected<T>(run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
