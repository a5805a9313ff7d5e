import { type EntityManager, raw } from '@mikro-orm/postgresql';
import { Post, PostStatus } from '../entities/post';
import { User } from '../entities/user';

export function builderAll(em: EntityManager) {
  return em.createQueryBuilder(Post, 'p').select('*').getResult();
}

export function builderWhere(em: EntityManager, status: PostStatus, limit: number) {
  return em
    .createQueryBuilder(Post, 'p')
    .select(['p.id', 'p.title'])
    .where({ status, viewCount: { $gt: 10 } })
    .orderBy({ createdAt: 'desc' })
    .limit(limit, 20)
    .getResultList();
}

export function builderJoin(em: EntityManager, email: string) {
  return em
    .createQueryBuilder(Post, 'p')
    .select('p.*')
    .leftJoin('p.author', 'a')
    .where({ 'a.email': email })
    .andWhere({ $or: [{ status: 'draft' }, { viewCount: 0 }] })
    .getResult();
}

export function builderJoinAndSelect(em: EntityManager) {
  return em
    .createQueryBuilder(Post, 'p')
    .leftJoinAndSelect('p.author', 'a')
    .innerJoinAndSelect('p.tags', 't', { name: 'x' })
    .where({ 'p.status': 'published' })
    .getResultList();
}

export function builderCount(em: EntityManager, authorId: number) {
  return em.createQueryBuilder(Post, 'p').count().where({ author: authorId }).execute('get');
}

export function builderGetCount(em: EntityManager) {
  return em.createQueryBuilder(Post, 'p').where({ status: 'draft' }).getCount();
}

export function builderGroup(em: EntityManager) {
  return em
    .createQueryBuilder(Post, 'p')
    .select(['p.author', raw('count(*) as posts')])
    .groupBy('p.author')
    .having('count(*) > ?', [3])
    .execute();
}

export function builderInsert(em: EntityManager) {
  return em.createQueryBuilder(User).insert({ email: 'a@b.c', displayName: 'A' }).execute();
}

export function builderUpdate(em: EntityManager, id: number) {
  return em.createQueryBuilder(User).update({ displayName: 'B' }).where({ id }).execute();
}

export function builderDelete(em: EntityManager, email: string) {
  return em.createQueryBuilder(User).delete().where({ email }).execute();
}

export function builderRaw(em: EntityManager, name: string) {
  return em.createQueryBuilder(User, 'u').select('u.id').where('lower(u.display_name) = ?', [name]).execute();
}

export function builderSingle(em: EntityManager, id: number) {
  return em.qb(User, 'u').select('*').where({ id }).getSingleResult();
}

export function builderNested(em: EntityManager, city: string) {
  return em.qb(Post, 'p').select('p.*').where({ author: { address: { city } }, tags: { name: 'x' } }).limit(5).getResultList();
}

export function builderOrder(em: EntityManager) {
  return em.qb(Post).select(['id', 'title']).where({ author: [1, 2] }).orderBy({ author: { email: 'asc' }, id: 'desc' }).offset(5).getResult();
}

export function builderUpdateMany(em: EntityManager, authorId: number) {
  return em.qb(Post).update({ viewCount: raw('views + 1'), category: null }).where({ author: authorId, status: { $ne: PostStatus.Draft } }).execute();
}
