import { Post } from './models';

interface Answer {
  json(value: unknown): void;
  status(code: number): Answer;
}

export async function list(res: Answer, authorId = 1) {
  res.json(await Post.query().where({ author_id: authorId }).withGraphFetched('author').orderBy('id'));
}

export async function show(res: Answer, title = 'Post 2') {
  const post = await Post.query().findOne({ title });
  if (!post) return res.status(404).json({});
  return res.json(post);
}

export async function count() {
  return Post.query().where({ author_id: 1 }).resultSize();
}

export async function models() {
  return Post.query().orderBy('id');
}

export async function change(title: string) {
  await Post.query().patch({ title }).where({ author_id: 1 });
}

export async function changeBoth(title: string) {
  await Post.transaction(async (trx) => {
    await Post.query(trx).patch({ title }).where({ author_id: 1 });
  });
}
