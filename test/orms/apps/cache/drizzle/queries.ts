import { asc, eq, sql } from 'drizzle-orm';
import { db, posts as table } from './models';

export async function posts(authorId = 1) {
  return db.select().from(table).where(eq(table.authorId, authorId)).orderBy(asc(table.id));
}

export async function related() {
  return db.query.posts.findMany({ with: { author: true }, orderBy: asc(table.id) });
}

export async function one(title = 'Post 2') {
  const [post] = await db.select().from(table).where(eq(table.title, title)).limit(1);
  return post;
}

export async function none() {
  return db.query.posts.findFirst({ where: eq(table.title, 'none') });
}

export async function count() {
  return db.$count(table, eq(table.authorId, 1));
}

export async function raw(authorId = 1) {
  const { rows } = await db.execute(sql`SELECT id, price FROM posts WHERE author_id = ${authorId} ORDER BY id`);
  return rows;
}

export async function change(title: string) {
  await db.update(table).set({ title, price: '7.00' }).where(eq(table.authorId, 1));
}

export async function changeBoth(title: string) {
  await db.transaction(async (tx) => {
    await tx.update(table).set({ title }).where(eq(table.authorId, 1));
    await tx.execute(sql`UPDATE users SET name = ${title} WHERE id = 1`);
  });
}
