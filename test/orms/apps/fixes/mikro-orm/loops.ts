import { orm, Post } from './models';

export async function commentsOfEach() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await post.comments.loadItems();
    lines.push(comments.map(({ body }) => body).sort().join(', '));
  }
  return lines;
}
