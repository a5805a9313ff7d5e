import { Op } from 'sequelize';
import { Category, type CommentAuthor, Comment, Post, Tag, User } from '../models';
import { CommentAuthor as author } from '../models';

export async function commentsOf(id: number) {
  const post = await Post.findByPk(id);
  return post!.getComments();
}

export async function latestComments(post: Post) {
  return post.getComments({ where: { isSpam: false }, order: [['writtenAt', 'DESC']], limit: 5 });
}

export async function authorOf(post: Post) {
  return post.getAuthor();
}

export async function authorNamed(post: Post, name: string) {
  return post.getAuthor({ where: { name } });
}

export async function profileOf(user: User) {
  return user.getProfile();
}

export async function tagsOf(post: Post) {
  return post.getTags();
}

export async function tagNames(post: Post) {
  return post.getTags({ attributes: ['label'], joinTableAttributes: ['position'], order: [['label', 'ASC']] });
}

export async function topTags(post: Post) {
  return post.getTags({ through: { where: { position: 1 } }, limit: 2 });
}

export async function countComments(post: Post) {
  return post.countComments({ where: { likes: { [Op.gt]: 3 } } });
}

export async function countTags(post: Post) {
  return post.countTags();
}

export async function hasTag(post: Post, tagId: string) {
  return post.hasTag(tagId);
}

export async function hasComments(post: Post) {
  return post.hasComments([1, 2]);
}

export async function addTag(post: Post, tagId: string) {
  await post.addTag(tagId);
}

export async function addTagsWithPosition(post: Post, tags: string[]) {
  await post.addTags(tags, { through: { position: 7 } });
}

export async function setTags(post: Post, tags: string[]) {
  await post.setTags(tags);
}

export async function removeTag(post: Post, tagId: string) {
  await post.removeTag(tagId);
}

export async function createComment(post: Post, text: string) {
  return post.createComment({ text });
}

export async function createTag(post: Post, label: string) {
  return post.createTag({ label });
}

export async function addComment(post: Post, commentId: number) {
  await post.addComment(commentId);
}

export async function removeComments(post: Post, ids: number[]) {
  await post.removeComments(ids);
}

export async function setAuthor(post: Post, userId: number) {
  await post.setAuthor(userId);
}

export async function setPinnedComment(post: Post, id: number) {
  await post.setPinnedComment(id);
}

export async function removeProfile(user: User) {
  const profile = await user.getProfile();
  await profile.destroy();
}

export async function followers(user: User) {
  return user.getFollowing({ attributes: ['id', 'name'] });
}

export async function createPostFor(user: User, title: string) {
  return user.createPost({ title, status: 'draft' });
}

export async function commentsWithUsers() {
  return Comment.findAll({ include: [author], limit: 3 });
}

export async function usersWithEverything() {
  return User.findAll({
    include: [
      { association: 'posts', attributes: ['id', 'title'], required: true, include: [{ model: Tag }] },
      { association: 'profile' },
      'following',
    ],
  });
}

export async function activeUsers(since: Date) {
  return User.findActive(since);
}

export async function adminsNamed(name: string) {
  return User.scope('admins', { method: ['named', name] }).findAll();
}

export async function usersWithSecrets() {
  return User.scope('defaultScope', 'withSecrets').findAll({ order: ['name'] });
}

export async function unscopedUser(email: string) {
  return User.unscoped().findOne({ where: { email } });
}

export async function usersOfProfiles() {
  return User.findAll({ include: [{ association: 'profile', where: { homePage: { [Op.ne]: null } } }], limit: 4 });
}

export async function categoriesUnordered() {
  const plain = Category.unscoped();
  return plain.findAll({ include: [{ model: Post, attributes: ['id'] }] });
}

export async function titlesPerUser(userIds: number[]) {
  const users = await User.findAll({ where: { id: userIds } });
  for (const user of users) {
    await user.getPosts({ attributes: ['title'] });
  }
}

export type { CommentAuthor };
