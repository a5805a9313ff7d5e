import { orm, Post, User } from './models';

const bodies = (found: readonly { readonly body: string }[]) => found.map(({ body }) => body).sort();

export async function pageOfMany() {
  const em = orm.em.fork();
  const posts = await em.find(Post, { id: { $gt: 1 } }, { orderBy: { title: 'desc', id: 'asc' }, limit: 3, offset: 1 });
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await post.comments.loadItems();
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function countedMany() {
  const em = orm.em.fork();
  const [posts, count] = await em.findAndCount(Post, {}, { orderBy: { id: 'asc' }, limit: 4 });
  const lines: unknown[] = [count];
  for (const post of posts) {
    await post.comments.init();
    lines.push([post.title, bodies(post.comments.getItems())]);
  }
  return lines;
}

export async function nested() {
  const em = orm.em.fork();
  const users = await em.find(User, {}, { populate: ['posts'], orderBy: { id: 'asc', posts: { id: 'asc' } } });
  const lines: unknown[] = [];
  for (const user of users) {
    for (const post of user.posts) {
      const comments = await post.comments.loadItems();
      lines.push([user.name, post.title, bodies(comments)]);
    }
  }
  return lines;
}
