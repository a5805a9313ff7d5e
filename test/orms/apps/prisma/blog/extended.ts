import { prisma } from '../client';

export const extended = prisma.$extends({
  model: {
    post: {
      async exists(id: number) {
        return (await prisma.post.count({ where: { id } })) > 0;
      },
    },
  },
  result: { user: { fullName: { needs: { firstName: true, lastName: true }, compute: (user) => `${user.firstName} ${user.lastName}` } } },
});

export async function bigTags() {
  return extended.tag.findMany({ where: { posts: { some: { published: true } } }, include: { _count: { select: { posts: true } } } });
}

export class CommentsRepository {
  private readonly comments = prisma.comment;

  async thread(postId: number) {
    return this.comments.findMany({ where: { postId, parentId: null }, include: { replies: { include: { user: true } }, user: { select: { email: true } } } });
  }

  async recent(take: number) {
    const { comments } = this;
    return comments.findMany({ take, orderBy: { id: 'desc' }, select: { body: true, post: { select: { title: true, tags: { select: { name: true } } } } } });
  }
}
