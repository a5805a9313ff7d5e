import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { db, edge, shop } from './db';
import { comments, follows, posts, postsToTags, profiles, tags, users } from './schema';
import { customers, invoices } from './schema/shop';

export async function addPost(authorId: number, title: string) {
  return db.insert(posts).values({ authorId, title, status: 'draft', labels: [] }).returning({ id: posts.id });
}

export async function addComments(postId: number, userId: number) {
  await db.insert(comments).values([
    { postId, userId, content: 'one' },
    { postId, userId, content: 'two', createdAt: new Date() },
  ]);
}

export async function addMany(rows: (typeof tags.$inferInsert)[]) {
  if (rows.length === 0) return [];
  return db.insert(tags).values(rows).onConflictDoNothing().returning();
}

export async function follow(followerId: number, followedId: number) {
  await db
    .insert(follows)
    .values({ followerId, followedId })
    .onConflictDoNothing({ target: [follows.followerId, follows.followedId] });
}

export async function saveProfile(userId: number, bio: string) {
  return db
    .insert(profiles)
    .values({ userId, bio })
    .onConflictDoUpdate({ target: profiles.userId, set: { bio } })
    .returning();
}

export async function upsertUser(email: string, firstName: string) {
  await db
    .insert(users)
    .values({ email, firstName })
    .onConflictDoUpdate({
      target: users.email,
      set: { firstName: sql`excluded.first_name`, isActive: true },
      setWhere: eq(users.isActive, false),
    });
}

export async function publish(id: number) {
  await db
    .update(posts)
    .set({ status: 'published', publishedAt: sql`now()` })
    .where(and(eq(posts.id, id), eq(posts.status, 'draft')));
}

export async function updateFrom() {
  return db
    .update(posts)
    .set({ body: sql`${users.firstName} || ': ' || ${posts.body}` })
    .from(users)
    .where(eq(posts.authorId, users.id))
    .returning({ id: posts.id, author: users.email });
}

export async function patch(id: number, changes: { title?: string; body?: string }) {
  await db.update(posts).set({ title: changes.title, body: changes.body }).where(eq(posts.id, id));
}

export async function removeOld(before: Date) {
  await db.delete(comments).where(lt(comments.createdAt, before));
}

export async function removeAll() {
  await db.delete(postsToTags);
}

export async function removeTags(ids: number[]) {
  const gone = db.$with('gone').as(db.delete(tags).where(inArray(tags.id, ids)).returning({ id: tags.id }));
  return db.with(gone).delete(postsToTags).where(inArray(postsToTags.tagId, sql`(select id from ${gone})`));
}

export async function copyTags(from: number, to: number) {
  await db
    .insert(postsToTags)
    .select(
      db
        .select({ postId: sql<number>`${to}`.as('postId'), tagId: postsToTags.tagId })
        .from(postsToTags)
        .where(eq(postsToTags.postId, from)),
    );
}

export async function rawRows(since: Date) {
  const result = await db.execute(sql`
    select u.email, count(*) as n
    from ${users} u
    join ${posts} p on p.author_id = u.id
    where p.created_at > ${since}
    group by u.email
  `);
  return result.rows;
}

export async function rawText() {
  return db.execute('select version()');
}

export async function prepared(id: number) {
  const query = db
    .select()
    .from(posts)
    .where(eq(posts.id, sql.placeholder('id')))
    .prepare('post_by_id');
  return query.execute({ id });
}

export async function preparedRelational(id: number) {
  const query = db.query.posts
    .findFirst({ where: (post, { eq }) => eq(post.id, sql.placeholder('id')), with: { author: true } })
    .prepare('post_with_author');
  return query.execute({ id });
}

export async function batched(id: number) {
  return edge.batch([
    edge.select({ id: users.id }).from(users).where(eq(users.id, id)),
    edge.update(users).set({ isActive: true }).where(eq(users.id, id)),
  ]);
}

export async function unpaid(customerId: number) {
  return shop
    .select({ id: invoices.id, name: customers.fullName, total: invoices.totalAmount })
    .from(invoices)
    .innerJoin(customers, eq(customers.id, invoices.customerId))
    .where(and(eq(invoices.customerId, customerId), eq(invoices.isPaid, false)));
}

export async function allInvoices() {
  return shop.select().from(invoices);
}

export async function pay(id: number) {
  return shop.update(invoices).set({ isPaid: true, paidAt: new Date() }).where(eq(invoices.id, id)).returning();
}

export async function bill(customerId: number, total: string) {
  return shop.insert(invoices).values({ customerId, totalAmount: total }).returning({ id: invoices.id });
}

export async function shopFind(id: number) {
  return shop.query.customers.findFirst({ where: eq(customers.id, id) });
}

export function onlyText(id: number) {
  return db.select().from(users).where(eq(users.id, id)).toSQL();
}
