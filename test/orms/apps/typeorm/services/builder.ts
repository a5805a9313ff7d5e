import { Brackets, type DataSource, type SelectQueryBuilder } from 'typeorm';
import { AppDataSource } from '../data-source';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

const posts = AppDataSource.getRepository(Post);

export function builderAll() {
  return posts.createQueryBuilder('post').getMany();
}

export function builderByAuthor(authorId: number, limit: number) {
  return posts
    .createQueryBuilder('post')
    .where('post.authorId = :authorId', { authorId })
    .andWhere('post.status = :status', { status: PostStatus.Published })
    .orderBy('post.createdAt', 'DESC')
    .limit(limit)
    .getMany();
}

export function builderFeed(userId: number) {
  return posts
    .createQueryBuilder('post')
    .leftJoinAndSelect('post.author', 'author')
    .leftJoinAndSelect('post.tags', 'tag')
    .innerJoin('post.comments', 'comment', 'comment.isApproved = :approved', { approved: true })
    .where('author.id = :userId', { userId })
    .orderBy({ 'post.createdAt': 'DESC', 'tag.name': 'ASC' })
    .getMany();
}

export async function builderPage(page: number, size: number) {
  const [rows, count] = await posts
    .createQueryBuilder('p')
    .innerJoinAndSelect('p.author', 'u')
    .where('u.displayName IS NOT NULL')
    .orderBy('p.viewCount', 'DESC')
    .skip(page * size)
    .take(size)
    .getManyAndCount();
  return { rows, count };
}

export function builderFiltered(filter: { status?: PostStatus; text?: string }) {
  const query = posts.createQueryBuilder('post').leftJoin('post.author', 'author').addSelect(['author.id', 'author.email']);
  if (filter.status) query.andWhere('post.status = :status', { status: filter.status });
  if (filter.text) {
    query.andWhere(
      new Brackets((inner) => {
        inner.where('post.title ILIKE :text', { text: filter.text }).orWhere('post.body ILIKE :text', { text: filter.text });
      }),
    );
  }
  return query.getMany();
}

export function builderReassigned(descending: boolean) {
  let query: SelectQueryBuilder<Post> = posts.createQueryBuilder('post');
  query = query.where('post.viewCount > 100');
  if (descending) {
    query = query.orderBy('post.viewCount', 'DESC');
  } else {
    query = query.orderBy('post.id');
  }
  return query.getMany();
}

export function builderOne(title: string) {
  return posts.createQueryBuilder('post').where({ title }).getOne();
}

export function builderCount() {
  return posts.createQueryBuilder('post').where('post.status = :status', { status: 'published' }).getCount();
}

export function builderCountJoined(tag: string) {
  return posts.createQueryBuilder('post').innerJoin('post.tags', 'tag').where('tag.name = :tag', { tag }).getCount();
}

export function builderExists(email: string) {
  return AppDataSource.getRepository(User).createQueryBuilder('user').where('user.email = :email', { email }).getExists();
}

export function builderStatistics() {
  return posts
    .createQueryBuilder('post')
    .select('post.authorId', 'authorId')
    .addSelect('COUNT(*)', 'count')
    .addSelect('SUM(post.viewCount)', 'views')
    .groupBy('post.authorId')
    .having('COUNT(*) > :least', { least: 3 })
    .orderBy('count', 'DESC')
    .getRawMany();
}

export function builderRawOne(id: number) {
  return posts.createQueryBuilder('post').select(['post.title', 'post.viewCount']).where('post.id = :id', { id }).getRawOne();
}

export function builderIn(ids: number[]) {
  return posts.createQueryBuilder('post').where('post.id IN (:...ids)', { ids }).getMany();
}

export function builderByIds(ids: number[]) {
  return posts.createQueryBuilder('post').whereInIds(ids).getMany();
}

export function builderSubQuery(name: string) {
  return posts
    .createQueryBuilder('post')
    .where((qb) => {
      const sub = qb
        .subQuery()
        .select('user.id')
        .from(User, 'user')
        .where('user.displayName = :name')
        .getQuery();
      return `post.authorId IN ${sub}`;
    })
    .setParameter('name', name)
    .getMany();
}

export function builderFrom(dataSource: DataSource = AppDataSource) {
  return dataSource
    .createQueryBuilder()
    .select('tag')
    .from(Tag, 'tag')
    .where('tag.sortOrder >= :least', { least: 1 })
    .orderBy('tag.sortOrder')
    .addOrderBy('tag.name', 'DESC', 'NULLS LAST')
    .getMany();
}

export function builderManager() {
  return AppDataSource.manager
    .createQueryBuilder(Comment, 'comment')
    .leftJoinAndMapOne('comment.writer', User, 'writer', 'writer.id = comment.author')
    .where('comment.createdAt < now()')
    .getMany();
}

export function builderDistinct() {
  return posts.createQueryBuilder('post').select('post.status', 'status').distinct(true).getRawMany();
}

export function builderDistinctOn() {
  return posts
    .createQueryBuilder('post')
    .distinctOn(['post.authorId'])
    .orderBy('post.authorId')
    .addOrderBy('post.createdAt', 'DESC')
    .getMany();
}

export function builderDeleted() {
  return posts.createQueryBuilder('post').withDeleted().where('post.deletedAt IS NOT NULL').offset(10).limit(10).getMany();
}

export function builderInsert(name: string) {
  return AppDataSource.createQueryBuilder().insert().into(Tag).values([{ name }, { name: 'second' }]).orIgnore().execute();
}

export function builderUpsert(name: string, sortOrder: number) {
  return AppDataSource.createQueryBuilder()
    .insert()
    .into(Tag)
    .values({ name, sortOrder })
    .orUpdate(['sort_order'], ['name'])
    .execute();
}

export function builderUpdate(id: number) {
  return AppDataSource.createQueryBuilder()
    .update(User)
    .set({ displayName: 'nobody', active: () => 'NOT active' })
    .where('id = :id', { id })
    .execute();
}

export function builderUpdateNamed(authorId: number) {
  return posts
    .createQueryBuilder()
    .update()
    .set({ viewCount: () => 'view_count + 1' })
    .where('authorId = :authorId AND status = :status', { authorId, status: 'published' })
    .returning(['id', 'viewCount'])
    .execute();
}

export function builderDelete(before: Date) {
  return AppDataSource.createQueryBuilder().delete().from(Comment).where('createdAt < :before', { before }).execute();
}

export function builderSoftDelete(id: number) {
  return posts.createQueryBuilder().softDelete().where('id = :id', { id }).execute();
}

export function relationAdd(postId: number, tagId: string) {
  return AppDataSource.createQueryBuilder().relation(Post, 'tags').of(postId).add(tagId);
}

export function relationRemove(postId: number, tagId: string) {
  return AppDataSource.createQueryBuilder().relation(Post, 'tags').of(postId).remove(tagId);
}

export function relationSet(postId: number, userId: number) {
  return AppDataSource.createQueryBuilder().relation(Post, 'author').of(postId).set(userId);
}

export function relationLoadMany(postId: number) {
  return AppDataSource.createQueryBuilder().relation(Post, 'tags').of(postId).loadMany();
}

export function relationLoadOne(postId: number) {
  return AppDataSource.createQueryBuilder().relation(Post, 'author').of(postId).loadOne();
}
