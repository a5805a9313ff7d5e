import { pool } from './models';

export async function countOfEach() {
  const { rows: posts } = await pool.query('SELECT id, title FROM posts ORDER BY id');
  const lines: string[] = [];
  for (const post of posts) {
    const { rows } = await pool.query('SELECT count(*) FROM comments WHERE post_id = $1', [post.id]);
    lines.push(`${post.title}: ${rows[0].count}`);
  }
  return lines;
}

export async function countOfOne() {
  const posts = await pool.query('SELECT id, title FROM posts ORDER BY id');
  return Promise.all(
    posts.rows.map(async (post) => ({
      title: post.title,
      comments: (await pool.query('SELECT count(*)::int AS n FROM comments c WHERE c.post_id = $1', [post.id])).rows[0].n,
    })),
  );
}

export async function editors() {
  const { rows: posts } = await pool.query('SELECT * FROM posts ORDER BY id');
  const lines: string[] = [];
  for (const post of posts) {
    const { rows: [editor] } = await pool.query('SELECT id, name FROM users WHERE id = $1', [post.editor_id]);
    lines.push(`${post.title}: ${editor === undefined ? 'nobody' : editor.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const { rows: posts } = await pool.query('SELECT * FROM posts ORDER BY id');
  const lines: string[] = [];
  for (const post of posts) {
    const result = await pool.query(
      'SELECT c.* FROM comments AS c WHERE c.post_id = $1::integer ORDER BY c.id DESC',
      [post.id],
    );
    lines.push(`${post.title}: ${result.rows.map(({ body }) => body).join(', ')}`);
  }
  return lines;
}
