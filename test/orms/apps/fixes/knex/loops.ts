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
