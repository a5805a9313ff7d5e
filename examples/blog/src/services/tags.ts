import { pool } from '../db/pool.js';

export interface TaggedPost {
  id: string;
  title: string;
  slug: string;
  username: string;
  created_at: Date;
}

export async function postsWithTag(tag: string): Promise<TaggedPost[]> {
  const { rows } = await pool.query(
    `SELECT p.id, p.title, p.slug, u.username, p.created_at
       FROM posts p
       JOIN post_tags pt ON pt.post_id = p.id
       JOIN tags t ON t.id = pt.tag_id
       JOIN users u ON u.id = p.author_id
      WHERE t.slug = $1 AND p.status = 'published'
      ORDER BY p.created_at DESC
      LIMIT 20`,
    [tag],
  );
  return rows;
}

/** The tags of one post; the primary key of post_tags begins with post_id. */
export async function tagsOfPost(postId: string): Promise<{ name: string; slug: string }[]> {
  const { rows } = await pool.query(
    'SELECT t.name, t.slug FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = $1 ORDER BY t.name',
    [postId],
  );
  return rows;
}
