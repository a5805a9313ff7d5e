import { db, sql } from '@vercel/postgres';
import { newClient, pool } from './db';

export async function getUser(id: string) {
  const { rows } = await sql`SELECT id, email FROM users WHERE id = ${id}`;
  return rows[0];
}

const ITEMS_PER_PAGE = 6;

export async function fetchFilteredUsers(query: string, currentPage: number) {
  const offset = (currentPage - 1) * ITEMS_PER_PAGE;
  const users = await sql<{ id: string }>`
    SELECT users.id, users.email
    FROM users
    WHERE
      users.first_name ILIKE ${`%${query}%`} OR
      users.email ILIKE ${`%${query}%`}
    ORDER BY users.created_at DESC
    LIMIT ${ITEMS_PER_PAGE} OFFSET ${offset}
  `;
  return users.rows;
}

export async function fetchUserPages(query: string) {
  const count = await sql`SELECT COUNT(*) FROM users WHERE users.email ILIKE ${`%${query}%`}`;
  return Math.ceil(Number(count.rows[0]?.count) / ITEMS_PER_PAGE);
}

export async function fetchCardData() {
  const userCountPromise = sql`SELECT COUNT(*) FROM users`;
  const postStatusPromise = sql`SELECT
      SUM(CASE WHEN status = 'published' THEN 1 ELSE 0 END) AS "published",
      SUM(CASE WHEN status = 'draft' THEN 1 ELSE 0 END) AS "drafts"
    FROM posts`;
  return Promise.all([userCountPromise, postStatusPromise]);
}

export async function createUser(formData: { email: string; name: string }) {
  const { email, name } = formData;
  await sql`INSERT INTO users (email, first_name) VALUES (${email}, ${name})`;
}

export async function updateUser(id: string, email: string) {
  await sql`
    UPDATE users
    SET email = ${email}
    WHERE id = ${id}
  `;
}

export async function deleteUser(id: string) {
  await sql`DELETE FROM users WHERE id = ${id}`;
}

export async function withQuery(id: number) {
  return sql.query('SELECT * FROM users WHERE id = $1', [id]);
}

export async function withClient(id: number) {
  const client = await db.connect();
  try {
    const { rows } = await client.sql`SELECT email FROM users WHERE id = ${id}`;
    return rows;
  } finally {
    client.release();
  }
}

export async function ownPool(role: string) {
  return pool.sql`SELECT id FROM users WHERE role = ${role}`;
}

export async function ownPoolText(role: string) {
  return pool.query('SELECT id FROM users WHERE role = $1 ORDER BY id', [role]);
}

export async function ownClient() {
  const client = newClient();
  await client.connect();
  const result = await client.sql`SELECT now() AS at FROM users LIMIT 1`;
  await client.end();
  return result;
}

export async function inTransaction(email: string) {
  const client = await pool.connect();
  await client.sql`BEGIN`;
  await client.sql`INSERT INTO users (email) VALUES (${email})`;
  await client.sql`INSERT INTO audit (kind) VALUES ('user')`;
  await client.sql`COMMIT`;
  client.release();
}
