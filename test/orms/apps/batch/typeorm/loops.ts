import { Post, source } from './models';

export async function counted() {
  const posts = await source.getRepository(Post).find({ where: { authorId: 2 } });
  return posts.length;
}

export async function firstOnly() {
  const posts = await source.manager.find(Post, { order: { id: 'DESC' } });
  return posts.slice(0, 2).map(({ title }) => title);
}
