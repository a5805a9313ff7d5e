import db from '../client';

export const countPosts = () => db.post.count();

export function countPublished(authorId: number) {
  return db.post.count({ where: { published: true, author: { id: authorId } } });
}

export function countsOfComments() {
  return db.comment.count({ select: { _all: true, userId: true } });
}

export async function viewStatistics(authorId: number) {
  const { _avg, _max } = await db.post.aggregate({
    where: { authorId, published: true },
    _avg: { views: true, rating: true },
    _max: { views: true },
    _count: true,
  });
  return { average: _avg, most: _max };
}

export const firstTen = () => db.post.aggregate({ _sum: { views: true }, orderBy: { createdAt: 'asc' }, take: 10 });

export function viewsByAuthor(least: number) {
  return db.post.groupBy({
    by: ['authorId'],
    where: { published: true },
    _sum: { views: true },
    _count: { _all: true },
    having: { views: { _sum: { gt: least } } },
    orderBy: { _sum: { views: 'desc' } },
    take: 10,
  });
}

export const roles = () => db.user.groupBy({ by: ['role', 'lastName'], _count: true, orderBy: { role: 'asc' } });

export function hasPublished(authorId: number): Promise<boolean> {
  return db.post.findFirst({ where: { authorId, published: true }, select: { id: true } }).then((post) => post !== null);
}

export async function statistics() {
  const busy = await db.postStatistics.findMany({ where: { comments: { gt: 1 } }, orderBy: { comments: 'desc' } });
  const latest = await db.comment.findFirst({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], include: { post: { include: { author: true } } } });
  return { busy, latest };
}
