import type postgres from 'postgres';
import { sql } from './models';

export async function posts(authorId = 1) {
  const rows = await sql`SELECT * FROM posts WHERE author_id = ${authorId} ORDER BY id`;
  return rows.map((row) => ({ ...row }));
}

export async function one(title = 'Post 2') {
  const [post] = await sql`SELECT id, title, created_at FROM posts WHERE title = ${title}`;
  return post;
}

export async function all(): Promise<postgres.Row[]> {
  return sql`SELECT id, price, body FROM posts ORDER BY id`;
}

export async function counted() {
  const rows = await sql`SELECT id FROM posts ORDER BY id`;
  return rows.count;
}

export async function change(title: string) {
  await sql`UPDATE posts SET title = ${title}, price = 7 WHERE author_id = 1`;
}

export async function changeBoth(title: string) {
  await sql.begin(async (tx) => {
    await tx`UPDATE posts SET title = ${title} WHERE author_id = 1`;
    await tx`UPDATE users SET name = ${title} WHERE id = 1`;
  });
}
