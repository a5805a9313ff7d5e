import { Comment, orm, Post, User } from './models';

export async function authors() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await em.findOne(User, { id: post.authorId });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function authorsById() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await em.findOne(User, post.authorId);
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function editors() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  return Promise.all(
    posts.map(async (post) => {
      const editor = await em.findOne(User, { id: post.editorId });
      return `${post.title}: ${editor === null ? 'nobody' : editor.name}`;
    }),
  );
}

export async function commentsByAuthor() {
  const em = orm.em.fork();
  const users = await em.find(User, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const user of users) {
    const comments = await em.find(Comment, { authorId: user.id }, { orderBy: { id: 'desc' } });
    lines.push(`${user.name}: ${comments.map(({ body }) => body).join(', ')}`);
  }
  return lines;
}

export async function commentsByPost() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await em.getRepository(Comment).find({ post: post.id }, { orderBy: { id: 'desc' } });
    lines.push(`${post.title}: ${comments.map(({ body }) => body).join(', ')}`);
  }
  return lines;
}

export async function countOfEach() {
  const em = orm.em.fork();
  const posts = await em.find(Post, {}, { orderBy: { id: 'asc' } });
  const lines: string[] = [];
  for (const post of posts) {
    lines.push(`${post.title}: ${await em.count(Comment, { post: post.id })}`);
  }
  return lines;
}

export async function writes() {
  const em = orm.em.fork();
  const users = await em.find(User, {}, { orderBy: { id: 'asc' } });
  for (const user of users) {
    await em.insert(Post, { title: `Welcome, ${user.name}`, authorId: user.id });
  }
  const posts = await em.find(Post, { title: { $like: 'Welcome%' } }, { orderBy: { id: 'asc' } });
  await em.nativeDelete(Post, { title: { $like: 'Welcome%' } });
  return posts.map(({ title, authorId }) => `${title} ${authorId}`);
}
