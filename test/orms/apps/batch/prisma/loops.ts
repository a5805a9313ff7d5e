import { prisma } from './models';

export async function moved() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' } });
  for (const post of posts) {
    await prisma.comment.updateMany({ where: { postId: post.id }, data: { body: `moved from ${post.title}` } });
    await prisma.post.update({ where: { id: post.id }, data: { editorId: post.authorId } });
  }
  return prisma.post.findMany({ select: { editorId: true }, orderBy: { id: 'asc' } });
}

export async function counted() {
  const posts = await prisma.post.findMany({ where: { authorId: 2 } });
  return posts.length;
}

export async function firstOnly() {
  const posts = await prisma.post.findMany({ orderBy: { id: 'asc' } });
  return posts.slice(0, 2).map(({ title }) => title);
}

export async function someOnly() {
  const posts = await prisma.post.findMany({ where: { id: { lt: 8 } }, orderBy: { id: 'asc' } });
  const own = posts.filter((post) => post.authorId === 2 && post.title === 'post 1');
  return own.map(({ title }) => title);
}
