import { pool } from '../db/pool.js';
import { sql } from '../db/sql.js';

export async function commentsOfPost(postId) {
  const { rows } = await pool.query(sql`
    SELECT c.id, c.body, c.created_at, u.username
      FROM comments c
      JOIN users u ON u.id = c.author_id
     WHERE c.post_id = ${postId}
     ORDER BY c.created_at DESC
     LIMIT 50
  `);
  return rows;
}

/** The latest comments of a post, without their authors. */
export async function latestComments(postId, limit = 5) {
  const { rows } = await pool.query(
    'SELECT id, author_id, body, created_at FROM comments WHERE post_id = $1 ORDER BY created_at DESC LIMIT $2',
    [postId, limit],
  );
  return rows;
}

export async function addComment(postId, authorId, body) {
  const { rows } = await pool.query(
    'INSERT INTO comments (post_id, author_id, body) VALUES ($1, $2, $3) RETURNING id, created_at',
    [postId, authorId, body],
  );
  return rows[0];
}

/**
 * Deletes the comments up to an id, a thousand at a time, so that no lock is held for long.
 * A query in a loop, and right: each turn deletes other rows, found by the primary key.
 */
export async function purgeComments(lastId) {
  let purged = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM comments
        WHERE id IN (SELECT id FROM comments WHERE id <= $1 ORDER BY id LIMIT 1000)`,
      [lastId],
    );
    if (rowCount === 0) {
      return purged;
    }
    purged += rowCount;
  }
}
