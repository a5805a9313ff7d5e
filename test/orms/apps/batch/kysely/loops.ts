import { db } from './models';

export async function countOfEach() {
  const posts = await db.selectFrom('posts').selectAll().orderBy('id').execute();
  const lines: string[] = [];
  for (const post of posts) {
    const { n } = await db
      .selectFrom('comments')
      .select(({ fn }) => fn.countAll().as('n'))
      .where('post_id', '=', post.id)
      .executeTakeFirstOrThrow();
    lines.push(`${post.title}: ${n}`);
  }
  return lines;
}

export async function countOfSome() {
  const posts = await db.selectFrom('posts').select(['id', 'title']).orderBy('id').execute();
  return Promise.all(
    posts.map(async (post) => {
      const found = await db
        .selectFrom('comments')
        .where('author_id', '>', 2)
        .where('post_id', '=', post.id)
        .select((eb) => eb.fn.count<string>('id').as('comments'))
        .executeTakeFirst();
      return `${post.title}: ${found?.comments}`;
    }),
  );
}

export async function writes() {
  const users = await db.selectFrom('users').selectAll().orderBy('id').execute();
  for (const user of users) {
    await db.insertInto('posts').values({ title: `Welcome, ${user.name}`, author_id: user.id }).execute();
  }
  const posts = await db.selectFrom('posts').selectAll().where('title', 'like', 'Welcome%').orderBy('id').execute();
  await db.deleteFrom('posts').where('title', 'like', 'Welcome%').execute();
  return posts.map(({ title, author_id }) => `${title} ${author_id}`);
}

export async function firstOnly() {
  const posts = await db
    .selectFrom('posts')
    .select(['title'])
    .orderBy('id', 'desc')
    .execute();
  return posts.slice(0, 2).map(({ title }) => title);
}

export async function someOnly() {
  const posts = await db.selectFrom('posts').select(['author_id', 'title']).orderBy('id').execute();
  return posts.filter((post) => post.author_id === 2).map(({ title }) => title);
}

export async function started() {
  const labels = await db.selectFrom('users').select('name').orderBy('id').execute();
  await db.insertInto('posts').values({ title: 'Written first', author_id: 1 }).execute();
  for (const { name } of labels) {
    if (name === 'user 3') continue;
    const [made] = await db.insertInto('posts').values({ title: `Written ${name}`, author_id: 2 }).returning('id').execute();
    await db.updateTable('posts').set({ editor_id: 1 }).where('id', '=', made.id).execute();
  }
  const posts = await db.selectFrom('posts').select(['title', 'editor_id']).where('title', 'like', 'Written%').orderBy('id').execute();
  await db.deleteFrom('posts').where('title', 'like', 'Written%').execute();
  return posts;
}
