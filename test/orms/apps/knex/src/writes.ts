import knex from './db';

interface NewPost {
  title: string;
  authorId: number;
}

export async function insertOne(post: NewPost) {
  return knex('posts').insert({ title: post.title, author_id: post.authorId, created_at: knex.fn.now() }, 'id');
}

export async function insertMany(title: string) {
  return knex('tags').insert([{ name: title, slug: 'a' }, { name: 'b' }], ['id', 'name']);
}

export async function insertInto(name: string) {
  return knex.insert({ name }).into('tags').returning(['id']);
}

export async function insertIgnore(name: string) {
  await knex('tags').insert({ name }).onConflict('name').ignore();
}

export async function insertIgnoreAny(postId: number, tagId: number) {
  await knex('posts_tags').insert({ post_id: postId, tag_id: tagId }).onConflict().ignore();
}

export async function upsert(userId: number, bio: string) {
  return knex('profiles').insert({ user_id: userId, bio }).onConflict(['user_id']).merge().returning('id');
}

export async function upsertSome(userId: number, bio: string) {
  return knex('profiles').insert({ user_id: userId, bio, visits: 1 }).onConflict('user_id').merge(['bio']);
}

export async function upsertWith(userId: number) {
  return knex('profiles')
    .insert({ user_id: userId, visits: 1 })
    .onConflict('user_id')
    .merge({ visits: knex.raw('profiles.visits + 1'), updated_at: knex.fn.now() })
    .where('profiles.locked', false);
}

export async function insertFromSelect() {
  return knex('archive').insert(knex('posts').select('id', 'title').where('status', 'archived'));
}

export async function insertDefaults() {
  return knex('counters').insert({});
}

export async function updateOne(id: number, title: string) {
  return knex('posts').where('id', id).update({ title, updated_at: new Date() });
}

export async function updateKey(id: number) {
  return knex('posts').where({ id }).update('status', 'published', ['id', 'status']);
}

export async function updateOptional(id: number, patch: { title?: string; body?: string }) {
  const changes: Record<string, unknown> = { updated_at: knex.fn.now() };
  if (patch.title) changes.title = patch.title;
  if (patch.body) changes.body = patch.body;
  return knex('posts').where({ id }).update(changes).returning('id');
}

export async function updateReturning(ids: number[]) {
  return knex('posts').whereIn('id', ids).update({ status: 'archived', score: knex.raw('score + ?', [1]) }, '*');
}

export async function updateFrom() {
  return knex('posts').updateFrom('users').update({ author_name: knex.ref('users.username') }).whereColumn('users.id', 'posts.author_id');
}

export async function updateUndefined(id: number) {
  return knex('posts').where({ id }).update({ title: undefined, status: 'x' });
}

export async function like(id: number, by: number) {
  await knex('posts').where({ id }).increment('likes', by);
  await knex('posts').where({ id }).decrement('dislikes').update({ touched: true });
}

export async function counters(id: number) {
  return knex('posts').where({ id }).increment({ views: 1, score: 2 });
}

export async function deleteOld(before: Date) {
  return knex('sessions').where('expires_at', '<', before).del();
}

export async function deleteReturning(id: number) {
  return knex('posts').where({ id }).delete(['id', 'title']);
}

export async function deleteUsing() {
  return knex('comments').using('posts').whereColumn('comments.post_id', 'posts.id').where('posts.status', 'deleted').del();
}

export async function deleteSubquery(userId: number) {
  return knex('comments').whereIn('post_id', knex('posts').select('id').where('author_id', userId)).delete();
}

export async function deleteOnly() {
  return knex('posts', { only: true }).where('id', 1).del();
}

export async function truncateSessions() {
  await knex('sessions').truncate();
}

export async function withDelete() {
  return knex
    .with('gone', knex('posts').where('status', 'deleted').del().returning('*'))
    .insert(knex.select('*').from('gone'))
    .into('archive');
}

export async function batch(names: string[]) {
  return knex.batchInsert('tags', [{ name: 'a' }, { name: 'b' }], 100).returning('id');
}

export async function saveTags(postId: number, tagIds: number[]) {
  await knex.transaction(async (trx) => {
    await trx('posts_tags').where({ post_id: postId }).del();
    for (const tagId of tagIds) {
      await trx('posts_tags').insert({ post_id: postId, tag_id: tagId });
    }
  });
}
