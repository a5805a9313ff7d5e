import { type EntityManager, EntityRepository, raw } from '@mikro-orm/postgresql';
import { Category } from '../entities/category';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';
import { Rating } from '../entities/rating';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';
import { orm } from '../orm';

export class PostsRepository extends EntityRepository<Post> {
  drafts() {
    return this.find({ status: PostStatus.Draft }, { orderBy: { title: 'asc' } });
  }

  popular(least: number) {
    return this.qb('p').select('*').where({ viewCount: { $gte: least } }).orWhere({ status: 'published' }).getResultList();
  }

  withWriter(id: number) {
    return this.findOne(id, { populate: ['author'] });
  }
}

export function ratings(em: EntityManager) {
  return em.find(Rating, { stars: { $gt: 3 } });
}

export function ratingOf(em: EntityManager, user: number, post: number) {
  return em.findOne(Rating, { user, post });
}

export function ratingsByAuthor(em: EntityManager, email: string) {
  return em.find(Rating, { post: { author: { email } } }, { populate: ['post'], orderBy: { stars: 'desc' } });
}

export function rate(em: EntityManager, user: number, post: number) {
  return em.upsert(Rating, { user, post, stars: 5 } as never);
}

export function lowerRatings(em: EntityManager, user: number) {
  return em.nativeUpdate(Rating, { user }, { stars: raw('stars - 1') });
}

export function countRatings(em: EntityManager) {
  return em.count(Rating, { user: { active: true } });
}

export function tree(em: EntityManager) {
  return em.find(Category, { parentCategory: { parentCategory: { urlSlug: 'root' } } }, { orderBy: { parentCategory: { urlSlug: 'asc' } } });
}

export function repliesTo(em: EntityManager, author: number) {
  return em.find(Comment, { parent: { author } }, { populate: ['parent', 'post.tags'], limit: 5 });
}

export function lowerName(em: EntityManager, name: string) {
  return em.find(User, { [raw('lower(email)')]: name.toLowerCase() });
}

export function eitherTag(em: EntityManager, names: string[]) {
  return em.find(Tag, { $or: [{ name: { $in: names } }, { posts: { viewCount: { $gt: 100 } } }] }, { orderBy: { name: 'desc' } });
}

export function usersPage(em: EntityManager, offset: number) {
  return em.findAndCount(User, { posts: { status: PostStatus.Published } }, { limit: 10, offset, orderBy: { email: 'asc' }, populate: ['profile'] });
}

export function joinedTwice(em: EntityManager) {
  return em
    .createQueryBuilder(Comment, 'c')
    .select(['c.id', 'c.text', 'a.email'])
    .innerJoin('c.post', 'p')
    .leftJoin('p.author', 'a')
    .where({ 'p.status': 'published', 'a.active': true })
    .orderBy({ 'p.createdAt': 'desc', 'c.id': 'asc' })
    .limit(3)
    .execute();
}

export function deleteOld(em: EntityManager, before: Date) {
  return em.createQueryBuilder(Comment).delete({ createdAt: { $lt: before } }).execute();
}

const cases = {
  ratings: () => ratings(orm.em.fork()),
  ratingOf: () => ratingOf(orm.em.fork(), 1, 2),
  ratingsByAuthor: () => ratingsByAuthor(orm.em.fork(), 'x'),
  rate: () => rate(orm.em.fork(), 1, 2),
  lowerRatings: () => lowerRatings(orm.em.fork(), 1),
  countRatings: () => countRatings(orm.em.fork()),
  tree: () => tree(orm.em.fork()),
  repliesTo: () => repliesTo(orm.em.fork(), 1),
  lowerName: () => lowerName(orm.em.fork(), 'X'),
  eitherTag: () => eitherTag(orm.em.fork(), ['a']),
  usersPage: () => usersPage(orm.em.fork(), 10),
  joinedTwice: () => joinedTwice(orm.em.fork()),
  deleteOld: () => deleteOld(orm.em.fork(), new Date(0)),
  'PostsRepository.drafts': () => new PostsRepository(orm.em.fork(), 'Post').drafts(),
  'PostsRepository.popular': () => new PostsRepository(orm.em.fork(), 'Post').popular(5),
  'PostsRepository.withWriter': () => new PostsRepository(orm.em.fork(), 'Post').withWriter(1),
};

export const hardCases: Record<string, () => unknown> = cases;
