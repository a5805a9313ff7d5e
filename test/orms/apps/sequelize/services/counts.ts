import { col, fn, Op } from 'sequelize';
import { Comment, Post, Tag, User } from '../models';

export class StatisticsService {
  constructor(private readonly posts: typeof Post = Post) {}

  async counts(authorId: number) {
    const total = await this.posts.count({ where: { authorId } });
    return { total };
  }

  async overview() {
    const [posts, users] = await Promise.all([Post.count(), User.count({ where: { isAdmin: true } })]);
    return { posts, users };
  }
}

export const countWithInclude = () => Post.count({ include: [{ model: Comment, where: { isSpam: false } }] });

export const countDistinct = () => Post.count({ distinct: true, col: 'authorId' });

export const countDistinctWithInclude = () =>
  Post.count({ distinct: true, include: [{ model: Tag, where: { label: 'news' } }] });

export async function countPerAuthor() {
  return Post.count({ attributes: ['authorId'], group: ['authorId'] });
}

export async function countPerStatus() {
  return Post.count({ group: 'status', where: { viewCount: { [Op.gt]: 0 } } });
}

export async function countAll() {
  return Post.count({ paranoid: false });
}

export async function bestScore() {
  return Post.max('viewCount');
}

export async function firstPublished(authorId: number) {
  return Post.min('publishedAt', { where: { authorId } });
}

export async function totalViews() {
  return Post.sum('viewCount', { where: { status: 'published' } });
}

export async function averageLikes(postId: number) {
  return Comment.aggregate('likes', 'avg', { where: { postId }, dataType: 'float' });
}

export async function likesPerPost() {
  return Comment.aggregate('likes', 'sum', { attributes: ['postId'], group: ['postId'], plain: false });
}

export async function isTaken(email: string) {
  const n = await User.count({ where: { email } });
  return n > 0;
}

export async function distinctAuthors() {
  return Post.findAll({ attributes: [[fn('DISTINCT', col('author_id')), 'authorId']], raw: true });
}
