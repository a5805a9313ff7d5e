import { prisma } from '../client';
import { published } from '../blog/fields';
import { Role } from '../generated/client/client';

export async function findUser(email: string) {
  return await prisma.user.findUnique({ where: { email } });
}

export const admins = () => prisma.user.findMany({ where: { role: Role.ADMIN } });

export function staff() {
  return prisma.user.findMany({ where: { role: { in: ['ADMIN', 'AUTHOR'] }, email: { not: '' } }, orderBy: { lastName: 'asc' } });
}

export async function userPage(id: number) {
  const user = await prisma.user.findUnique({
    where: { id },
    include: {
      profile: true,
      posts: { where: published(), orderBy: { createdAt: 'desc' }, take: 5, select: { id: true, title: true } },
      _count: { select: { followers: true, follows: true } },
    },
  });
  return user;
}

export async function activeUsers(since: Date, limit?: number) {
  const users = await prisma.user.findMany({
    where: { OR: [{ posts: { some: { createdAt: { gte: since } } } }, { comments: { some: { createdAt: { gte: since } } } }] },
    select: { id: true, email: true },
    ...(limit && { take: limit }),
  });
  return users.map((user) => user.email);
}

export const withoutProfile = async () => prisma.user.findMany({ where: { profile: null }, select: { id: true } });

export async function organisation() {
  return prisma.user.findMany({
    where: { managerId: null },
    select: { email: true, reports: { select: { email: true, reports: { select: { email: true } } } } },
  });
}

export async function followersOf(id: number) {
  const follows = await prisma.follow.findMany({
    where: { followedId: id },
    include: { follower: { select: { email: true, profile: true } } },
    orderBy: { since: 'desc' },
  });
  return follows.map(({ follower }) => follower);
}

export function follows(followerId: number, followedId: number) {
  return prisma.follow.findUnique({ where: { followerId_followedId: { followerId, followedId } } });
}

export async function blocked(id: number) {
  const { blocks } = await prisma.user.findUniqueOrThrow({ where: { id }, select: { blocks: { select: { id: true } } } });
  return blocks;
}

export const notBlocking = (id: number) =>
  prisma.user.findMany({ where: { blocks: { none: { id } }, blockedBy: { some: {} } }, select: { email: true } });

export async function emailTaken(email: string) {
  const count = await prisma.user.count({ where: { email: { equals: email, mode: 'insensitive' } } });
  return count > 0;
}

export const weekly = () => prisma.user.findMany({ where: { settings: { path: ['mail', 'weekly'], equals: true } }, select: { id: true } });

export async function ranked() {
  return prisma.user.findMany({
    orderBy: [{ posts: { _count: 'desc' } }, { profile: { bio: 'asc' } }, { manager: { email: 'desc' } }],
    select: { id: true, _count: { select: { posts: { where: { published: true } } } } },
  });
}

/** One statement: Prisma puts the findUnique calls of one tick together. */
export function emailsOf(ids: number[]) {
  return Promise.all(ids.map((id) => prisma.user.findUnique({ where: { id }, select: { email: true } })));
}

/** As many statements as ids: findFirst is not put together. */
export async function lastPosts(ids: number[]) {
  const posts = [];
  for (const authorId of ids) posts.push(await prisma.post.findFirst({ where: { authorId }, orderBy: { id: 'desc' }, select: { title: true } }));
  return posts;
}
