import { randomUUID } from 'node:crypto';
import { prisma } from '../client';
import type { Prisma } from '../generated/client/client';

export async function createPost(authorId: number, input: { title: string; slug: string; content?: string }) {
  return prisma.post.create({ data: { title: input.title, slug: input.slug, authorId } });
}

export async function createFor(email: string, title: string) {
  const post = await prisma.post.create({
    data: { title, slug: title.toLowerCase(), author: { connect: { email } }, keywords: ['new'] },
    select: { id: true },
  });
  return post.id;
}

export function createWithTags(authorId: number, title: string) {
  return prisma.post.create({
    data: {
      title,
      slug: title,
      authorId,
      tags: { create: [{ name: 'one' }, { name: 'two' }], connect: [{ id: 1 }] },
      comments: { create: { body: 'First!', user: { connect: { id: authorId } } } },
    },
    include: { tags: true, _count: { select: { comments: true } } },
  });
}

export function createWithKnownTags(authorId: number, title: string) {
  return prisma.post.create({
    data: {
      title,
      slug: title,
      author: { connect: { id: authorId } },
      tags: { connectOrCreate: [{ where: { name: 'sql' }, create: { name: 'sql' } }] },
    },
    include: { author: { select: { email: true } } },
  });
}

export async function register(email: string, firstName: string) {
  return prisma.user.create({ data: { email, firstName, role: 'AUTHOR', profile: { create: { id: randomUUID(), bio: '' } } } });
}

export const createProfile = (email: string) =>
  prisma.profile.create({ data: { bio: 'New', user: { create: { email, firstName: 'New' } } } });

export function addTags() {
  return prisma.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }], skipDuplicates: true });
}

export async function importComments(postId: number, bodies: string[]) {
  const rows = bodies.map((body) => ({ body, postId, approved: true }));
  await prisma.comment.createMany({ data: bodies.map((body) => ({ body, postId })) });
  return rows.length;
}

export const importTags = (names: string[]) =>
  prisma.tag.createManyAndReturn({ data: names.map((name) => ({ name })), select: { id: true } });

export async function addComments(id: number) {
  await prisma.post.update({
    where: { id },
    data: { comments: { createMany: { data: [{ body: 'a' }, { body: 'b' }] } } },
    select: { id: true },
  });
}

export const comment = (postId: number, body: string, userId?: number) =>
  prisma.comment.create({ data: { body, postId, userId } });

export async function publish(id: number) {
  return prisma.post.update({ where: { id }, data: { published: true, publishedAt: new Date() } });
}

export function viewed(id: number) {
  return prisma.post.update({ where: { id }, data: { views: { increment: 1 } }, select: { views: true } });
}

export function rename(id: number, title: string, withTags: boolean) {
  return prisma.post.update({ where: { id, published: true }, data: { title }, ...(withTags ? { include: { tags: true } } : {}) });
}

export function handOver(id: number, authorId: number, reviewerId: number) {
  return prisma.post.update({
    where: { id },
    data: { author: { connect: { id: authorId } }, reviewer: { connect: { id: reviewerId } }, keywords: { push: 'moved' } },
    include: { author: true },
  });
}

export const retag = (id: number, tags: number[]) =>
  prisma.post.update({ where: { id }, data: { tags: { set: [{ id: 1 }, { id: 2 }] } }, select: { id: true } });

export const untag = (id: number, tagId: number) =>
  prisma.post.update({ where: { id }, data: { tags: { disconnect: { id: tagId } } }, include: { tags: true } });

export const unassign = (id: number) =>
  prisma.post.update({ where: { id }, data: { reviewer: { disconnect: true } }, select: { id: true } });

export const renameAuthor = (id: number, firstName: string) =>
  prisma.post.update({ where: { id }, data: { title: 'Renamed', author: { update: { firstName } } }, select: { id: true } });

export const moderate = (id: number) =>
  prisma.post.update({
    where: { id },
    data: {
      comments: {
        updateMany: { where: { approved: false }, data: { approved: true } },
        deleteMany: { body: { contains: 'spam' } },
      },
    },
    select: { id: true },
  });

export const editComment = (id: number, commentId: bigint, body: string) =>
  prisma.post.update({ where: { id }, data: { comments: { update: { where: { id: commentId }, data: { body } } } }, select: { id: true } });

export const dropComment = (id: number, commentId: bigint) =>
  prisma.post.update({ where: { id }, data: { comments: { delete: { id: commentId } } }, select: { id: true } });

export function saveBio(id: number, bio: string) {
  return prisma.user.update({
    where: { id },
    data: { profile: { upsert: { create: { bio }, update: { bio } } } },
    select: { profile: { select: { bio: true } } },
  });
}

export const archive = (authorId: number) =>
  prisma.post.updateMany({ where: { authorId, published: true }, data: { published: false, views: { multiply: 2 } } });

export const promote = (ids: number[]) => prisma.user.updateMany({ where: { id: { in: ids } }, data: { role: 'ADMIN', lastName: null } });

export const archiveOf = (email: string) =>
  prisma.post.updateManyAndReturn({ where: { author: { email } }, data: { published: false }, select: { id: true, title: true } });

export const saveTag = (name: string) => prisma.tag.upsert({ where: { name }, create: { name }, update: { name } });

export const ensureTag = (name: string) => prisma.tag.upsert({ where: { name }, create: { name }, update: {} });

export function saveUser(email: string, firstName: string) {
  return prisma.user.upsert({ where: { email }, create: { email, firstName }, update: { firstName } });
}

export const follow = (followerId: number, followedId: number) =>
  prisma.follow.upsert({
    where: { followerId_followedId: { followerId, followedId } },
    create: { followerId, followedId },
    update: { since: new Date() },
  });

export const savePost = (id: number, title: string) =>
  prisma.post.upsert({
    where: { id },
    create: { title, slug: title, author: { connect: { id: 1 } } },
    update: { title },
    include: { tags: true },
  });

export const removeComment = (id: bigint) => prisma.comment.delete({ where: { id } });

export const removeTag = (name: string) => prisma.tag.delete({ where: { name }, select: { id: true, posts: { select: { id: true } } } });

export const unfollow = (followerId: number, followedId: number) =>
  prisma.follow.delete({ where: { followerId_followedId: { followerId, followedId } } });

export async function purge(before: Date) {
  const { count } = await prisma.comment.deleteMany({ where: { approved: false, createdAt: { lt: before }, post: { published: false } } });
  return count;
}

export const clearComments = () => prisma.comment.deleteMany({});

export async function transfer(from: number, to: number) {
  return prisma.$transaction(async (tx) => {
    const moved = await tx.post.updateMany({ where: { authorId: from }, data: { authorId: to } });
    await tx.user.update({ where: { id: to }, data: { updatedAt: new Date() }, select: { id: true } });
    return moved.count;
  });
}

export async function audit(tx: Prisma.TransactionClient, userId: number) {
  return tx.user.findUnique({ where: { id: userId }, select: { email: true } });
}
