import { QueryTypes } from 'sequelize';
import { pool } from '../db/pool.js';
import { sequelize } from '../models/index.js';

/** Posts with a word in the title or the body. */
export async function searchPosts(word) {
  const { rows } = await pool.query(
    `SELECT id, title, slug, created_at
       FROM posts
      WHERE title ILIKE '%' || $1 || '%' OR body ILIKE '%' || $1 || '%'
      ORDER BY created_at DESC
      LIMIT 20`,
    [word],
  );
  return rows;
}

/** For the box that completes names while one types. */
export async function searchUsers(term) {
  return sequelize.query('SELECT id, username, display_name FROM users WHERE display_name LIKE :pattern LIMIT 10', {
    replacements: { pattern: `%${term}%` },
    type: QueryTypes.SELECT,
  });
}

/** Log-in by e-mail, whatever the case: the unique index on email cannot answer lower(email). */
export async function userByEmail(email) {
  const users = await sequelize.query('SELECT id, username, email FROM users WHERE lower(email) = lower(:email)', {
    replacements: { email },
    type: QueryTypes.SELECT,
  });
  return users[0];
}
