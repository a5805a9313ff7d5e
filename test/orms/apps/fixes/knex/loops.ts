import { knex } from './models';

export async function countOfEach() {
  const posts = await knex('posts').select('id', 'title').orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const [{ count }] = await knex('comments').where({ post_id: post.id }).count();
    lines.push(`${post.title}: ${count}`);
  }
  return lines;
}

export async function countOfFirst() {
  const posts = await knex('posts').orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const found = await knex('comments').where('author_id', '>', 1).where('post_id', post.id).count('* as n').first();
    lines.push(`${post.title}: ${found?.n}`);
  }
  return lines;
}

export async function authors() {
  const posts = await knex('posts').orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const editor = await knex('users').where({ id: post.editor_id }).first();
    lines.push(`${post.title}: ${editor === undefined ? 'nobody' : editor.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await knex('posts').orderBy('id');
  return Promise.all(
    posts.map(async (post) => {
      const comments = await knex('comments').select('post_id', 'body').where('post_id', post.id).orderBy('id', 'desc');
      return `${post.title}: ${comments.map(({ body }) => body).join(', ')}`;
    }),
  );
}

export async function writes() {
  const users = await knex('users').orderBy('id');
  for (const user of users) {
    await knex('posts').insert({ title: `Welcome, ${user.name}`, author_id: user.id });
  }
  const posts = await knex('posts').where('title', 'like', 'Welcome%').orderBy('id');
  await knex('posts').where('title', 'like', 'Welcome%').del();
  return posts.map(({ title, author_id }) => `${title} ${author_id}`);
}
