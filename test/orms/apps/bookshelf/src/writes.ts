import { Comment } from './models/comment';
import Post from './models/post';
import { Profile, Tag } from './models/tag';
import { User } from './models/user';

export async function createComment(postId: number, body: string) {
  return new Comment({ post_id: postId, body }).save();
}

export async function createTag(name: string) {
  return Tag.forge<any>({ name }).save(null, { method: 'insert' });
}

export async function createUser(username: string) {
  return new User({ username, email: 'a@b.c' }).save();
}

export async function createPost(input: { title: string }) {
  const post = await Post.forge<any>({ title: input.title, status: 'draft' }).save();
  return post.id;
}

export async function saveArgument(body: string) {
  return new Comment().save({ body, post_id: 1 });
}

export async function patchComment(id: number, body: string) {
  return new Comment({ id }).save({ body }, { patch: true });
}

export async function patchPost(id: number) {
  return Post.forge<any>({ id }).save({ status: 'published' }, { patch: true });
}

export async function updateComment(id: number) {
  return new Comment({ id, body: 'x' }).save();
}

export async function updateWhere() {
  return Comment.where<any>({ post_id: 1 }).save({ approved: true }, { method: 'update', patch: true });
}

export async function withoutRefresh(bio: string) {
  return new Profile({ bio }).save(null, { autoRefresh: false });
}

export async function destroyComment(id: number) {
  return new Comment({ id }).destroy();
}

export async function destroyWhere(postId: number) {
  return Comment.where<any>({ post_id: postId }).destroy({ require: false });
}

export async function destroyFetched(id: number) {
  const post = await new Post({ id }).fetch();
  await post.destroy();
}

export async function saveFetched(id: number) {
  const comment = await new Comment({ id }).fetch();
  await comment.save({ body: 'new' }, { patch: true });
}

export async function attachTag(postId: number, tagId: number) {
  return new Post({ id: postId }).tags().attach(tagId);
}

export async function detachTag(postId: number, tagId: number) {
  return new Post({ id: postId }).tags().detach(tagId);
}

export async function detachAll(postId: number) {
  return new Post({ id: postId }).related<any>('tags').detach();
}

export async function createRelated(postId: number, body: string) {
  return new Post({ id: postId }).comments().create({ body });
}
