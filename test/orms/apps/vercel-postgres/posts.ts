import { sql } from '@vercel/postgres';
import { pool } from './db';

export async function recent(days: number) {
  return sql`SELECT id, title FROM posts WHERE created_at > now() - ${days} * interval '1 day'`;
}

export async function withAuthor(id: number) {
  return sql`
    SELECT p.id, p.title, u.email
    FROM posts p
    JOIN users u ON u.id = p.author_id
    WHERE p.id = ${id}
  `;
}

export async function upsert(slug: string, title: string) {
  return sql`INSERT INTO posts (slug, title) VALUES (${slug}, ${title})
    ON CONFLICT (slug) DO UPDATE SET title = EXCLUDED.title`;
}

export async function statistics() {
  return sql`SELECT status, count(*) AS n FROM posts GROUP BY status ORDER BY n DESC`;
}

export async function tagged(tags: string) {
  return sql`SELECT id FROM posts WHERE tags && ${tags}`;
}

export async function cte(authorId: number) {
  return sql`WITH own AS (SELECT id FROM posts WHERE author_id = ${authorId}) SELECT c.* FROM comments c JOIN own ON own.id = c.post_id`;
}

export async function bulk(titles: string, bodies: string) {
  return sql`INSERT INTO posts (title, body) SELECT * FROM unnest(${titles}::text[], ${bodies}::text[])`;
}

export async function keyset(after: number) {
  return sql`SELECT id FROM posts WHERE id > ${after} ORDER BY id LIMIT 20`;
}

export async function locked() {
  return pool.query('SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED');
}

export async function json(key: string) {
  return sql`SELECT meta->>${key} AS value FROM posts WHERE meta ? ${key}`;
}

export async function between(from: string, to: string) {
  return sql`SELECT count(*) FROM posts WHERE created_at BETWEEN ${from} AND ${to}`;
}

export async function existsComment(id: number) {
  const { rows } = await sql`SELECT EXISTS (SELECT 1 FROM comments WHERE post_id = ${id}) AS found`;
  return rows[0];
}

export async function both(id: number) {
  const [posts, comments] = await Promise.all([
    sql`SELECT * FROM posts WHERE id = ${id}`,
    sql`SELECT * FROM comments WHERE post_id = ${id}`,
  ]);
  return { posts, comments };
}

export async function lateral() {
  return sql`SELECT u.id, p.title FROM users u LEFT JOIN LATERAL (
    SELECT title FROM posts WHERE author_id = u.id ORDER BY id DESC LIMIT 1
  ) p ON true`;
}

export async function perRow(ids: number[]) {
  for (const id of ids) {
    await sql`UPDATE posts SET views = views + 1 WHERE id = ${id}`;
  }
}

export async function ranked() {
  return sql`SELECT id, rank() OVER (PARTITION BY author_id ORDER BY score DESC) AS place FROM posts`;
}

export async function texts() {
  const text = 'SELECT id FROM posts ' + 'WHERE status = $1 ' + 'ORDER BY id';
  return sql.query(text, ['draft']);
}

export async function deleteReturning(id: number) {
  return sql`DELETE FROM posts WHERE id = ${id} RETURNING *`;
}

export async function unionAll() {
  return sql`SELECT id FROM posts UNION ALL SELECT id FROM drafts`;
}

export async function named(id: number) {
  return pool.query({ name: 'post', text: 'SELECT * FROM posts WHERE id = $1', values: [id] });
}

export async function merged() {
  return pool.query(`MERGE INTO posts p USING drafts d ON p.id = d.id WHEN MATCHED THEN UPDATE SET title = d.title`);
}

export async function distinct() {
  return sql`SELECT DISTINCT ON (author_id) author_id, title FROM posts ORDER BY author_id, created_at DESC`;
}

export async function seeded(posts: { id: string; title: string }[]) {
  return Promise.all(
    posts.map(
      (post) => sql`
        INSERT INTO posts (id, title)
        VALUES (${post.id}, ${post.title})
        ON CONFLICT (id) DO NOTHING
      `,
    ),
  );
}

export async function latest() {
  const data = await sql`
    SELECT posts.title, users.email
    FROM posts
    JOIN users ON posts.author_id = users.id
    ORDER BY posts.created_at DESC
    LIMIT 5`;
  return data.rows;
}

export async function monthly() {
  return sql`SELECT date_trunc('month', created_at) AS month, count(*) FROM posts GROUP BY 1 ORDER BY 1`;
}

export async function nulls() {
  return sql`SELECT id FROM posts WHERE deleted_at IS NULL ORDER BY published_at DESC NULLS LAST`;
}

export async function having(n: number) {
  return sql`SELECT author_id FROM posts GROUP BY author_id HAVING count(*) > ${n}`;
}
