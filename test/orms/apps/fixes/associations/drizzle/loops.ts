import { eq } from 'drizzle-orm';
import { db, posts, users } from './models';

export async function authors() {
  const rows = await db.query.posts.findMany({ with: { comments: true }, orderBy: posts.id });
  const lines: string[] = [];
  for (const post of rows) {
    const author = await db.query.users.findFirst({ where: eq(users.id, post.authorId) });
    lines.push(`${post.title} by ${author?.name}, ${post.comments.length}`);
  }
  return lines;
}

export async function editors() {
  const rows = await db.query.posts.findMany({ orderBy: posts.id });
  const lines: unknown[] = [];
  for (const post of rows) {
    const editor = post.editorId ? await db.query.users.findFirst({ where: eq(users.id, post.editorId) }) : undefined;
    lines.push({ title: post.title, editor });
  }
  return lines;
}
