import { pool } from './models';

async function written() {
  const { rows } = await pool.query("SELECT label, uses FROM tags WHERE label LIKE 'user%' ORDER BY label");
  await pool.query("DELETE FROM tags WHERE label LIKE 'user%'");
  return rows;
}

export async function inserts() {
  const { rows: users } = await pool.query('SELECT id, name FROM users');
  for (const user of users) {
    await pool.query('INSERT INTO tags (label, uses) VALUES ($1::text, $2::bigint)', [user.name, user.id * 10]);
  }
  return written();
}

/** The types are the catalog's. */
export async function insertsOnce() {
  const { rows: users } = await pool.query('SELECT u.id, u.name FROM users u, posts p WHERE p.author_id = u.id');
  for (const user of users) {
    await pool.query(
      "INSERT INTO tags (uses, label, checked_at) VALUES ($2, $1, '2024-01-01') ON CONFLICT (label) DO NOTHING",
      [user.name, user.id],
    );
  }
  return written();
}

export async function dates() {
  const result = await pool.query('SELECT id, name FROM users');
  for (const user of result.rows) {
    await pool.query('INSERT INTO tags (label, checked_at) VALUES ($1, $2)', [
      user.name,
      user.id > 2 ? new Date(2024, 6, user.id) : null,
    ]);
  }
  const { rows } = await pool.query("SELECT label, checked_at FROM tags WHERE label LIKE 'user%' ORDER BY label");
  await written();
  return rows;
}

export async function updates() {
  const { rows: users } = await pool.query('SELECT * FROM users');
  for (const user of users) {
    await pool.query('UPDATE users SET name = $2 WHERE id = $1', [user.id, user.name + '!']);
  }
  const { rows } = await pool.query('SELECT * FROM users ORDER BY id');
  await pool.query("UPDATE users SET name = rtrim(name, '!')");
  return rows;
}

export async function deletes() {
  await pool.query('INSERT INTO tags (label) SELECT name FROM users WHERE id <> 2');
  const { rows: users } = await pool.query('SELECT id, name FROM users WHERE id < 4');
  for (const user of users) await pool.query('DELETE FROM tags WHERE label = $1', [user.name]);
  return written();
}

/** Two queries a turn; the key is not among what they ask for. */
export async function authorsAndCounts() {
  const { rows: posts } = await pool.query('SELECT id, author_id, editor_id, title FROM posts ORDER BY id');
  const list = [];
  for (const post of posts) {
    const editor = await pool.query('SELECT name FROM users WHERE id = $1', [post.editor_id]);
    const comments = await pool.query('SELECT count(*) FROM comments WHERE post_id = $1', [post.id]);
    list.push({ title: post.title, editor: editor.rows[0], comments: Number(comments.rows[0].count) });
  }
  return list;
}

/** What stands before the query may choose, and sends nothing. */
export async function countsBeside() {
  const { rows: posts } = await pool.query('SELECT id, editor_id FROM posts ORDER BY id');
  const list = [];
  for (const post of posts) {
    const editor = post.editor_id ?? 'none';
    const comments = await pool.query('SELECT count(*) FROM comments WHERE post_id = $1', [post.id]);
    list.push({ editor, comments: Number(comments.rows[0].count) });
  }
  return list;
}
