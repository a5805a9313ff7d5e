import { sql } from 'kysely';
import { db } from './models';

export async function posts(authorId = 1) {
  return db.selectFrom('posts').selectAll().where('author_id', '=', authorId).orderBy('id').execute();
}

export async function joined() {
  const rows = await db
    .selectFrom('posts')
    .innerJoin('users', 'users.id', 'posts.author_id')
    .select(['posts.title', 'posts.created_at', 'users.name'])
    .orderBy('posts.id')
    .execute();
  return rows.map(({ title, name, created_at }) => [title, name, created_at]);
}

export async function one(title = 'Post 2') {
  return db.selectFrom('posts').selectAll().where('title', '=', title).executeTakeFirst();
}

export async function count() {
  const { n } = await db
    .selectFrom('posts')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

export async function raw(authorId = 1) {
  const { rows } = await sql`SELECT id, price FROM posts WHERE author_id = ${authorId} ORDER BY id`.execute(db);
  return rows;
}

export async function change(title: string) {
  await db.updateTable('posts').set({ title, price: 7 }).where('author_id', '=', 1).execute();
}

export async function changeBoth(title: string) {
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('posts').set({ title }).where('author_id', '=', 1).execute();
    await trx.updateTable('users').set({ name: title }).where('id', '=', 1).execute();
  });
}
