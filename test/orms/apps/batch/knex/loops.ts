import { knex } from './models';

export async function moved() {
  const posts = await knex('posts').orderBy('id');
  // Both or none.
  for (const post of posts) {
    await knex('comments').where({ post_id: post.id }).update({ body: `moved from ${post.title}` });
    await knex('posts').where({ id: post.id }).update({ title: `${post.title}!` });
  }
  const titles = await knex('posts').orderBy('id').pluck('title');
  await knex('posts').update({ title: knex.raw("rtrim(title, '!')") });
  return titles;
}
