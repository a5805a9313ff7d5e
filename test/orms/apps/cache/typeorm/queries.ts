import { posts, source } from './models';

interface Answer {
  json(value: unknown): void;
  status(code: number): Answer;
}

export async function list(res: Answer, authorId = 1) {
  res.json(await posts.find({ where: { authorId }, relations: { author: true }, order: { id: 'ASC' } }));
}

export async function show(res: Answer, title = 'Post 2') {
  const post = await posts.findOneBy({ title });
  if (!post) return res.status(404).json({});
  return res.json(post);
}

export async function count() {
  return posts.countBy({ authorId: 1 });
}

export async function raw() {
  return posts.createQueryBuilder('p').select(['p.id', 'p.title']).orderBy('p.id').getRawMany();
}

export async function sent() {
  return source.query('SELECT id, title, created_at FROM posts ORDER BY id');
}

export async function entities() {
  return posts.find();
}

export async function change(title: string) {
  await posts.update({ authorId: 1 }, { title, price: '7.00' });
}

export async function changeBoth(title: string) {
  await source.transaction(async (manager) => {
    await manager.update('Post', { authorId: 1 }, { title });
    await manager.query('UPDATE users SET name = $1 WHERE id = 1', [title]);
  });
}
