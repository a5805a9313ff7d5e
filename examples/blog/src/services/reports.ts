import { pool } from '../db/pool.js';

export interface AuthorPost {
  id: string;
  title: string;
  comments: string;
}

/** An author's posts with the number of comments, counted again for every row. */
export async function postsWithCommentCount(authorId: string): Promise<AuthorPost[]> {
  const { rows } = await pool.query({
    text: `
      SELECT p.id, p.title,
             (SELECT count(*) FROM comments c WHERE c.post_id = p.id) AS comments
        FROM posts p
       WHERE p.author_id = $1
       ORDER BY p.created_at DESC
       LIMIT 20`,
    values: [authorId],
  });
  return rows;
}

export interface MonthOfAuthor {
  month: Date;
  author_id: string;
  comments: string;
  readers: string;
}

const monthlyText = `
  SELECT date_trunc('month', c.created_at) AS month,
         p.author_id,
         count(*) AS comments,
         count(DISTINCT c.author_id) AS readers
    FROM comments c
    JOIN posts p ON p.id = c.post_id
   GROUP BY 1, 2
   ORDER BY month DESC, comments DESC`;

/** Sorts all comments, because of count(DISTINCT …), to show the first fifty groups. */
export async function monthlyReport(): Promise<MonthOfAuthor[]> {
  const { rows } = await pool.query(monthlyText + ' LIMIT 50');
  return rows;
}
