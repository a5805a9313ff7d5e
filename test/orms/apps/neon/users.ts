import { neon, type NeonQueryFunction } from '@neondatabase/serverless';
import { connect, pool, sql } from './db';

export async function getUser(id: number) {
  const [user] = await sql`SELECT id, email FROM users WHERE id = ${id}`;
  return user;
}

export async function listUsers(limit = 10, offset = 0) {
  return sql`
    SELECT *
    FROM users
    ORDER BY created_at DESC
    LIMIT ${limit} OFFSET ${offset}`;
}

export const byRole = (role: string) => sql`SELECT id FROM users WHERE role = ${role} AND deleted_at IS NULL`;

export async function createUser(email: string, name: string) {
  const rows = await sql`INSERT INTO users (email, first_name) VALUES (${email}, ${name}) RETURNING id`;
  return rows[0];
}

export async function updateUser(id: number, email: string) {
  await sql`UPDATE users SET email = ${email}, updated_at = now() WHERE id = ${id}`;
}

export async function removeUser(id: number) {
  await sql`DELETE FROM users WHERE id = ${id}`;
}

export async function withText(id: number) {
  return sql.query('SELECT * FROM users WHERE id = $1', [id]);
}

export async function withOptions(email: string) {
  return sql.query('SELECT id FROM users WHERE email = $1', [email], { arrayMode: true });
}

export async function several(id: number) {
  return sql.transaction([
    sql`UPDATE users SET logins = logins + 1 WHERE id = ${id}`,
    sql`SELECT * FROM users WHERE id = ${id}`,
  ]);
}

export async function severalByFunction(id: number) {
  return sql.transaction((tx) => [tx`DELETE FROM sessions WHERE user_id = ${id}`, tx`DELETE FROM users WHERE id = ${id}`]);
}

export class UserService {
  readonly #sql: NeonQueryFunction<false, false>;

  constructor(connection: NeonQueryFunction<false, false> = sql) {
    this.#sql = connection;
  }

  async count() {
    const query = this.#sql;
    const [row] = await query`SELECT count(*) FROM users`;
    return row;
  }

  async find(term: string) {
    const db = neon('postgres://user:secret@example-pooler.test/blog');
    return db`SELECT id FROM users WHERE email ILIKE ${`%${term}%`}`;
  }
}

export async function anyOf(ids: number[]) {
  return sql`SELECT * FROM users WHERE id = ANY(${ids})`;
}

export async function composed(role: string) {
  const active = sql`deleted_at IS NULL`;
  return sql`SELECT id FROM users WHERE ${active} AND role = ${role}`;
}

export async function pasted() {
  return sql`SELECT id FROM ${sql.unsafe('users')} ORDER BY ${sql.unsafe('email')} LIMIT 3`;
}

export async function pooled(id: number) {
  const { rows } = await pool.query('SELECT id, email FROM users WHERE id = $1', [id]);
  return rows[0];
}

export async function transferred(from: number, to: number) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE accounts SET amount = amount - 1 WHERE id = $1', [from]);
    await client.query('UPDATE accounts SET amount = amount + 1 WHERE id = $1', [to]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

export async function single() {
  const client = await connect();
  const { rows } = await client.query({ text: 'SELECT now() AS at FROM users LIMIT $1', values: [1] });
  await client.end();
  return rows;
}
