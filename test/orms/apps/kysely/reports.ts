import { sql } from 'kysely';
import { db } from './database';
import { lower } from './utils';

export async function postsPerAuthor(since: Date, atLeast: number) {
  return db
    .selectFrom('users as u')
    .leftJoin('posts as p', (join) =>
      join.onRef('p.authorId', '=', 'u.id').on('p.deletedAt', 'is', null).on('p.createdAt', '>=', since),
    )
    .select(({ fn, ref }) => [
      'u.id',
      'u.email',
      fn.count<number>('p.id').as('postCount'),
      fn.sum('p.viewCount').as('views'),
      fn.max(ref('p.createdAt')).as('lastPost'),
    ])
    .groupBy(['u.id', 'u.email'])
    .having((eb) => eb.fn.count('p.id'), '>=', atLeast)
    .orderBy('postCount', 'desc')
    .execute();
}

export async function monthlySignups() {
  const month = sql<Date>`date_trunc('month', ${sql.ref('users.createdAt')})`;
  return db
    .selectFrom('users')
    .select([month.as('month'), db.fn.countAll<string>().as('total')])
    .groupBy(month)
    .orderBy(month, 'asc')
    .execute();
}

export async function lastCommentOfEachPost() {
  return db
    .selectFrom('comments')
    .distinctOn('comments.postId')
    .selectAll()
    .orderBy('comments.postId')
    .orderBy('comments.createdAt', 'desc')
    .execute();
}

export async function topPosts(n: number) {
  return db
    .with('counted', (qb) =>
      qb
        .selectFrom('comments')
        .select(['postId', (eb) => eb.fn.countAll().as('n')])
        .where('isApproved', '=', true)
        .groupBy('postId'),
    )
    .with('recent', (qb) => qb.selectFrom('posts').selectAll().where('createdAt', '>', sql`now() - interval '30 days'`))
    .selectFrom('recent')
    .innerJoin('counted', 'counted.postId', 'recent.id')
    .select(['recent.id', 'recent.title', 'counted.n'])
    .orderBy('counted.n', 'desc')
    .limit(n)
    .execute();
}

export async function latestPerUser(userIds: number[]) {
  return db
    .selectFrom('users')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('posts')
          .select(['posts.id as postId', 'posts.title'])
          .whereRef('posts.authorId', '=', 'users.id')
          .orderBy('posts.createdAt', 'desc')
          .limit(3)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select(['users.id', 'latest.postId', 'latest.title'])
    .where('users.id', '=', sql`any(${userIds})`)
    .execute();
}

export async function rankedAuthors() {
  return db
    .selectFrom('posts')
    .select((eb) => [
      'authorId',
      eb.fn
        .agg<number>('rank')
        .over((ob) => ob.partitionBy('status').orderBy('viewCount', 'desc'))
        .as('rank'),
      eb.fn.count('id').filterWhere('status', '=', 'published').as('published'),
      eb.fn.avg('viewCount').distinct().as('avgViews'),
    ])
    .groupBy(['authorId', 'status', 'viewCount'])
    .execute();
}

export async function peopleAndTags(term: string) {
  const people = db.selectFrom('users').select(['id', 'firstName as label']).where('firstName', 'ilike', term + '%');
  const tags = db.selectFrom('tags').select(['id', 'name as label']).where('name', 'ilike', term + '%');
  return people.unionAll(tags).orderBy('label').limit(10).execute();
}

export async function authorsWithoutPosts() {
  return db
    .selectFrom('users')
    .select('id')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('posts').select('posts.id').whereRef('posts.authorId', '=', 'users.id'))),
    )
    .execute();
}

export async function commentersButNotAuthors() {
  return db
    .selectFrom('comments')
    .select('userId')
    .distinct()
    .except(db.selectFrom('posts').select('authorId as userId'))
    .execute();
}

export async function byEmailInsensitive(email: string) {
  return db.selectFrom('users').selectAll().where('email', '=', lower(email)).executeTakeFirst();
}

export async function usersIn(ids: number[], between: [Date, Date]) {
  return db
    .selectFrom('users')
    .select(['id', 'email'])
    .where((eb) =>
      eb.and([
        eb('id', 'in', ids),
        eb.between('createdAt', between[0], between[1]),
        eb.or([eb('role', '=', 'admin'), eb.not(eb('email', 'like', '%@example.com'))]),
      ]),
    )
    .execute();
}

export async function filterByObject(role: string) {
  return db
    .selectFrom('users')
    .selectAll()
    .where((eb) => eb.and({ role, deletedAt: null, firstName: eb.ref('lastName') }))
    .execute();
}

export async function statusLabels() {
  return db
    .selectFrom('posts')
    .select((eb) => [
      'id',
      eb
        .case('status')
        .when('published')
        .then('live')
        .when('draft')
        .then('in work')
        .else(eb.ref('status'))
        .end()
        .as('label'),
      eb.fn.coalesce('publishedAt', 'createdAt').as('shownAt'),
      eb.cast<string>('id', 'text').as('key'),
      eb.fn<number>('length', ['body']).as('size'),
    ])
    .execute();
}

export async function derived(minimum: number) {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('comments')
        .select((e) => ['comments.userId', e.fn.countAll<number>().as('n')])
        .groupBy('comments.userId')
        .as('t'),
    )
    .innerJoin('users', 'users.id', 't.userId')
    .select(['users.email', 't.n'])
    .where('t.n', '>', minimum)
    .execute();
}

export async function crossed() {
  return db
    .selectFrom(['users as u', 'tags as t'])
    .select(['u.id as userId', 't.id as tagId'])
    .whereRef('u.firstName', '=', 't.name')
    .execute();
}

export async function paged(page: number) {
  return db
    .selectFrom('posts')
    .selectAll()
    .orderBy('id')
    .offset(page * 10)
    .fetch(10)
    .execute();
}

export async function keyset(createdAt: Date, id: number) {
  return db
    .selectFrom('posts')
    .select(['id', 'title'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('createdAt', 'id'), '<', tuple(createdAt, id)))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
}

export async function* everyUser() {
  for await (const user of db.selectFrom('users').select(['id', 'email']).orderBy('id').stream(100)) {
    yield user;
  }
}

export async function tsSearch(words: string) {
  const query = sql`websearch_to_tsquery('english', ${words})`;
  return db
    .selectFrom('posts')
    .select(['id', 'title', sql<number>`ts_rank(to_tsvector('english', body), ${query})`.as('rank')])
    .where(sql<boolean>`to_tsvector('english', body) @@ ${query}`)
    .orderBy('rank', 'desc')
    .orderBy(sql`random()`)
    .execute();
}

export async function vacuumStatistics() {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table('posts')} where ${sql.ref('posts.status')} = ${'draft'}`.execute(
    db,
  );
  return rows;
}

export async function inList(statuses: string[]) {
  return sql`select id from posts where status in (${sql.join(['draft', 'review'])}) and role = any(${statuses}) order by ${sql.raw('id desc')}`.execute(db);
}
