import {
  Brackets,
  type EntityManager,
  type FindManyOptions,
  In,
  IsNull,
  LessThanOrEqual,
  Like,
  MoreThan,
  Not,
  NotBrackets,
  type Repository,
  type SelectQueryBuilder,
} from 'typeorm';
import { BaseService } from './base-service';
import { Article, Label, Reply, User } from './entities';

export interface ArticleFilter {
  search?: string;
  authorIds?: string[];
  label?: string;
  sort?: 'new' | 'read';
}

export class ArticlesService extends BaseService<Article> {
  constructor(articles: Repository<Article>) {
    super(articles);
  }

  private visible(): SelectQueryBuilder<Article> {
    return this.repository
      .createQueryBuilder('article')
      .innerJoin('article.author', 'author')
      .where('article.visible.startsAt <= now()');
  }

  listVisible() {
    return this.visible().orderBy('article.createdAt', 'DESC').getMany();
  }

  countVisible(authorId: string) {
    return this.visible().andWhere('author.id = :authorId', { authorId }).getCount();
  }

  list(filter: ArticleFilter) {
    const query = this.repository.createQueryBuilder('a').leftJoinAndSelect('a.author', 'u').leftJoinAndSelect('u.team', 't');
    if (filter.search) {
      query.andWhere(
        new Brackets((qb) =>
          qb.where('a.headline ILIKE :search', { search: `%${filter.search}%` }).orWhere('u.fullName ILIKE :search'),
        ),
      );
    }
    if (filter.authorIds?.length) {
      query.andWhere('u.id IN (:...authorIds)', { authorIds: filter.authorIds });
    }
    if (filter.sort === 'read') query.orderBy('a.readCount', 'DESC');
    else query.orderBy('a.createdAt', 'DESC');
    return query.take(20).getMany();
  }

  findAll(filter: ArticleFilter) {
    const options: FindManyOptions<Article> = {
      where: {
        ...(filter.search ? { headline: Like(`%${filter.search}%`) } : {}),
        deletedAt: IsNull(),
      },
      relations: { labels: true },
    };
    return this.repository.find(options);
  }

  embargoed() {
    return this.repository.find({
      where: { blocked: { endsAt: MoreThan(new Date()) }, visible: { startsAt: Not(IsNull()) } },
      order: { blocked: { endsAt: 'ASC' }, author: { fullName: 'DESC' } },
    });
  }

  page(skip: number, take: number) {
    return this.repository.findAndCount({
      where: { author: { team: { name: 'Sports' } } },
      order: { author: { fullName: 'ASC' }, id: 'DESC' },
      relations: { author: { team: true } },
      skip,
      take,
    });
  }

  withReplies(slug: string) {
    return this.repository.findOneOrFail({
      where: { urlSlug: slug },
      relations: { replies: true, reviewer: { desk: true } },
      withDeleted: true,
    });
  }

  muchDiscussed() {
    return this.repository.find({ where: { replies: MoreThan(5) as never, readCount: MoreThan(10) } });
  }

  none() {
    return this.repository.findBy({ id: In([]) });
  }

  separately(authorId: string) {
    return this.repository.find({
      where: { authorId },
      relations: { replies: true, labels: true, author: { team: true } },
      relationLoadStrategy: 'query',
    });
  }

  async rename(id: string, headline: string) {
    await this.repository.update({ id, author: { id: 'x' } }, { headline, visible: { endsAt: new Date() } });
  }

  async setReviewer(id: string, reviewerId: string) {
    await this.repository.update(id, { reviewer: { id: reviewerId } });
  }

  publish(values: { headline: string; urlSlug: string; authorId: string }) {
    return this.repository.upsert(
      { headline: values.headline, urlSlug: values.urlSlug, author: { id: values.authorId }, readCount: 1 },
      { conflictPaths: { urlSlug: true } },
    );
  }

  byLabels(codes: string[]) {
    return this.repository
      .createQueryBuilder('article')
      .innerJoinAndSelect('article.labels', 'label', 'label.code IN (:...codes)', { codes })
      .leftJoinAndSelect('article.replies', 'reply')
      .leftJoinAndSelect('reply.writer', 'writer')
      .getMany();
  }

  withCounts() {
    return this.repository
      .createQueryBuilder('article')
      .select('article.headline', 'headline')
      .addSelect((sub) => sub.select('COUNT(*)').from(Reply, 'reply').where('reply.article_id = article.id'), 'replies')
      .where('article.readCount > :least', { least: 1 })
      .getRawMany();
  }

  latestReplies() {
    return this.repository
      .createQueryBuilder('article')
      .leftJoin(
        (qb) => qb.select('reply.article_id', 'article_id').addSelect('MAX(reply.id)', 'last').from(Reply, 'reply').groupBy('reply.article_id'),
        'latest',
        'latest.article_id = article.id',
      )
      .select(['article.id AS id', 'latest.last AS last'])
      .getRawMany();
  }

