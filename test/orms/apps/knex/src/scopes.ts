import type { Knex } from 'knex';

export function paginate(query: Knex.QueryBuilder, page: number, pageSize = 20) {
  query.limit(pageSize).offset((page - 1) * pageSize);
}

export const published = (query: Knex.QueryBuilder) => query.where('posts.status', 'published').whereNotNull('posts.published_at');

export function byAuthor(query: Knex.QueryBuilder, authorId: number) {
  return query.where({ author_id: authorId });
}

export const newestFirst = (query: Knex.QueryBuilder, column = 'created_at') => {
  query.orderBy(column, 'desc');
};
