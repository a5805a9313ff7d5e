import type { Knex } from 'knex';
import db from './db';
import { byAuthor, newestFirst, paginate, published } from './scopes';

const TABLE = 'posts';
const summary = ['id', 'title', 'slug'];

export function listPosts() {
  return db('posts').select('*');
}

export async function findPost(id: number) {
  return db('posts').where({ id }).first();
}

export async function findBySlug(slug: string) {
  const post = await db(TABLE).where('slug', slug).andWhere('status', '!=', 'deleted').first('id', 'title');
  if (!post) throw new Error('not found');
  return post;
}

export async function listSummaries(limit: number) {
  return await db.select(summary).from(TABLE).orderBy('created_at', 'desc').limit(limit);
}

export async function listByAuthors(authorIds: number[]) {
  return db('posts').whereIn('author_id', authorIds).whereNull('deleted_at').select('id', 'author_id');
}

export async function listFixedStatuses() {
  return db('posts').whereIn('status', ['draft', 'published']).whereNotIn('id', [1, 2, 3]);
}

export async function withAuthors() {
  return db('posts as p')
    .join('users as u', 'u.id', 'p.author_id')
    .select('p.*', 'u.username as authorName')
    .where('u.is_active', true);
}

export async function aliased() {
  return db({ p: 'posts', u: 'users' })
    .select({ postId: 'p.id', author: 'u.username' })
    .whereColumn('p.author_id', 'u.id');
}

export async function titles() {
  return db('posts').pluck('title');
}

export async function searchPosts(term: string, filters: { status?: string; authorId?: number }) {
  const query = db('posts').select('id', 'title').whereILike('title', `%${term}%`);
  if (filters.status) {
    query.where('status', filters.status);
  }
  if (filters.authorId) {
    query.andWhere('author_id', filters.authorId);
  }
  return query.orderBy('id');
}

export async function searchReassigned(status?: string) {
  let query = db('posts').where('is_public', true);
  if (status) query = query.where({ status });
  else query = query.whereNot({ status: 'archived' });
  const rows = await query;
  return rows;
}

export async function grouped(userId: number) {
  return db('posts')
    .where('author_id', userId)
    .andWhere((qb) => {
      qb.where('status', 'published').orWhere('status', 'draft');
    })
    .orderBy([{ column: 'published_at', order: 'desc', nulls: 'last' }, 'id']);
}

export async function groupedByThis(userId: number) {
  return db('posts')
    .where(function () {
      this.where('author_id', userId).orWhere('editor_id', userId);
    })
    .whereNot(function () {
      this.whereNull('published_at').andWhere('views', '<', 10);
    });
}

export async function orObject() {
  return db('posts').where({ status: 'published', is_public: true }).orWhere({ status: 'draft', author_id: 1 });
}

export async function between(from: Date, to: Date) {
  return db('posts').whereBetween('created_at', [from, to]).whereNotBetween('views', [0, 10]).orWhereBetween('score', [1, 5]);
}

export async function operators() {
  return db('posts')
    .where('views', '>=', 100)
    .where('title', 'like', 'A%')
    .where('slug', 'not like', '%draft%')
    .where('id', 'in', [1, 2])
    .where('score', 'between', [1, 2])
    .where('deleted_at', 'is', null)
    .where('published_at', 'is not', null)
    .where('kind', '<>', 'page')
    .where('parent_id', null);
}

export async function likes(prefix: string) {
  return db('posts').whereLike('slug', `${prefix}%`).orWhereILike('title', '%hello%').orWhereLike('body', '%x%');
}

export async function withoutComments() {
  return db('posts').whereNotExists(db.select(db.raw(1)).from('comments').whereRaw('comments.post_id = posts.id'));
}

export async function withComments() {
  return db('posts')
    .whereExists(function () {
      this.select('*').from('comments').whereColumn('comments.post_id', '=', 'posts.id').where('comments.approved', true);
    })
    .orWhereExists(db('likes').whereColumn('likes.post_id', 'posts.id'));
}

export async function inSubquery(tag: string) {
  return db('posts').whereIn(
    'id',
    db('posts_tags').join('tags', 'tags.id', '=', 'posts_tags.tag_id').where('tags.name', tag).select('posts_tags.post_id'),
  );
}

export async function inCallback() {
  return db('posts').whereNotIn('author_id', function () {
    this.select('id').from('users').where('banned', true);
  });
}

