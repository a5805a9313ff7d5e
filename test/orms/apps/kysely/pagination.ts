import type { SelectQueryBuilder } from 'kysely';
import { db } from './database';

export async function executeWithPagination<DB, TB extends keyof DB, O>(
  qb: SelectQueryBuilder<DB, TB, O>,
  opts: { page: number; perPage: number; deferred?: boolean },
) {
  qb = qb.limit(opts.perPage + 1).offset((opts.page - 1) * opts.perPage);
  if (opts.deferred) {
    await qb.clearSelect().execute();
    qb = qb.clearOffset();
  }
  const rows = await qb.execute();
  return { items: rows.slice(0, opts.perPage), hasNext: rows.length > opts.perPage };
}

const runCount = async <DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>) =>
  query.clearSelect().select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();

export async function pagedComments(postId: number, page: number) {
  const query = db.selectFrom('comments').selectAll().where('postId', '=', postId).orderBy('id', 'desc');
  return executeWithPagination(query, { page, perPage: 20 });
}

export function countedTags(name: string) {
  return runCount(db.selectFrom('tags').selectAll().where('name', 'like', name));
}
