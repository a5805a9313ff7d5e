import { orm, Post } from './models';

interface Answer {
  json(value: unknown): void;
  status(code: number): Answer;
}

export async function list(res: Answer, id = 1) {
  res.json(await orm.em.fork().find(Post, { author: { id } }, { populate: ['author'], orderBy: { id: 'asc' } }));
}

export async function show(res: Answer, title = 'Post 2') {
  const post = await orm.em.fork().findOne(Post, { title });
  if (!post) return res.status(404).json({});
  return res.json(post);
}

export async function count() {
  return orm.em.fork().count(Post, { author: { id: 1 } });
}

export async function entities() {
  return orm.em.fork().find(Post, {});
}

export async function change(title: string) {
  await orm.em.fork().nativeUpdate(Post, { author: { id: 1 } }, { title });
}
