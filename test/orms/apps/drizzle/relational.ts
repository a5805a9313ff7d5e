import { and, asc, desc, eq, gt, ilike, sql } from 'drizzle-orm';
import { db } from './db';
import { comments, posts, users } from './schema';

export async function feed(authorId: number, limit = 20) {
  return db.query.posts.findMany({
    where: and(eq(posts.authorId, authorId), eq(posts.status, 'published')),
    with: {
      author: { columns: { id: true, firstName: true } },
      comments: {
        where: gt(comments.id, 0),
        orderBy: [desc(comments.createdAt)],
        limit: 5,
        columns: { content: true, createdAt: true },
      },
    },
    columns: { id: true, title: true, publishedAt: true },
    orderBy: [desc(posts.publishedAt), asc(posts.id)],
    limit,
  });
}

export async function everything() {
  return db.query.posts.findMany();
}

export async function nested(id: number) {
  return db.query.users.findFirst({
    where: eq(users.id, id),
    with: {
      posts: {
        with: {
          comments: { with: { user: { columns: { email: true } } } },
          postsToTags: { columns: {}, with: { tag: true } },
        },
      },
      profile: true,
    },
  });
}

export async function callbacks(term: string) {
  return db.query.posts.findMany({
    where: (post, { ilike, and, isNotNull }) => and(ilike(post.title, `%${term}%`), isNotNull(post.publishedAt)),
    orderBy: (post, { desc }) => [desc(post.publishedAt)],
    extras: { lowerTitle: sql<string>`lower(${posts.title})`.as('lower_title') },
    offset: 10,
    limit: 10,
  });
}

export async function selfRelation(id: number) {
  return db.query.users.findMany({
    where: eq(users.id, id),
    columns: { id: true },
    with: { inviter: { columns: { email: true } }, invited: { columns: { email: true }, limit: 3 } },
  });
}

export async function onlyColumns() {
  return db.query.comments.findMany({ columns: { content: true }, orderBy: comments.createdAt });
}

export async function optionalWith(id: number, withAuthor: boolean) {
  return db.query.posts.findFirst({
    where: eq(posts.id, id),
    with: withAuthor ? { author: true } : undefined,
  });
}

export async function matching(name: string) {
  const rows = await db.query.users.findMany({
    where: ilike(users.firstName, name),
    with: { comments: { extras: (c, { sql }) => ({ size: sql<number>`length(${c.content})`.as('size') }) } },
  });
  return rows.map((row) => row.comments.length);
}

export async function inTransaction(id: number) {
  return db.transaction(async (tx) => {
    const post = await tx.query.posts.findFirst({ where: eq(posts.id, id), columns: { id: true, viewCount: true } });
    await tx
      .update(posts)
      .set({ viewCount: sql`${posts.viewCount} + 1` })
      .where(eq(posts.id, id));
    return post;
  });
}
