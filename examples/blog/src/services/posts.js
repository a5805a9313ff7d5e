import { pool } from '../db/pool.js';
import { sql } from '../db/sql.js';

const PAGE = 20;

/** The newest posts of an author. */
export async function postsByAuthor(authorId, limit = PAGE) {
  const { rows } = await pool.query(
    'SELECT id, title, slug, status, created_at FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT $2',
    [authorId, limit],
  );
  return rows;
}

/** The front page. */
export async function publishedPosts(limit = PAGE) {
  const { rows } = await pool.query(
    `SELECT id, author_id, title, slug, created_at
       FROM posts
      WHERE status = 'published'
      ORDER BY created_at DESC
      LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Page 500 reads and throws away the 9,980 posts before it. */
export async function postsPage(page) {
  const { rows } = await pool.query(
    `SELECT id, author_id, title, slug, created_at
       FROM posts
      ORDER BY created_at DESC
      LIMIT ${PAGE} OFFSET $1`,
    [(page - 1) * PAGE],
  );
  return rows;
}

/** One post; the unique index on slug answers it. */
export async function postBySlug(slug) {
  const { rows } = await pool.query('SELECT * FROM posts WHERE slug = $1', [slug]);
  return rows[0];
}

export async function countView(id) {
  await pool.query(sql`UPDATE posts SET view_count = view_count + 1 WHERE id = ${id}`);
}

/** Puts an author's forgotten drafts away. */
export async function archiveDrafts(authorId) {
  const { rowCount } = await pool.query(
    `UPDATE posts
        SET status = 'archived', updated_at = now()
      WHERE author_id = $1 AND status = 'draft'`,
    [authorId],
  );
  return rowCount;
}
