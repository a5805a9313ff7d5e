import { type ExpressionBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { jsonArrayFrom, jsonBuildObject, jsonObjectFrom } from 'kysely/helpers/postgres';
import type { BlogDatabase, KyselyDB, KyselyTransaction, NewPost, Post, UpdatablePost } from './types';
import { dbOrTx, executeTx, isPublished, withTags } from './utils';

const postFields: Array<keyof Post> = ['id', 'slugId', 'title', 'authorId', 'viewCount', 'createdAt'];

export class PostRepo {
  private readonly listFields = ['posts.id', 'posts.title', 'posts.createdAt'] as const;

  constructor(
    private readonly db: KyselyDB,
    private readonly environment: { hasTags(): boolean },
  ) {}

  async findById(
    postId: number | string,
    opts?: { includeBody?: boolean; includeCreator?: boolean; withLock?: boolean; trx?: KyselyTransaction },
  ) {
    const db = dbOrTx(this.db, opts?.trx);
    let query = db
      .selectFrom('posts')
      .select(postFields)
      .$if(opts?.includeBody, (qb) => qb.select('body'));
    if (opts?.includeCreator) {
      query = query.select((eb) => this.withCreator(eb));
    }
    if (opts?.withLock && opts?.trx) {
      query = query.forUpdate();
    }
    if (typeof postId === 'number') {
      query = query.where('id', '=', postId);
    } else {
      query = query.where('slugId', '=', postId);
    }
    return query.executeTakeFirst();
  }

  async listByAuthor(authorId: number, status?: string, page = 1, perPage = 20) {
    let query = this.db.selectFrom('posts').select(this.listFields).where('authorId', '=', authorId);
    if (status) query = query.where('status', '=', status);
    return query
      .orderBy('createdAt', 'desc')
      .limit(perPage)
      .offset((page - 1) * perPage)
      .execute();
  }

  async feed(userIds: number[]) {
    return this.db
      .selectFrom('posts')
      .innerJoin('users', 'users.id', 'posts.authorId')
      .select(this.listFields)
      .select(['users.firstName as authorFirstName', 'users.lastName as authorLastName'])
      .select(withTags)
      .where('posts.authorId', 'in', userIds)
      .where(isPublished)
      .orderBy('posts.publishedAt', (ob) => ob.desc().nullsLast())
      .limit(50)
      .execute();
  }

  async withComments(postId: number) {
    return this.db
      .selectFrom('posts')
      .selectAll('posts')
      .select((eb) => [
        jsonArrayFrom(
          eb
            .selectFrom('comments as c')
            .leftJoin('users as cu', 'cu.id', 'c.userId')
            .select(['c.id', 'c.content', 'cu.firstName'])
            .whereRef('c.postId', '=', 'posts.id')
            .where('c.isApproved', '=', true)
            .orderBy('c.createdAt', 'desc')
            .limit(10),
        ).as('comments'),
        this.withCreator(eb),
        eb
          .selectFrom('comments')
          .select((ceb) => ceb.fn.countAll<number>().as('n'))
          .whereRef('comments.postId', '=', 'posts.id')
          .as('commentCount'),
      ])
      .where('posts.id', '=', postId)
      .executeTakeFirstOrThrow();
  }

  async insertPost(post: NewPost, trx?: KyselyTransaction) {
    const db = dbOrTx(this.db, trx);
    const result = await db
      .insertInto('posts')
      .values({ title: post.title, slugId: post.slugId, authorId: post.authorId, status: 'draft' } as any)
      .returning(postFields)
      .executeTakeFirst();
    return result;
  }

  async updatePost(updatable: UpdatablePost, postIds: number[], trx?: KyselyTransaction) {
    return dbOrTx(this.db, trx)
      .updateTable('posts')
      .set({ title: updatable.title, status: updatable.status, updatedAt: new Date() })
      .where('id', 'in', postIds)
      .executeTakeFirst();
  }

  async bumpViews(postId: number, by: number) {
    await this.db
      .updateTable('posts')
      .set((eb) => ({ viewCount: eb('viewCount', '+', by), updatedAt: sql`now()` }))
      .where('id', '=', postId)
      .execute();
  }

  async publish(postId: number, userId: number) {
    return executeTx(this.db, async (trx) => {
      await trx
        .updateTable('posts')
        .set('status', 'published')
        .set({ publishedAt: sql`now()` })
        .where('id', '=', postId)
        .where('authorId', '=', userId)
        .execute();
      await trx.deleteFrom('comments').where('postId', '=', postId).where('isApproved', '=', false).execute();
    });
  }

  async moveTags(fromId: number, toId: number) {
    await this.db.transaction().execute(async (trx) => {
      const tags = await trx.selectFrom('postTags').select('tagId').where('postId', '=', fromId).execute();
      await trx
        .insertInto('postTags')
        .columns(['postId', 'tagId'])
        .expression((eb) =>
          eb
            .selectFrom('postTags as pt')
            .select((e) => [e.val(toId).as('postId'), 'pt.tagId'])
            .where('pt.postId', '=', fromId),
        )
        .onConflict((oc) => oc.doNothing())
        .execute();
      await trx.deleteFrom('postTags').where('postId', '=', fromId).execute();
      return tags.length;
    });
  }

  async descendants(rootId: number) {
    return this.db
      .withRecursive('post_hierarchy', (db) =>
        db
          .selectFrom('posts')
          .select(['id', 'slugId', 'title', 'parentPostId'])
          .select((eb) => eb.lit(1).as('level'))
          .where('id', '=', rootId)
          .where('deletedAt', 'is', null)
          .unionAll((exp) =>
            exp
              .selectFrom('posts as p')
              .select(['p.id', 'p.slugId', 'p.title', 'p.parentPostId'])
              .select((eb) => eb('ph.level', '+', 1).as('level'))
              .innerJoin('post_hierarchy as ph', 'p.parentPostId', 'ph.id')
              .where('p.deletedAt', 'is', null),
          ),
      )
      .selectFrom('post_hierarchy')
      .selectAll()
      .execute();
  }

  async softDelete(postId: number, trx?: KyselyTransaction): Promise<void> {
    const db = dbOrTx(this.db, trx);
    await db
      .updateTable('posts')
      .set({ deletedAt: new Date() })
      .where((eb) => eb.or([eb('id', '=', postId), eb('parentPostId', '=', postId)]))
      .execute();
  }

  async hasChildren(postId: number): Promise<boolean> {
    const result = await this.db
      .selectFrom('posts')
      .select((eb) =>
        eb
          .case()
          .when(
            eb.exists(
              eb
                .selectFrom('posts as child')
                .select('child.id')
                .whereRef('child.parentPostId', '=', 'posts.id')
                .where('child.deletedAt', 'is', null),
            ),
          )
          .then(true)
          .else(false)
          .end()
          .as('hasChildren'),
      )
      .where('id', '=', postId)
      .executeTakeFirst();
    return Boolean(result?.hasChildren);
  }

  async recent(opts: { tag?: string; authorId?: number; cursor?: Date }) {
    return this.db
      .selectFrom('posts')
      .select(postFields)
      .$call((qb) => this.onlyVisible(qb))
      .$if(Boolean(opts.authorId), (qb) => qb.where('posts.authorId', '=', opts.authorId!))
      .$if(opts.cursor !== undefined, (qb) => qb.where('posts.createdAt', '<', opts.cursor!))
      .orderBy('posts.createdAt', 'desc')
      .orderBy('posts.id', 'desc')
      .limit(21)
      .execute();
  }

  private onlyVisible<O>(qb: SelectQueryBuilder<BlogDatabase, 'posts', O>) {
    return qb.where('posts.deletedAt', 'is', null).where('posts.status', '=', 'published');
  }

  async summaries(ids: number[]) {
    return this.db
      .selectFrom('posts')
      .innerJoin('users', 'users.id', 'posts.authorId')
      .select(({ ref }) => [
        'posts.id',
        jsonBuildObject({ name: ref('users.firstName'), mail: ref('users.email') }).as('author'),
      ])
      .where('posts.id', 'in', ids.length > 0 ? ids : [0])
      .execute();
  }

  withCreator(eb: ExpressionBuilder<BlogDatabase, 'posts'>) {
    return jsonObjectFrom(
      eb
        .selectFrom('users')
        .select(['users.id', 'users.firstName', 'users.email'])
        .whereRef('users.id', '=', 'posts.authorId'),
    ).as('creator');
  }
}
