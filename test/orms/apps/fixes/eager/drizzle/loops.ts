import { desc, eq, sql } from 'drizzle-orm';
import { comments, db, posts, users } from './models';

const bodies = (found: readonly { readonly body: string }[]) => found.map(({ body }) => body).sort();

export async function pageOfMany() {
  const rows = await db.query.posts.findMany({ orderBy: [desc(posts.title), posts.id], limit: 3, offset: 2 });
  const lines: unknown[] = [];
  for (const post of rows) {
    const found = await db.query.comments.findMany({ where: eq(comments.postId, post.id) });
    lines.push([post.title, bodies(found)]);
  }
  return lines;
}

export async function perhapsEditors() {
  const rows = await db.query.posts.findMany({ where: sql`id > 1`, orderBy: posts.id });
  const lines: unknown[] = [];
  for (const post of rows) {
    if (post.editorId === null) continue;
    const editor = await db.query.users.findFirst({ where: eq(users.id, post.editorId) });
    lines.push([post.title, editor]);
  }
  return lines;
}

export async function nested() {
  const rows = await db.query.posts.findMany({ with: { comments: true }, orderBy: posts.id });
  const lines: unknown[] = [];
  for (const post of rows) {
    for (const comment of post.comments) {
      const author = await db.query.users.findFirst({ where: eq(users.id, comment.authorId) });
      lines.push([post.title, comment.body, author!.name]);
    }
  }
  return lines;
}

export async function nestedInColumns() {
  const rows = await db.query.posts.findMany({
    with: { comments: { columns: { authorId: true, id: true }, orderBy: comments.id, limit: 2 } },
    orderBy: posts.id,
  });
  const lines: unknown[] = [];
  for (const post of rows) {
    for (const comment of post.comments) {
      const author = await db.query.users.findFirst({ where: eq(users.id, comment.authorId) });
      lines.push([post.title, comment.id, author!.name]);
    }
  }
  return lines;
}
