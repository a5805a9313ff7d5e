import { sql, type Kysely } from 'kysely';
import { legacy } from './database';
import type { LegacyDatabase } from './types';

type Db = Kysely<LegacyDatabase>;

export async function upsertProfile(userId: number, bio: string) {
  return legacy
    .insertInto('profiles')
    .values({ user_id: userId, bio })
    .onConflict((oc) => oc.column('user_id').doUpdateSet({ bio }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function upsertTags(names: string[]) {
  return legacy
    .insertInto('tags')
    .values([
      { id: 1, name: names[0]! },
      { id: 2, name: names[1]! },
    ])
    .onConflict((oc) =>
      oc.columns(['id', 'name']).doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })),
    )
    .returning('id')
    .execute();
}

export async function keepNewer(id: number, title: string) {
  await legacy
    .insertInto('posts')
    .values({ id, title, author_id: 1, status: 'draft', published_at: null, meta: sql`'{}'::jsonb` } as any)
    .onConflict((oc) =>
      oc
        .constraint('posts_pkey')
        .doUpdateSet({ title: (eb) => eb.ref('excluded.title') })
        .where('posts.published_at', 'is', null),
    )
    .execute();
}

export async function ignoreDuplicates(db: Db, postId: number, tagId: number) {
  await db
    .insertInto('posts_tags')
    .values({ post_id: postId, tag_id: tagId })
    .onConflict((oc) => oc.columns(['post_id', 'tag_id']).doNothing())
    .execute();
}

export async function sparseInsert(db: Db) {
  await db
    .insertInto('users')
    .values([
      { email: 'a@example.com', display_name: 'A', created_at: sql`now()` },
      { email: 'b@example.com', display_name: 'B' } as any,
    ])
    .execute();
}

export async function defaults(db: Db) {
  return db.insertInto('users').defaultValues().returning(['id', 'created_at as createdAt']).execute();
}

export async function copyDrafts(db: Db, from: number, to: number) {
  return db
    .insertInto('posts')
    .columns(['author_id', 'title', 'status'])
    .expression(
      db
        .selectFrom('posts')
        .select((eb) => [eb.val(to).as('author_id'), 'title', 'status'])
        .where('author_id', '=', from)
        .where('status', '=', 'draft'),
    )
    .executeTakeFirst();
}

export async function updateFrom(db: Db, ids: number[]) {
  return db
    .updateTable('posts as p')
    .from('users as u')
    .set((eb) => ({ title: eb.ref('u.display_name'), status: 'renamed' }))
    .whereRef('p.author_id', '=', 'u.id')
    .where('u.id', 'in', ids)
    .returning(['p.id', 'u.email'])
    .execute();
}

export async function updateWithSubquery(db: Db, userId: number) {
  await db
    .updateTable('users')
    .set({
      display_name: (eb) =>
        eb.selectFrom('profiles').select('bio').whereRef('profiles.user_id', '=', 'users.id').limit(1),
    } as any)
    .where('id', '=', userId)
    .execute();
}

export async function deleteUsing(db: Db, before: Date) {
  return db
    .deleteFrom('comments')
    .using('posts')
    .whereRef('comments.post_id', '=', 'posts.id')
    .where('posts.published_at', '<', before)
    .returningAll('comments')
    .execute();
}

export async function deleteJoined(db: Db) {
  return db
    .deleteFrom('comments as c')
    .using(['posts as p', 'users as u'])
    .where((eb) => eb.and([eb('c.post_id', '=', eb.ref('p.id')), eb('u.id', '=', eb.ref('p.author_id'))]))
    .where('u.email', 'is', null)
    .executeTakeFirst();
}

export async function mergeTags(db: Db) {
  return db
    .mergeInto('tags as target')
    .using('posts_tags as source', 'source.tag_id', 'target.id')
    .whenMatched()
    .thenDelete()
    .whenNotMatched()
    .thenInsertValues({ id: 1, name: 'new' })
    .execute();
}

export async function cteInsert(db: Db, email: string) {
  return db
    .with('new_user', (qb) =>
      qb.insertInto('users').values({ email, display_name: 'new', created_at: sql`now()` }).returning('id'),
    )
    .insertInto('profiles')
    .expression((eb) => eb.selectFrom('new_user').select(['new_user.id', eb.val('').as('bio')]))
    .execute();
}

export async function archive(db: Db, olderThan: Date) {
  return db
    .with('gone', (qb) => qb.deleteFrom('posts').where('published_at', '<', olderThan).returningAll())
    .with('kept(id)', (qb) => qb.selectFrom('gone').select('gone.id'))
    .selectFrom('kept')
    .select(({ fn }) => [fn.countAll().as('n')])
    .executeTakeFirst();
}

export async function rename(db: Db, id: number, name: string) {
  const result = await db.updateTable('users').set('display_name', name).where('id', '=', id).executeTakeFirst();
  return result.numUpdatedRows;
}

export async function signUp(email: string, bio: string) {
  return legacy.transaction().setIsolationLevel('serializable').execute(async (trx) => {
    const user = await trx
      .insertInto('users')
      .values({ email, display_name: email, created_at: new Date() })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx.insertInto('profiles').values({ user_id: user.id, bio }).execute();
    await ignoreDuplicates(trx, 1, 2);
    return user;
  });
}
