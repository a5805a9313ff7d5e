import { prisma } from './models';

export async function posts(authorId = 1) {
  return prisma.post.findMany({ where: { authorId }, include: { author: true }, orderBy: { id: 'asc' } });
}

export async function authors() {
  return prisma.user.findMany({
    select: { name: true, posts: { select: { title: true, createdAt: true }, orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  });
}

export async function first(authorId = 1) {
  const post = await prisma.post.findFirst({ where: { authorId }, orderBy: { id: 'asc' } });
  return post?.price.plus(1).toFixed(2);
}

export async function none(title = 'none') {
  return prisma.post.findFirst({ where: { title } });
}

export async function count() {
  return prisma.post.count({ where: { title: { startsWith: 'Post' } } });
}

export async function sum() {
  return prisma.post.aggregate({ _sum: { price: true }, _max: { createdAt: true } });
}

export async function groups() {
  return prisma.post.groupBy({ by: ['authorId'], _count: { id: true }, orderBy: { authorId: 'asc' } });
}

export async function raw(title = 'Post%') {
  return prisma.$queryRaw`SELECT id, price, data FROM posts WHERE title LIKE ${title} ORDER BY id`;
}

export async function change(title: string) {
  await prisma.post.updateMany({ where: { authorId: 1 }, data: { title, price: 7 } });
}

export async function changeBoth(title: string) {
  await prisma.$transaction([
    prisma.post.updateMany({ where: { authorId: 1 }, data: { title } }),
    prisma.user.update({ where: { id: 1 }, data: { name: title } }),
  ]);
}
