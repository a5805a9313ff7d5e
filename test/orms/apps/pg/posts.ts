import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { connected, pool, query, withTransaction } from './db';

const queries = {
  byAuthor: 'SELECT p.* FROM posts p JOIN users u ON u.id = p.author_id WHERE u.email = $1',
  publish: "UPDATE posts SET status = 'published', published_at = now() WHERE id = $1 RETURNING id",
} as const;

const SORT = { new: 'created_at DESC', top: 'score DESC, id' };

export async function byAuthor(email: string) {
  return query(queries.byAuthor, [email]);
}

export async function publish(id: number) {
  const [row] = await query<{ id: number }>(queries.publish, [id]);
  return row?.id;
}

export async function filtered(filter: { status?: string; authorId?: number }) {
  const conditions = ['deleted_at IS NULL'];
  const values: unknown[] = [];
  if (filter.status) {
    values.push(filter.status);
    conditions.push(`status = $${values.length}`);
  }
  if (filter.authorId) {
    values.push(filter.authorId);
    conditions.push(`author_id = $${values.length}`);
  }
  return query(`SELECT id, title FROM posts WHERE ${conditions.join(' AND ')} ORDER BY id`, values);
}

export async function sorted() {
  return query(`SELECT id, title FROM posts ORDER BY ${SORT.top} LIMIT 50`);
}

export async function withTags(id: number) {
  return query(
    `
    WITH post AS (
      SELECT * FROM posts WHERE id = $1
    )
    SELECT post.*, array_agg(t.name) AS tags
    FROM post
    LEFT JOIN posts_tags pt ON pt.post_id = post.id
    LEFT JOIN tags t ON t.id = pt.tag_id
    GROUP BY post.id, post.title
  `,
    [id],
  );
}

export async function createWithTags(title: string, tags: string[]) {
  return withTransaction(async (client) => {
    const { rows } = await client.query('INSERT INTO posts (title) VALUES ($1) RETURNING id', [title]);
    await client.query('INSERT INTO posts_tags (post_id, tag_id) SELECT $1, id FROM tags WHERE name = ANY($2)', [
      rows[0].id,
      tags,
    ]);
    return rows[0].id;
  });
}

export async function insertTag(postId: number) {
  for (const name of ['sql']) {
    await pool.query('INSERT INTO tags (post_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [postId, name]);
  }
}

export async function firstHundred() {
  const client = await pool.connect();
  const cursor = client.query(new Cursor('SELECT id, body FROM posts WHERE id > $1 ORDER BY id', [0]));
  const rows = await cursor.read(100);
  await cursor.close();
  client.release();
  return rows;
}

export async function streamed() {
  const client = await pool.connect();
  const stream = client.query(new QueryStream('SELECT * FROM posts WHERE status = $1', ['draft'], { batchSize: 10 }));
  for await (const row of stream) if (row === undefined) break;
  client.release();
}

export async function bulk(rows: { title: string; body: string }[]) {
  const titles = rows.map((row) => row.title);
  const bodies = rows.map((row) => row.body);
  await pool.query('INSERT INTO posts (title, body) SELECT * FROM unnest($1::text[], $2::text[])', [titles, bodies]);
}

export async function bulkValues(rows: { title: string; body: string }[]) {
  const places = rows.map((_, i) => `($${i * 2 + 1}, $${i * 2 + 2})`).join(', ');
  await pool.query(
    `INSERT INTO posts (title, body) VALUES ${places}`,
    rows.flatMap((row) => [row.title, row.body]),
  );
}

export async function stale(days: number) {
  return connected((client) =>
    client.query('SELECT id FROM posts WHERE updated_at < now() - $1 * interval \'1 day\'', [days]),
  );
}

export async function latest() {
  const text = ['SELECT DISTINCT ON (author_id) author_id, title', 'FROM posts', 'ORDER BY author_id, created_at DESC'].join('\n');
  return query(text);
}

export async function inList(a: number, b: number) {
  return query('SELECT title FROM posts WHERE id IN ($1, $2)', [a, b]);
}

export async function json(key: string) {
  return query(`SELECT meta->>'color' AS color FROM posts WHERE meta ? $1`, [key]);
}

export async function paged(cursor: string | null) {
  const after = cursor ? 'AND id > $2' : '';
  return query(`SELECT id FROM posts WHERE status = $1 ${after} ORDER BY id LIMIT 10`, cursor ? ['draft', cursor] : ['draft']);
}

export async function upsert(id: number, title: string) {
  return pool.query(
    `INSERT INTO posts AS p (id, title) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title
     WHERE p.title IS DISTINCT FROM EXCLUDED.title`,
    [id, title],
  );
}

export async function merged() {
  return pool.query(`MERGE INTO posts p USING drafts d ON p.id = d.id
    WHEN MATCHED THEN UPDATE SET title = d.title
    WHEN NOT MATCHED THEN INSERT (id, title) VALUES (d.id, d.title)`);
}

export async function locked() {
  return withTransaction(async (tx) => tx.query('SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED'));
}

export async function named(id: number) {
  const config = { name: 'post-by-id', text: 'SELECT * FROM posts WHERE id = $1' };
  return pool.query({ ...config, values: [id] });
}

export async function arrayMode() {
  const { rows } = await pool.query({ text: 'SELECT id, title FROM posts LIMIT 5', rowMode: 'array' });
  return rows;
}
