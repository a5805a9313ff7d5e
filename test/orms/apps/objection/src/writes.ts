import { raw, transaction } from 'objection';
import { Comment } from './models/comment';
import { Post } from './models/post';
import { Subscription } from './models/subscription';
import { Tag } from './models/tag';
import { User } from './models/user';

export async function createPost(title: string, authorId: number) {
  return Post.query().insert({ title, author_id: authorId, status: 'draft' });
}

export async function createTags(first: string) {
  return Tag.query().insert([{ name: first }, { name: 'second' }]);
}

export async function createAndFetch(title: string) {
  return Post.query().insertAndFetch({ title });
}

export async function createReturning(name: string) {
  return Tag.query().insert({ name }).returning('*');
}

export async function publish(id: number) {
  return Post.query().findById(id).patch({ status: 'published' });
}

export async function rename(id: number, title: string) {
  return Post.query().patchAndFetchById(id, { title });
}

export async function archiveOld(before: string) {
  const archived = await Post.query().patch({ status: 'archived' }).where('created_at', '<', before);
  return archived;
}

export async function touch(id: number) {
  await Post.query()
    .update({ title: 'a', status: 'b', views: raw('views + 1') as never })
    .where('id', id);
}

export async function like(id: number) {
  return Post.query().findById(id).increment('views', 1);
}

export async function removePost(id: number) {
  return Post.query().deleteById(id);
}

export async function removeDrafts() {
  return Post.query().delete().where('status', 'draft');
}

export async function addComment(postId: number, body: string) {
  return Post.relatedQuery('comments').for(postId).insert({ body });
}

export async function addTag(postId: number, tagId: number) {
  await Post.relatedQuery('tags').for(postId).relate(tagId);
}

export async function removeTag(postId: number, tagId: number) {
  await Post.relatedQuery('tags').for(postId).unrelate().where('tags.id', tagId);
}

export async function removeComments(postId: number) {
  return Post.relatedQuery('comments').for(postId).delete().where('approved', false);
}

export async function approveComments(postId: number) {
  return Post.relatedQuery('comments').for(postId).patch({ body: 'x' });
}

export async function subscribe(userId: number, blogId: number) {
  return Subscription.query().insert({ userId, blogId, createdAt: 'now' });
}

export async function findSubscription(userId: number, blogId: number) {
  return Subscription.query().findById([userId, blogId]);
}

export async function deleteSubscription(userId: number) {
  return Subscription.query().delete().where('user_id', userId);
}

export async function inTransaction(title: string) {
  return User.transaction(async (trx) => {
    const user = await User.query(trx).insert({ username: 'ada' });
    await Post.query(trx).insert({ title, author_id: user.id });
  });
}

export async function boundTransaction(body: string) {
  return transaction(Comment, async (BoundComment) => {
    return BoundComment.query().insert({ body, post_id: 1 });
  });
}

export async function upsertTag(name: string) {
  return Tag.query().insert({ name }).onConflict('name').merge();
}
