import { In, MoreThan, type EntityManager, Repository } from 'typeorm';
import { AppDataSource } from '../data-source';
import { Category } from '../entities/category';
import { Image, Media, Video } from '../entities/media';
import { Profile } from '../entities/profile';
import { ContractSchema, type Sponsor } from '../entities/sponsor';
import { Subscriber } from '../entities/subscriber';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

export const usersRepository = AppDataSource.getRepository(User).extend({
  byEmail(email: string) {
    return this.findOne({ where: { email }, relations: { profile: true } });
  },
});

export class TagsRepository extends Repository<Tag> {
  constructor(manager: EntityManager) {
    super(Tag, manager);
  }

  named(names: string[]) {
    return this.find({ where: { name: In(names) }, order: { sortOrder: 'asc' } });
  }

  used() {
    return this.createQueryBuilder('tag').innerJoin('tag.posts', 'post').orderBy('post.title').getMany();
  }
}

export function findByEmail(email: string) {
  return usersRepository.byEmail(email);
}

export function favorites(userId: number) {
  return usersRepository.find({ where: { id: userId }, relations: { favorites: true } });
}

export function userWithPosts(manager: EntityManager, id: number) {
  return manager.findOne(User, { where: { id }, relations: { posts: { tags: true }, comments: true } });
}

export function profileOf(manager: EntityManager, userId: number) {
  return manager.findOneBy(Profile, { user: { id: userId } });
}

export function profiles(manager: EntityManager) {
  return manager.find(Profile, { relations: { user: true } });
}

export function secretOf(email: string) {
  return AppDataSource.getRepository(User).findOne({ select: { id: true, passwordHash: true }, where: { email } });
}

export function images() {
  return AppDataSource.getRepository(Image).find();
}

export function longVideos(manager: EntityManager) {
  return manager.find(Video, { where: { url: 'x' }, order: { seconds: 'DESC' } });
}

export function media() {
  return AppDataSource.getRepository(Media).findBy({ url: 'x' });
}

export function rootCategories() {
  return AppDataSource.getRepository(Category).find({ relations: { parentCategory: true }, order: { slug: 'ASC' } });
}

export function categoryPosts(slug: string) {
  return AppDataSource.getRepository(Category).find({ where: { slug }, relations: { posts: true } });
}

export function contracts(least: number) {
  return AppDataSource.getRepository(ContractSchema).find({
    where: { amount: MoreThan(least), sponsor: { name: 'x' } },
    relations: { sponsor: true },
  });
}

export function sponsors() {
  return AppDataSource.getRepository<Sponsor>('Sponsor').find({ relations: { contracts: true } });
}

export function subscribersOf(topic: string) {
  return Subscriber.byTopic(topic);
}

export function subscriber(userId: number, topic: string) {
  return Subscriber.findOneBy({ userId, topic });
}

export function subscriberPage() {
  return Subscriber.findAndCount({ relations: { user: true }, take: 10 });
}

export function subscribe(userId: number, topic: string) {
  return Subscriber.insert({ userId, topic });
}

export function raisePriority(topic: string) {
  return Subscriber.update({ topic }, { priority: 2 });
}

export function subscriberQuery() {
  return Subscriber.createQueryBuilder('s').leftJoinAndSelect('s.user', 'u').where('s.priority > 1').getMany();
}

export async function lockedUser(id: number) {
  return AppDataSource.transaction(async (manager) => {
    return manager.findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } });
  });
}

export async function withRunner(email: string) {
  const runner = AppDataSource.createQueryRunner();
  try {
    return await runner.manager.findOneBy(User, { email });
  } finally {
    await runner.release();
  }
}