export async function tuples() {
  return db('posts').whereIn(
    ['author_id', 'status'],
    [
      [1, 'draft'],
      [2, 'published'],
    ],
  );
}

export async function fromSubquery() {
  const recent = db('posts').where('created_at', '>', '2024-01-01').orderBy('created_at', 'desc').limit(100).as('recent');
  return db.from(recent).select('recent.author_id').count('* as total').groupBy('recent.author_id');
}

export async function scoped(authorId: number, page: number) {
  return db('posts').modify(published).modify(byAuthor, authorId).modify(newestFirst).modify(paginate, page, 10);
}

export async function scopedInline(showAll: boolean) {
  return db('posts').modify((query) => {
    if (!showAll) query.where('is_public', true);
  });
}

export async function page(pageNumber: number, perPage: number) {
  const base = db('posts').where('status', 'published');
  const [{ count }] = await base.clone().count('* as count');
  const rows = await base.clone().select('id', 'title').limit(perPage).offset((pageNumber - 1) * perPage);
  return { count: Number(count), rows };
}

export async function clonedAndCleared() {
  return db('posts').select('id', 'body').orderBy('id').clone().clearSelect().clearOrder().select('title');
}

export async function lockNext(trx: Knex.Transaction) {
  return trx('posts').where('status', 'queued').orderBy('id').limit(1).forUpdate().skipLocked();
}

export async function lockShared() {
  return db.transaction(async (trx) => {
    const posts = await trx('posts').where('id', 1).forShare().noWait();
    await trx('users').where('id', posts[0].author_id).forNoKeyUpdate('users').first('id');
    return posts;
  });
}

export async function transacting(id: number) {
  const trx = await db.transaction();
  try {
    const post = await db('posts').transacting(trx).where({ id }).forUpdate().first();
    await trx('audit.log').insert({ post_id: id, action: 'read' });
    await trx.commit();
    return post;
  } catch (error) {
    await trx.rollback();
    throw error;
  }
}

export async function inSchema(tenant: number) {
  return db.withSchema('blog').from('posts').where('tenant_id', tenant).leftJoin('users', 'users.id', 'posts.author_id');
}

export async function ofTable() {
  return db.table('posts').withSchema('archive').select('id').timeout(1000);
}

export async function distinctAuthors() {
  return db('posts').distinct('author_id', 'status').whereNotNull('author_id');
}

export async function latestOfEach() {
  return db('posts').distinctOn('author_id').select('author_id', 'title').orderBy([{ column: 'author_id' }, { column: 'created_at', order: 'desc' }]);
}

export async function chosenColumns(full: boolean) {
  const columns = full ? ['id', 'title', 'body'] : ['id', 'title'];
  return db('posts').select(columns).where('status', 'published');
}

export async function jsonConditions(value: string) {
  return db('posts')
    .whereJsonObject('meta', { featured: true })
    .whereJsonPath('meta', '$.lang', '=', value)
    .whereJsonSupersetOf('meta', { tags: ['sql'] })
    .orWhereJsonSubsetOf('meta', { tags: ['sql', 'js'] });
}

export async function rawPieces(userId: number, day: string) {
  return db('posts')
    .select(db.raw('date_trunc(?, created_at) as day', [day]), 'title')
    .where(db.raw('lower(??)', ['slug']), 'hello')
    .whereRaw('author_id = ? or editor_id = ?', [userId, userId])
    .whereRaw('title ~* :pattern', { pattern: '^a' })
    .orderByRaw('views desc nulls last');
}

export async function references() {
  return db('posts')
    .join('comments', 'comments.post_id', db.ref('posts.id'))
    .where('comments.created_at', '>', db.ref('posts.created_at'))
    .select(db.ref('posts.id').as('postId'), 'comments.body');
}

export async function commentCounts() {
  return db('posts').select(
    'posts.id',
    db('comments').count('*').whereColumn('comments.post_id', 'posts.id').as('comment_count'),
    db.raw('(select max(created_at) from comments c where c.post_id = posts.id) as last_comment'),
  );
}

export const latest = async (count = 5) => db('posts').orderBy('created_at', 'desc', 'last').limit(count);

export function thenChain(id: number) {
  return db('posts')
    .where('id', id)
    .first()
    .then((post) => db('users').where('id', post.author_id).first());
}
