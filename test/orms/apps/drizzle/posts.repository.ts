import {
  and,
  arrayContains,
  arrayOverlaps,
  asc,
  avg,
  between,
  count,
  countDistinct,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  max,
  notExists,
  notInArray,
  or,
  sql,
  sum,
} from 'drizzle-orm';
import { intersect, type PgSelect, union, unionAll } from 'drizzle-orm/pg-core';
import { db } from './db';
import * as schema from './schema';
import { comments, posts, postsToTags, publishedPosts, tags, users, wordCount } from './schema';

export const getPost = (id: number) => db.select().from(posts).where(eq(posts.id, id));

export async function postPage(cursor?: { publishedAt: Date; id: number }) {
  return db
    .select({
      id: posts.id,
      title: posts.title,
      author: { id: users.id, name: sql<string>`concat(${users.firstName}, ' ', ${users.lastName})` },
    })
    .from(posts)
    .innerJoin(users, eq(posts.authorId, users.id))
    .where(
      and(
        eq(posts.status, 'published'),
        isNotNull(posts.publishedAt),
        cursor
          ? or(
              lt(posts.publishedAt, cursor.publishedAt),
              and(eq(posts.publishedAt, cursor.publishedAt), gt(posts.id, cursor.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(posts.publishedAt), asc(posts.id))
    .limit(10);
}

export async function search(words: string) {
  const match = sql`to_tsvector('english', ${posts.title}) @@ plainto_tsquery('english', ${words})`;
  return db
    .select({ id: posts.id, rank: sql<number>`ts_rank(to_tsvector('english', ${posts.title}), plainto_tsquery(${words}))`.as('rank') })
    .from(posts)
    .where(match)
    .orderBy((t) => desc(t.rank));
}

export async function statistics() {
  return db
    .select({
      status: posts.status,
      posts: count(),
      authors: countDistinct(posts.authorId),
      views: sum(posts.viewCount).mapWith(Number),
      mean: avg(posts.viewCount),
      last: max(posts.publishedAt),
    })
    .from(posts)
    .groupBy(posts.status)
    .having(gt(count(), 5));
}

export async function perMonth() {
  const month = sql<string>`date_trunc('month', ${posts.publishedAt})`;
  return db.select({ month, n: count() }).from(posts).groupBy(month).orderBy(month);
}

export async function commented(from: Date, to: Date) {
  const recent = db
    .select({ postId: comments.postId, n: count(comments.id).as('n') })
    .from(comments)
    .where(between(comments.createdAt, from, to))
    .groupBy(comments.postId)
    .as('recent');
  return db
    .select({ id: posts.id, title: posts.title, comments: recent.n })
    .from(posts)
    .innerJoin(recent, eq(recent.postId, posts.id))
    .orderBy(desc(recent.n));
}

export async function topAuthors() {
  const totals = db.$with('totals').as(
    db
      .select({ authorId: posts.authorId, total: sql<number>`sum(${posts.viewCount})`.as('total') })
      .from(posts)
      .groupBy(posts.authorId),
  );
  return db
    .with(totals)
    .select({ email: users.email, total: totals.total })
    .from(totals)
    .innerJoin(users, eq(users.id, totals.authorId))
    .where(gt(totals.total, 100));
}

export async function cteAlone() {
  const sq = db.$with('sq').as(db.select().from(users).where(eq(users.role, 'admin')));
  return db.with(sq).select().from(sq);
}

export async function withTagged(tag: string) {
  return db
    .select()
    .from(posts)
    .where(
      exists(
        db
          .select({ one: sql`1` })
          .from(postsToTags)
          .innerJoin(tags, eq(tags.id, postsToTags.tagId))
          .where(and(eq(postsToTags.postId, posts.id), eq(tags.name, tag))),
      ),
    );
}

export async function uncommented() {
  const own = db.select().from(comments).where(eq(comments.postId, posts.id));
  return db.select({ id: posts.id }).from(posts).where(notExists(own));
}

export async function names(prefix: string) {
  const people = db.select({ name: users.firstName }).from(users).where(like(users.firstName, `${prefix}%`));
  const labels = db.select({ name: tags.name }).from(tags).where(like(tags.name, `${prefix}%`));
  return union(people, labels).orderBy(sql`name`).limit(5);
}

export async function chained() {
  return db
    .select({ id: posts.authorId })
    .from(posts)
    .unionAll(db.select({ id: comments.userId }).from(comments))
    .except(db.select({ id: users.id }).from(users).where(eq(users.isActive, false)));
}

export async function activeWriters() {
  return intersect(
    db.select({ id: posts.authorId }).from(posts),
    db.select({ id: comments.userId }).from(comments),
  );
}

export async function allNames() {
  return unionAll(db.select({ name: users.firstName }).from(users), db.select({ name: tags.name }).from(tags));
}

function withPaging<T extends PgSelect>(query: T, page: number, size = 10) {
  return query.limit(size).offset((page - 1) * size);
}

export async function dynamicPage(page: number, status?: 'draft' | 'published') {
  let query = db.select({ id: posts.id, title: posts.title }).from(posts).$dynamic();
  if (status) {
    query = query.where(eq(posts.status, status));
  }
  query = query.orderBy(desc(posts.id));
  return withPaging(query, page);
}

export async function lockNext() {
  return db
    .select()
    .from(posts)
    .where(eq(posts.status, 'draft'))
    .orderBy(posts.id)
    .limit(1)
    .for('update', { skipLocked: true });
}

export async function lockOf(id: number) {
  return db
    .select({ id: posts.id })
    .from(posts)
    .innerJoin(users, eq(users.id, posts.authorId))
    .where(eq(posts.id, id))
    .for('no key update', { of: posts });
}

export async function latestComments() {
  return db
    .selectDistinctOn([comments.postId], { postId: comments.postId, content: comments.content })
    .from(comments)
    .orderBy(comments.postId, desc(comments.createdAt));
}

export async function labelled(labels: string[]) {
  return db
    .select({ id: posts.id })
    .from(posts)
    .where(and(arrayContains(posts.labels, labels), arrayOverlaps(posts.labels, ['a', 'b'])));
}

export async function fromView() {
  return db.select().from(publishedPosts).where(gte(publishedPosts.viewCount, 10));
}

export async function excluding(ids: number[]) {
  return db
    .select({ n: wordCount })
    .from(posts)
    .where(notInArray(posts.id, ids.length ? ids : [0]));
}

export async function qualified(id: number) {
  return db.select({ title: schema.posts.title }).from(schema.posts).where(eq(schema.posts.authorId, id));
}

export async function lateral() {
  const last = db
    .select({ content: comments.content, at: comments.createdAt })
    .from(comments)
    .where(eq(comments.postId, posts.id))
    .orderBy(desc(comments.createdAt))
    .limit(1)
    .as('last');
  return db.select({ id: posts.id, content: last.content }).from(posts).leftJoinLateral(last, sql`true`);
}

export async function subqueryInSelect() {
  const comment = db.$count(comments, eq(comments.postId, posts.id));
  return db.select({ id: posts.id, comments: comment }).from(posts);
}

export async function fullJoined() {
  return db
    .select({ post: posts, comment: comments })
    .from(posts)
    .fullJoin(comments, eq(comments.postId, posts.id))
    .where(isNull(posts.body));
}

export async function inSubquery() {
  return db
    .select({ id: posts.id })
    .from(posts)
    .where(inArray(posts.authorId, db.select({ id: users.id }).from(users).where(eq(users.role, 'admin'))));
}
