import { type CommonQueryMethods, type DatabaseTransactionConnection, sql } from 'slonik';
import { z } from 'zod';

const row = z.object({}).passthrough();

export async function filtered(pool: CommonQueryMethods, authorId: number, status: string) {
  const conditions = [sql.fragment`author_id = ${authorId}`, sql.fragment`status = ${status}`];
  return pool.any(sql.type(row)`SELECT id FROM posts WHERE ${sql.join(conditions, sql.fragment` AND `)}`);
}

export async function identified(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT ${sql.identifier(['posts', 'title'])} FROM ${sql.identifier(['public', 'posts'])}`);
}

export async function joinedColumns(pool: CommonQueryMethods) {
  const columns = sql.join([sql.identifier(['id']), sql.identifier(['title'])], sql.fragment`, `);
  return pool.any(sql.unsafe`SELECT ${columns} FROM posts`);
}

export async function json(pool: CommonQueryMethods, id: number, meta: { color: string }) {
  await pool.query(sql.unsafe`UPDATE posts SET meta = ${sql.jsonb(meta)} WHERE id = ${id}`);
}

export async function dated(pool: CommonQueryMethods, since: Date) {
  return pool.any(sql.unsafe`SELECT id FROM posts WHERE created_at > ${sql.timestamp(since)} AND day >= ${sql.date(since)}`);
}

export async function recent(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT id FROM posts WHERE created_at > now() - ${sql.interval({ days: 3 })}`);
}

export async function binary(pool: CommonQueryMethods, data: Buffer) {
  await pool.query(sql.unsafe`UPDATE posts SET cover = ${sql.binary(data)}`);
}

export async function literal(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT ${sql.literalValue('x')} AS kind, id FROM posts`);
}

const published = sql.fragment`status = 'published' AND deleted_at IS NULL`;

export async function publishedPosts(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT id, title FROM posts WHERE ${published} ORDER BY id`);
}

export async function withTags(pool: CommonQueryMethods, id: number) {
  return pool.any(sql.type(row)`
    WITH post AS (
      SELECT * FROM posts WHERE id = ${id}
    )
    SELECT post.id, array_agg(t.name) AS tags
    FROM post
    JOIN posts_tags pt ON pt.post_id = post.id
    JOIN tags t ON t.id = pt.tag_id
    GROUP BY post.id
  `);
}

export async function subquery(pool: CommonQueryMethods, role: string) {
  const authors = sql.fragment`SELECT id FROM users WHERE role = ${role}`;
  return pool.any(sql.unsafe`SELECT id FROM posts WHERE author_id IN (${authors})`);
}

export async function ordered(pool: CommonQueryMethods, newestFirst: boolean) {
  return pool.any(
    sql.unsafe`SELECT id FROM posts ORDER BY created_at ${newestFirst ? sql.fragment`DESC` : sql.fragment`ASC`}`,
  );
}

export async function upsert(pool: CommonQueryMethods, slug: string, title: string) {
  await pool.query(sql.unsafe`
    INSERT INTO posts (slug, title)
    VALUES (${slug}, ${title})
    ON CONFLICT (slug) DO UPDATE SET title = EXCLUDED.title
  `);
}

export async function locked(pool: CommonQueryMethods) {
  return pool.transaction((tx: DatabaseTransactionConnection) =>
    tx.any(sql.unsafe`SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`),
  );
}

export async function counted(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT status, count(*) FROM posts GROUP BY status HAVING count(*) > ${5}`);
}

export async function lateral(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`
    SELECT u.id, last.title
    FROM users u
    LEFT JOIN LATERAL (SELECT title FROM posts WHERE author_id = u.id ORDER BY id DESC LIMIT 1) last ON true
  `);
}

export async function keyset(pool: CommonQueryMethods, createdAt: string, id: number) {
  return pool.any(sql.unsafe`SELECT id FROM posts WHERE (created_at, id) < (${createdAt}, ${id}) ORDER BY created_at DESC, id DESC`);
}

export async function deleteOld(pool: CommonQueryMethods, days: number) {
  await pool.query(sql.unsafe`DELETE FROM posts USING users u WHERE u.id = author_id AND u.age > ${days}`);
}

export async function built(pool: CommonQueryMethods, id: number) {
  const query = sql.unsafe`SELECT * FROM posts WHERE id = ${id}`;
  return pool.any(query);
}

const insertTag = (postId: number, name: string) => sql.unsafe`INSERT INTO tags (post_id, name) VALUES (${postId}, ${name})`;

export async function addTag(pool: CommonQueryMethods) {
  await pool.query(insertTag(1, 'a'));
}

export async function valuesList(pool: CommonQueryMethods) {
  const tuples = sql.join([sql.fragment`(${1}, ${'a'})`, sql.fragment`(${2}, ${'b'})`], sql.fragment`, `);
  await pool.query(sql.unsafe`INSERT INTO tags (post_id, name) VALUES ${tuples}`);
}

export async function connected(pool: { connect: (run: (connection: CommonQueryMethods) => Promise<unknown>) => Promise<unknown> }) {
  return pool.connect(async (connection) => connection.any(sql.unsafe`SELECT id FROM comments LIMIT 2`));
}

export async function existsComment(pool: CommonQueryMethods, id: number) {
  return pool.any(sql.unsafe`SELECT EXISTS (SELECT 1 FROM comments WHERE post_id = ${id}) AS found`);
}

export async function unionAll(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT id FROM posts UNION ALL SELECT id FROM drafts`);
}

export async function ranked(pool: CommonQueryMethods) {
  return pool.any(sql.unsafe`SELECT id, rank() OVER (PARTITION BY author_id ORDER BY score DESC) AS place FROM posts`);
}

export async function firstOfOne(pool: CommonQueryMethods, id: number) {
  return pool.any(sql.type(z.object({ id: z.number() }))`SELECT id FROM posts WHERE ${sql.fragment`id = ${id} AND ${published}`}`);
}

export async function prefixed(pool: CommonQueryMethods, tag: string) {
  return pool.any(sql.unsafe`SELECT p.id FROM posts p WHERE ${tag} = ANY(p.tags) AND p.title LIKE ${'a%'}`);
}

export async function matrix(pool: CommonQueryMethods, pairs: [number, number][]) {
  return pool.any(sql.unsafe`SELECT * FROM ${sql.unnest(pairs, ['int4', 'int4'])} AS pairs (post_id, tag_id)`);
}
