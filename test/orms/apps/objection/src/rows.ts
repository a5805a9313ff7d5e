import { Post } from './models/post';
import { User } from './models/user';

export async function commentsOfEach() {
  const posts = await Post.query().limit(1);
  for (const post of posts) {
    const comments = await post.$relatedQuery('comments').where('approved', true);
    post.comments = comments as never;
  }
  return posts;
}

export async function fetchGraph(id: number) {
  const user = await User.query().findById(id);
  await user!.$fetchGraph('[posts, profile]');
  return user;
}

export async function patchInstance(id: number) {
  const post = await Post.query().findById(id).throwIfNotFound();
  await post.$query().patch({ title: 'new' });
}

export async function deleteInstance(id: number) {
  const post = await Post.query().findById(id).throwIfNotFound();
  await post.$query().delete();
}

export async function refetch(id: number) {
  const post = await Post.query().findById(id).throwIfNotFound();
  return post.$query();
}
