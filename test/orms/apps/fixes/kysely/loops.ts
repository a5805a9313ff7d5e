import { db } from './models';

export async function authors() {
  const posts = await db.selectFrom('posts').selectAll().orderBy('id').execute();
  const lines: string[] = [];
  for (const post of posts) {
    const author = await db.selectFrom('users').selectAll().where('id', '=', post.author_id).executeTakeFirst();
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await db.selectFrom('posts').select(['id', 'title']).orderBy('id').execute();
  return Promise.all(
    posts.map(async (post) => {
      const comments = await db
        .selectFrom('comments')
        .select(['post_id', 'body'])
        .where('post_id', '=', post.id)
        .where('author_id', '>', 1)
        .orderBy('id', 'desc')
        .execute();
      return `${post.title}: ${comments.map(({ body }) => body).join(', ')}`;
    }),
  );
}

export async function ofNoPosts() {
  const posts = await db.selectFrom('posts').selectAll().where('id', '<', 0).execute();
  const lines: string[] = [];
  for (const post of posts) {
    const author = await db.selectFrom('users').selectAll().where('id', '=', post.author_id).executeTakeFirst();
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}