  unread() {
    const replied = this.repository.manager
      .createQueryBuilder(Reply, 'reply')
      .select('1')
      .where('reply.article = article.id')
      .andWhere('reply.writer = :writer');
    return this.repository
      .createQueryBuilder('article')
      .where(`NOT EXISTS (${replied.getQuery()})`)
      .setParameters({ writer: 'x' })
      .getMany();
  }

  notBy(names: string[]) {
    return this.repository
      .createQueryBuilder('article')
      .innerJoin('article.author', 'author')
      .where(new NotBrackets((qb) => qb.where('author.fullName = ANY(:names)', { names }).orWhere('author.team IS NULL')))
      .getMany();
  }

  byObjects(headline: string) {
    return this.repository
      .createQueryBuilder('article')
      .where([{ headline }, { urlSlug: headline, readCount: LessThanOrEqual(3) }])
      .andWhere({ authorId: Not('x') })
      .getOne();
  }

  random() {
    return this.repository.createQueryBuilder('article').orderBy('RANDOM()').limit(1).getOne();
  }

  longest() {
    return this.repository
      .createQueryBuilder('article')
      .select('LENGTH(article.headline)', 'length')
      .addSelect('article.urlSlug')
      .orderBy('length', 'DESC')
      .limit(3)
      .getRawMany();
  }

  deletedWithAuthor() {
    return this.repository
      .createQueryBuilder('article')
      .withDeleted()
      .leftJoinAndMapOne('article.byline', 'article.author', 'byline')
      .where('article.deletedAt IS NOT NULL')
      .getRawAndEntities();
  }

  perAuthor() {
    return this.repository
      .createQueryBuilder('article')
      .innerJoin('article.author', 'author')
      .select('author.fullName', 'name')
      .addSelect('COUNT(article.id)', 'n')
      .groupBy('author.id')
      .addGroupBy('author.fullName')
      .having('COUNT(article.id) > :n', { n: 1 })
      .orHaving('MAX(article.readCount) > 5')
      .orderBy('n', 'DESC')
      .addOrderBy('author.fullName')
      .getRawMany();
  }

  incrementReads(ids: string[]) {
    return this.repository
      .createQueryBuilder()
      .update(Article)
      .set({ readCount: () => 'hits + 1' })
      .whereInIds(ids)
      .execute();
  }

  expire(before: Date) {
    return this.repository
      .createQueryBuilder()
      .softDelete()
      .where('visible.endsAt < :before', { before })
      .andWhere({ readCount: 0 })
      .execute();
  }

  addLabels(articleId: string) {
    return this.repository.createQueryBuilder().relation(Article, 'labels').of(articleId).add(['a', 'b']);
  }

  async removeLoaded(id: string) {
    const article = await this.repository.findOneByOrFail({ id });
    return article.headline;
  }
}

export function followers(manager: EntityManager, id: string) {
  return manager.getRepository(User).find({ where: { id }, relations: { followers: true, following: true } });
}

export function managers(manager: EntityManager) {
  return manager.find(User, { where: { reports: { fullName: Like('A%') } }, select: { id: true, fullName: true, manager: { fullName: true } }, relations: { manager: true } });
}

export function desks(manager: EntityManager) {
  return manager.find('Desk', { relations: { owner: true } });
}

export function repliesOf(manager: EntityManager, articleId: string) {
  return manager.findBy(Reply, { article: { id: articleId } as never });
}

export function labelNames(manager: EntityManager, codes: string[]) {
  return manager
    .createQueryBuilder(Label, 'label')
    .select(['label.displayText'])
    .where('label.code IN (:...codes)', { codes })
    .getMany();
}

export function fromTable(manager: EntityManager) {
  return manager.createQueryBuilder().select('l.code', 'code').from('legacy_labels', 'l').where('l.code = :c', { c: 'x' }).getRawMany();
}

export function fromSubQuery(manager: EntityManager) {
  return manager
    .createQueryBuilder()
    .select('AVG(t.n)', 'mean')
    .from((qb) => qb.select('COUNT(*)', 'n').from(Article, 'article').groupBy('article.authorId'), 't')
    .getRawOne();
}

export function insertFrom(manager: EntityManager, values: { code: string; displayText: string }[]) {
  return manager
    .createQueryBuilder()
    .insert()
    .into(Label, ['code', 'displayText'])
    .values(values.map((each) => ({ code: each.code, displayText: each.displayText })))
    .orUpdate(['display_text'], ['code'], { skipUpdateIfNoValuesChanged: true })
    .execute();
}

export function deleteReplies(manager: EntityManager, writerId: string) {
  return manager.createQueryBuilder().delete().from(Reply).where('writer_id = :writerId', { writerId }).returning('id').execute();
}

export function lockNext(manager: EntityManager) {
  return manager.transaction('SERIALIZABLE', async (inner) =>
    inner
      .getRepository(Article)
      .createQueryBuilder('article')
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .where('article.readCount = 0')
      .take(1)
      .getOne(),
  );
}

export async function rawSql(manager: EntityManager, id: string) {
  const table = 'nr_article';
  return manager.query(`SELECT * FROM ${table} WHERE id = $1`, [id]);
}
