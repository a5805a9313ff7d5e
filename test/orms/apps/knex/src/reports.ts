import { db as knex } from './db';

export async function countAll() {
  const [{ count }] = await knex('posts').count();
  return count;
}

export async function countActive() {
  return knex('users').count('id as n').where('is_active', true).first();
}

export async function countAs() {
  return knex('users').count('id', { as: 'users' }).countDistinct('email as emails');
}

export async function aggregates() {
  return knex('posts').min('views as least').max({ most: 'views' }).sum('views as total').avg('score').sumDistinct('score as s');
}

export async function countSeveral() {
  return knex('posts').countDistinct('author_id', 'status');
}

export async function countsPerAuthor(minimum: number) {
  return knex('posts')
    .select('author_id')
    .count('* as posts')
    .groupBy('author_id')
    .having(knex.raw('count(*)'), '>=', minimum)
    .orderBy('posts', 'desc');
}

export async function havings() {
  return knex('posts')
    .select('author_id', knex.raw('count(*) as n'))
    .groupBy('author_id', 'status')
    .having('status', '=', 'published')
    .havingRaw('count(*) > ?', [3])
    .orHavingRaw('sum(views) > 1000')
    .havingIn('author_id', [1, 2])
    .havingBetween('author_id', [1, 100])
    .havingNotNull('author_id');
}

export async function perDay(days: number) {
  return knex('posts')
    .select(knex.raw("date_trunc('day', created_at) as day"))
    .count('*')
    .where('created_at', '>', knex.raw("now() - ? * interval '1 day'", [days]))
    .groupByRaw("date_trunc('day', created_at)")
    .orderBy('day');
}

export async function leftJoined() {
  return knex
    .select('users.id', 'users.username')
    .count('posts.id as post_count')
    .from('users')
    .leftJoin('posts', function () {
      this.on('posts.author_id', '=', 'users.id').andOn('posts.tenant_id', 'users.tenant_id').andOnVal('posts.status', '=', 'published');
    })
    .groupBy('users.id');
}

export async function allJoins() {
  return knex('posts')
    .leftOuterJoin('users', { 'users.id': 'posts.author_id' })
    .rightJoin('profiles', 'profiles.user_id', '=', 'users.id')
    .fullOuterJoin('comments', (join) => join.on('comments.post_id', 'posts.id').onIn('comments.kind', ['reply', 'note']).onNull('comments.deleted_at'))
    .crossJoin('settings')
    .joinRaw('left join lateral (select 1 as one) x on true')
    .select('posts.id');
}

export async function joinedSubquery() {
  const counts = knex('comments').select('post_id').count('* as n').groupBy('post_id').as('counts');
  return knex('posts').leftJoin(counts, 'counts.post_id', 'posts.id').select('posts.title', 'counts.n');
}

export async function joinedOr() {
  return knex('comments').join('users', function () {
    this.on(function () {
      this.on('users.id', 'comments.author_id').orOn('users.id', 'comments.editor_id');
    }).onBetween('users.age', [18, 99]);
  });
}

export async function joinedUsing() {
  return knex('posts').join('posts_tags', function () {
    this.using(['post_id', 'tag_id']);
  });
}

export async function commonTable(authorId: number) {
  return knex
    .with('mine', knex('posts').where('author_id', authorId))
    .with('counts', (qb) => {
      qb.select('post_id').count('* as n').from('comments').groupBy('post_id');
    })
    .select('mine.title', 'counts.n')
    .from('mine')
    .leftJoin('counts', 'counts.post_id', 'mine.id');
}

export async function commonTableRaw() {
  return knex('recent').with('recent', ['id', 'title'], knex.raw("select id, title from posts where created_at > now() - interval '7 days'")).select('title');
}

export async function materialized() {
  return knex.withMaterialized('heavy', knex('posts').select('author_id').sum('views as views').groupBy('author_id')).select('*').from('heavy');
}

export async function commentTree(rootId: number) {
  return knex
    .withRecursive('tree', (qb) => {
      qb.select('id', 'parent_id')
        .from('comments')
        .where('id', rootId)
        .unionAll((inner) => {
          inner.select('c.id', 'c.parent_id').from('comments as c').join('tree', 'tree.id', 'c.parent_id');
        });
    })
    .select('*')
    .from('tree');
}

export async function unions() {
  return knex('users').select('id', 'username').where('banned', true).union([knex('admins').select('id', 'username')]).unionAll(knex('guests').select('id', 'name'), true);
}

export async function unionOnly() {
  return knex.union(knex('posts').select('title'), knex('pages').select('title')).orderBy('title').limit(5);
}

export async function setOperations() {
  return knex('posts').select('author_id').intersect(knex('comments').select('author_id')).except(function () {
    this.select('id').from('users').where('banned', true);
  });
}

export async function windows() {
  return knex('posts')
    .select('author_id', 'title')
    .rowNumber('rn', 'created_at', 'author_id')
    .rank('position', (w) => w.orderBy('views', 'desc').partitionBy('author_id'))
    .denseRank('d', [{ column: 'score', order: 'desc' }]);
}

export async function topOfEach() {
  const ranked = knex('posts').select('*').rowNumber('rn', { column: 'views', order: 'desc' }, 'author_id').as('ranked');
  return knex(ranked).where('rn', '<=', 3);
}

export async function authorTotals() {
  return knex('posts')
    .select('author_id', knex.raw('sum(??) as total', ['views']))
    .max('created_at as latest')
    .groupBy(['author_id'])
    .orderBy([{ column: 'total', order: 'desc' }])
    .limit(10)
    .offset(20);
}

export async function jsonColumns() {
  return knex('posts').select('id').jsonExtract('meta', '$.lang', 'lang').jsonSet('meta', '$.seen', true, 'seen');
}

export async function rawReport(since: string, ids: number[]) {
  const { rows } = await knex.raw(
    `select u.id, count(*) as n
       from users u join posts p on p.author_id = u.id
      where p.created_at > ? and u.id = any(?)
      group by u.id`,
    [since, ids],
  );
  return rows;
}

export async function rawNamed(table: string) {
  return knex.raw('select * from :table: where status = :status limit :n', { table: 'posts', status: table, n: 3 });
}

export async function rawIdentifiers() {
  return knex.raw('select ?? from ?? where ?? = ?', ['title', 'blog.posts', 'p.id', 7]);
}

export async function rawPlain() {
  return knex.raw('refresh materialized view post_stats');
}
