import { pool } from '../db/pool.js';
import { publishedPosts } from './posts.js';

/** The front page with each post's author and number of comments: two more queries for every post. */
export async function feed() {
  const posts = await publishedPosts();
  for (const post of posts) {
    const author = await pool.query('SELECT username, display_name FROM users WHERE id = $1', [post.author_id]);
    const comments = await pool.query('SELECT count(*) FROM comments WHERE post_id = $1', [post.id]);
    post.author = author.rows[0];
    post.comments = Number(comments.rows[0].count);
  }
  return posts;
}

/** The same authors in one query: this is how it should be. */
export async function authorsOf(posts) {
  const ids = [...new Set(posts.map((post) => post.author_id))];
  const { rows } = await pool.query('SELECT id, username, display_name FROM users WHERE id = ANY($1)', [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}
