import { In, LessThan, MoreThan, Not } from 'typeorm';
import { AppDataSource } from '../data-source';
import { Comment } from '../entities/comment';
import { Image, Media, Video } from '../entities/media';
import { Post } from '../entities/post';
import { Subscriber } from '../entities/subscriber';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

const posts = AppDataSource.getRepository(Post);

export function insertVideo(url: string) {
  return AppDataSource.getRepository(Video).insert({ url, seconds: 3 });
}

export function renameImages(url: string) {
  return AppDataSource.getRepository(Image).update({ url }, { altText: 'x' });
}

export function deleteVideos() {
  return AppDataSource.getRepository(Video).delete({ seconds: LessThan(5) });
}

export function mediaPage() {
  return AppDataSource.getRepository(Media).findAndCount({ relations: { post: true }, order: { url: 'ASC' }, take: 5 });
}

export function pageByAuthor(page: number) {
  return posts.find({
    select: { id: true, title: true, author: { id: true, email: true } },
    relations: { author: true },
    order: { author: { email: 'DESC' }, title: 'ASC' },
    skip: page * 5,
    take: 5,
  });
}

export function pageByCity() {
  return AppDataSource.getRepository(User).find({ relations: { posts: true }, order: { address: { zipCode: 'ASC' } }, take: 3 });
}

export function taggedOften() {
  return posts.find({ where: { tags: MoreThan(2) as never } });
}

export function fewPosts() {
  return AppDataSource.getRepository(Tag).find({ where: { posts: LessThan(4) as never, name: Not(In(['a'])) } });
}

export function subscribersByKeys() {
  return AppDataSource.getRepository(Subscriber)
    .createQueryBuilder('s')
    .whereInIds([
      { userId: 1, topic: 'a' },
      { userId: 2, topic: 'b' },
    ])
    .getMany();
}

export function partialJoin() {
  return posts
    .createQueryBuilder('p')
    .select(['p.id', 'p.title', 'a.email'])
    .innerJoin('p.author', 'a')
    .orderBy('p.title', 'ASC')
    .getMany();
}

export function mapMany() {
  return AppDataSource.getRepository(User)
    .createQueryBuilder('u')
    .leftJoinAndMapMany('u.drafts', 'u.posts', 'draft', "draft.status = 'draft'")
    .where('u.address.city = :city', { city: 'Bern' })
    .getMany();
}

export function withExists() {
  return posts
    .createQueryBuilder('post')
    .whereExists(AppDataSource.getRepository(Comment).createQueryBuilder('comment').where('comment.post = post.id'))
    .getMany();
}

export function twoTables() {
  return AppDataSource.createQueryBuilder()
    .select('p.id', 'post')
    .addSelect('t.id', 'tag')
    .from(Post, 'p')
    .addFrom(Tag, 't')
    .where('p.title = t.name')
    .getRawMany();
}

export function latestPerAuthor() {
  return posts
    .createQueryBuilder('post')
    .innerJoin(
      (qb) => qb.select('inner.authorId', 'author').addSelect('MAX(inner.id)', 'last').from(Post, 'inner').groupBy('inner.authorId'),
      'newest',
      'newest.last = post.id',
    )
    .take(10)
    .getMany();
}

export function upsertSubscriber(userId: number, topic: string) {
  return Subscriber.upsert({ userId, topic, priority: 4 }, ['userId', 'topic']);
}

export function clearAuthor(ids: number[]) {
  return AppDataSource.getRepository(Comment).update(ids, { author: null as never });
}

export async function countAll() {
  const [tags, comments] = await Promise.all([AppDataSource.getRepository(Tag).count(), AppDataSource.manager.count(Comment)]);
  return tags + comments;
}

export async function sumOrZero(ids: number[]) {
  return (await posts.sum('viewCount', { id: In(ids) })) ?? 0;
}

export const hardCases: Record<string, () => unknown> = {
  insertVideo: () => insertVideo('x'),
  renameImages: () => renameImages('x'),
  deleteVideos: () => deleteVideos(),
  mediaPage: () => mediaPage(),
  pageByAuthor: () => pageByAuthor(2),
  pageByCity: () => pageByCity(),
  taggedOften: () => taggedOften(),
  fewPosts: () => fewPosts(),
  subscribersByKeys: () => subscribersByKeys(),
  partialJoin: () => partialJoin(),
  mapMany: () => mapMany(),
  withExists: () => withExists(),
  twoTables: () => twoTables(),
  latestPerAuthor: () => latestPerAuthor(),
  upsertSubscriber: () => upsertSubscriber(1, 'x'),
  clearAuthor: () => clearAuthor([1, 2]),
  countAll: () => countAll(),
  sumOrZero: () => sumOrZero([1, 2]),
};
