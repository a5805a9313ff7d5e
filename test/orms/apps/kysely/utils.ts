import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { BlogDatabase, KyselyDB, KyselyTransaction } from './types';

export function dbOrTx(db: KyselyDB, existingTrx?: KyselyTransaction): KyselyDB | KyselyTransaction {
  if (existingTrx) return existingTrx;
  return db;
}

export async function executeTx<T>(
  db: KyselyDB,
  callback: (trx: KyselyTransaction) => Promise<T>,
  existingTrx?: KyselyTransaction,
): Promise<T> {
  if (existingTrx) return callback(existingTrx);
  return db.transaction().execute((trx) => callback(trx));
}

export function withTags(eb: ExpressionBuilder<BlogDatabase, 'posts'>) {
  return jsonArrayFrom(
    eb
      .selectFrom('tags')
      .innerJoin('postTags', 'postTags.tagId', 'tags.id')
      .select(['tags.id', 'tags.name'])
      .whereRef('postTags.postId', '=', 'posts.id')
      .orderBy('tags.name'),
  ).as('tags');
}

export const isPublished = (eb: ExpressionBuilder<BlogDatabase, 'posts'>) =>
  eb.and([eb('posts.status', '=', 'published'), eb('posts.deletedAt', 'is', null)]);

export function lower(value: string): RawBuilder<string> {
  return sql<string>`lower(${value})`;
}
