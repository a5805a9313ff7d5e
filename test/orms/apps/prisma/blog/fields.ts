import { Prisma } from '../generated/client/client';

export const authorFields = {
  id: true,
  email: true,
  profile: { select: { bio: true } },
} satisfies Prisma.UserSelect;

export const postCard = {
  id: true,
  title: true,
  author: { select: authorFields },
  _count: { select: { comments: true } },
} satisfies Prisma.PostSelect;

export const PAGE_SIZE = 20;

export function published(authorId?: number): Prisma.PostWhereInput {
  return { published: true, authorId };
}
