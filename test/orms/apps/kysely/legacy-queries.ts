import { type Expression, expressionBuilder, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { legacy } from './database';
import type { LegacyDatabase } from './types';

interface Filter {
  status?: string;
  authorId?: number;
  search?: string;
  sort?: 'new' | 'title';
}

export class LegacyPosts {
  readonly #db = legacy;

  find(filter: Filter) {
    let q = this.#db.selectFrom('posts').selectAll('posts');
    if (filter.status !== undefined) {
      q = q.where('posts.status', '=', filter.status);
    }
    if (filter.search) {
      q = q.where('posts.title', 'ilike', `%${filter.search}%`);
    }
    q = filter.sort === 'title' ? q.orderBy('posts.title') : q.orderBy('posts.published_at', 'desc');
    return q.limit(100).execute();
  }

  async conditions(filter: Filter) {
    return this.#db
      .selectFrom('posts')
      .select('id')
      .where((eb) => {
        const ands: Expression<SqlBool>[] = [];
        ands.push(eb('status', '<>', 'deleted'));
        if (filter.authorId) {
          ands.push(eb('author_id', '=', filter.authorId));
        }
        return eb.and(ands);
      })
      .execute();
  }

  async byTag(tag: string) {
    return this.#db
      .selectFrom('posts')
      .select(['posts.id', 'posts.title'])
      .where('posts.id', 'in', (eb) =>
        eb
          .selectFrom('posts_tags as pt')
          .innerJoin('tags as t', 't.id', 'pt.tag_id')
          .select('pt.post_id')
          .where('t.name', '=', tag),
      )
      .execute();
  }

  async metaOf(name: string) {
    return this.#db
      .selectFrom('posts')
      .select((eb) => ['id', eb.ref('meta', '->').key('tags').at(0).as('firstTag')])
      .where((eb) => eb(eb.ref('meta', '->>').key('author').key('name'), '=', name))
      .execute();
  }

  async outside() {
    const eb = expressionBuilder<LegacyDatabase, 'posts'>();
    const isDraft = eb('status', '=', 'draft');
    return this.#db
      .selectFrom('posts')
      .select(eb.fn.countAll<number>().as('drafts'))
      .where(eb.or([isDraft, eb('published_at', 'is', null)]))
      .executeTakeFirstOrThrow();
  }
}

export async function inSchema(kind: string) {
  return legacy
    .withSchema('audit')
    .selectFrom('users')
    .innerJoin('posts as p', 'p.author_id', 'users.id')
    .select(['users.id', 'p.title'])
    .where('p.status', '=', kind)
    .execute();
}

export async function schemaInName() {
  return legacy.selectFrom('audit.events as e').select(['e.kind']).groupBy('e.kind').execute();
}

export async function locked(limit: number) {
  const next = await legacy
    .selectFrom('posts')
    .selectAll()
    .where('status', '=', 'queued')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return next;
}

export async function pageWithTotal(page: number, size: number) {
  const base = legacy.selectFrom('posts').where('status', '=', 'published');
  const rows = await base
    .selectAll()
    .orderBy('id')
    .limit(size)
    .offset(page * size)
    .execute();
  const { total } = await base.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { rows, total };
}

export async function dynamicOrder(direction: 'asc' | 'desc', column: string) {
  const { ref } = legacy.dynamic;
  return legacy.selectFrom('posts').select(['id', 'title']).orderBy('published_at', direction).orderBy(ref('posts.title')).execute();
}

export async function notExistsComment(authorId: number) {
  const hasComment = (eb: ExpressionBuilder<LegacyDatabase, 'posts'>) =>
    eb.exists(
      eb
        .selectFrom('comments')
        .select(sql.lit(1).as('one'))
        .whereRef('comments.post_id', '=', 'posts.id')
        .where('comments.author_id', '!=', authorId),
    );
  return legacy
    .selectFrom('posts')
    .select('posts.id')
    .where((eb) => eb.not(hasComment(eb)))
    .execute();
}

export async function materialized() {
  return legacy
    .with(
      (cte) => cte('popular').materialized(),
      (qb) => qb.selectFrom('posts').select(['id', 'author_id']).where('status', '=', 'popular'),
    )
    .selectFrom('popular')
    .fullJoin('users', 'users.id', 'popular.author_id')
    .selectAll('popular')
    .select('users.email')
    .clearOrderBy()
    .execute();
}

export async function rawFull(since: Date) {
  const { rows } = await sql<{ day: Date; n: string }>`
    select date_trunc('day', published_at) as day, count(*) as n
    from posts
    where published_at >= ${since}
    group by 1
    order by 1
  `.execute(legacy);
  return rows;
}

export async function constantsOnly() {
  return legacy.selectNoFrom((eb) => [eb.val('x').as('a'), sql<Date>`now()`.as('now')]).executeTakeFirst();
}

export async function compiled(id: number) {
  const query = legacy.selectFrom('users').selectAll().where('id', '=', id).compile();
  return legacy.executeQuery(query);
}

export function onlyCompiled(id: number) {
  return legacy.selectFrom('users').selectAll().where('id', '=', id).compile().sql;
}
