import { eq } from 'drizzle-orm';
import { comments, db, posts, users } from './models';

export async function authors() {
  const rows = await db.query.posts.findMany({ orderBy: posts.id });
  const lines: string[] = [];
  for (const post of rows) {
    const author = await db.query.users.findFirst({ where: eq(users.id, post.authorId) });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const rows = await db.query.posts.findMany({ with: { author: true }, orderBy: posts.id });
  return Promise.all(
    rows.map(async (post) => {
      const found = await db.query.comments.findMany({ where: eq(comments.postId, post.id) });
      return `${post.author.name}: ${found.map(({ body }) => body).sort().join(', ')}`;
    }),
  );
}
