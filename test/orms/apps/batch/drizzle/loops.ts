import { and, asc, count, desc, eq, gt, like } from 'drizzle-orm';
import { comments, db, posts, users } from './models';

export async function authors() {
  const rows = await db.select().from(posts).orderBy(asc(posts.id));
  const lines: string[] = [];
  for (const post of rows) {
    const [author] = await db.select().from(users).where(eq(users.id, post.authorId));
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function editors() {
  const rows = await db.query.posts.findMany({ orderBy: asc(posts.id) });
  const lines: string[] = [];
  for (const post of rows) {
    const editor = await db.query.users.findFirst({ where: eq(users.id, post.editorId as number) });
    lines.push(`${post.title}: ${editor === undefined ? 'nobody' : editor.name}`);
  }
  return lines;
}

export async function authorsByQuery() {
  const rows = await db.query.posts.findMany({ orderBy: asc(posts.id) });
  const lines: string[] = [];
  for (const post of rows) {
    const author = await db.query.users.findFirst({ columns: { id: true, name: true }, where: eq(users.id, post.authorId) });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const rows = await db.select({ id: posts.id, title: posts.title }).from(posts).orderBy(posts.id);
  return Promise.all(
    rows.map(async (post) => {
      const found = await db
        .select({ postId: comments.postId, body: comments.body })
        .from(comments)
        .where(and(gt(comments.authorId, 1), eq(comments.postId, post.id)))
        .orderBy(desc(comments.id));
      return `${post.title}: ${found.map(({ body }) => body).join(', ')}`;
    }),
  );
}

export async function commentsByQuery() {
  const rows = await db.query.posts.findMany({ orderBy: asc(posts.id) });
  const lines: string[] = [];
  for (const post of rows) {
    const found = await db.query.comments.findMany({ where: eq(comments.postId, post.id), orderBy: desc(comments.id) });
    lines.push(`${post.title}: ${found.map(({ body }) => body).join(', ')}`);
  }
  return lines;
}

export async function countOfEach() {
  const rows = await db.query.posts.findMany({ orderBy: asc(posts.id) });
  const lines: string[] = [];
  for (const post of rows) {
    const [{ n }] = await db.select({ n: count() }).from(comments).where(eq(comments.postId, post.id));
    lines.push(`${post.title}: ${n + 1}`);
  }
  return lines;
}

export async function countShort() {
  const rows = await db.query.posts.findMany({ orderBy: asc(posts.id) });
  const lines: string[] = [];
  for (const post of rows) {
    lines.push(`${post.title}: ${await db.$count(comments, eq(comments.postId, post.id))}`);
  }
  return lines;
}

export async function writes() {
  const all = await db.select().from(users).orderBy(users.id);
  for (const user of all) {
    await db.insert(posts).values({ title: `Welcome, ${user.name}`, authorId: user.id });
  }
  const made = await db.select().from(posts).where(like(posts.title, 'Welcome%')).orderBy(posts.id);
  await db.delete(posts).where(like(posts.title, 'Welcome%'));
  return made.map(({ title, authorId }) => `${title} ${authorId}`);
}
