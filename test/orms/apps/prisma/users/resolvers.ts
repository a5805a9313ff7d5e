import type { PrismaClient } from '../generated/client/client';

interface Context {
  prisma: PrismaClient;
  userId: number;
}

export const resolvers = {
  Query: {
    feed: (_parent: unknown, { skip, take }: { skip: number; take: number }, ctx: Context) =>
      ctx.prisma.post.findMany({ where: { published: true }, skip, take }),
    me: (_parent: unknown, _args: unknown, ctx: Context) => ctx.prisma.user.findUnique({ where: { id: ctx.userId } }),
  },
  Post: {
    author: (parent: { id: number }, _args: unknown, { prisma }: Context) =>
      prisma.post.findUnique({ where: { id: parent.id } }).author({ select: { firstName: true } }),
  },
};
