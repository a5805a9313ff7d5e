import { join } from 'node:path';
import { ParameterizedQuery, PreparedStatement, QueryFile } from 'pg-promise';
import { db, pgp } from './db';

const topPosts = new QueryFile(join(__dirname, 'sql/top-posts.sql'));

export async function top(limit: number) {
  return db.any(topPosts, { status: 'published', limit });
}

export const byAuthor = (authorId: number) => db.any('SELECT id, title FROM posts WHERE author_id = ${authorId}', { authorId });

export async function prepared(id: number) {
  const find = new PreparedStatement({ name: 'find-post', text: 'SELECT * FROM posts WHERE id = $1' });
  find.values = [id];
  return db.oneOrNone(find);
}

export async function parameterized(id: number) {
  return db.oneOrNone(new ParameterizedQuery({ text: 'SELECT id, title FROM posts WHERE id = $1', values: [id] }));
}

export async function identifier() {
  return db.any('SELECT $1:name FROM $2:name', ['title', 'posts']);
}

export async function aliasOf() {
  return db.any('SELECT id FROM $1:alias', ['posts']);
}

export async function rawOrder() {
  return db.any('SELECT id FROM posts ORDER BY created_at $1:raw', ['DESC']);
}

export async function columnsOf() {
  return db.any('SELECT ${columns:name} FROM posts WHERE id = ${id}', { columns: ['id', 'title'], id: 1 });
}

export async function arrays(tags: string[]) {
  return db.any('SELECT id FROM posts WHERE tags && $1', [tags]);
}

export async function anyOf(ids: number[]) {
  return db.any('SELECT id FROM posts WHERE id = ANY($1::int[])', [ids]);
}

export async function likeValue(word: string) {
  return db.any("SELECT id FROM posts WHERE title LIKE '%$1:value%'", [word]);
}

export async function streamless() {
  return db.each('SELECT id, body FROM posts', [], (row: { id: number }) => {
    row.id++;
  });
}

export async function mapped() {
  return db.map('SELECT id FROM posts WHERE status = $1', ['draft'], (row) => row.id);
}

export async function multiple() {
  return db.multi('SELECT id FROM posts; SELECT id FROM comments');
}

export async function called(id: number) {
  return db.func('post_summary', [id]);
}

export async function upsert(slug: string, title: string) {
  return db.none(
    `INSERT INTO posts (slug, title)
     VALUES ($[slug], $[title])
     ON CONFLICT (slug) DO UPDATE SET title = EXCLUDED.title`,
    { slug, title },
  );
}

export async function optional(status?: string) {
  const condition = status ? pgp.as.format('WHERE status = $1', [status]) : '';
  return db.any(`SELECT id FROM posts ${condition} ORDER BY id`);
}

export async function dates(from: Date, to: Date) {
  return db.one('SELECT count(*) FROM posts WHERE created_at BETWEEN $1 AND $2', [from, to]);
}

export async function withTx(ids: number[]) {
  await db.tx(async (t) => {
    const queries = ids.map((id) => t.none('UPDATE posts SET views = views + 1 WHERE id = $1', [id]));
    await t.batch(queries);
  });
}

export async function conditional() {
  return db.txIf({ cnd: true }, (t) => t.any('SELECT id FROM jobs FOR UPDATE SKIP LOCKED'));
}

export async function connected() {
  const connection = await db.connect();
  try {
    return await connection.any('SELECT now() AS at FROM posts LIMIT 1');
  } finally {
    connection.done();
  }
}

export async function thisProps() {
  return db.none('INSERT INTO audit(data) VALUES(${this:json})', { kind: 'x' });
}

export async function functions() {
  return db.any('SELECT id FROM posts WHERE created_at > ${since}', { since: () => new Date(0) });
}
