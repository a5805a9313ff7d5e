import { literal, Op } from 'sequelize';
import { Audit, Category, Comment, Person, Post, PostTag, Profile, sequelize, Tag, User } from '../models';

export async function createPost(input: { title: string; body: string }, authorId: number) {
  return Post.create({ title: input.title, body: input.body, authorId });
}

export async function createUser(name: string, email: string) {
  const user = await User.create({ name, email }, { returning: ['id'] });
  return user.id;
}

export async function createTag(label: string) {
  return Tag.create({ label });
}

export async function buildAndSave(text: string) {
  const comment = Comment.build({ text, likes: 1 });
  await comment.save();
  return comment;
}

export async function createOnlyFields(body: any) {
  return Post.create({ title: body.title, status: 'published', viewCount: 99 }, { fields: ['title', 'status'] });
}

export async function createProfile(userId: number) {
  return Profile.create({ userId, biography: '', settings: { theme: 'dark' } });
}

export async function createPerson(firstName: string) {
  return Person.create({ firstName });
}

export async function log(what: string) {
  await Audit.create({ what });
}

export async function createWithComments(title: string) {
  return Post.create({ title, Comments: [{ text: 'first' }] } as any, { include: [Comment] });
}

export async function addTags(labels: string[]) {
  return Tag.bulkCreate(labels.map((label) => ({ label, color: '#fff' })));
}

export async function importUsers() {
  return User.bulkCreate(
    [
      { name: 'Ann', email: 'ann@example.com' },
      { name: 'Bob', email: 'bob@example.com', isAdmin: true },
    ],
    { ignoreDuplicates: true },
  );
}

export async function syncCategories(rows: { name: string; slug: string }[]) {
  await Category.bulkCreate(
    rows.map(({ name, slug }) => ({ name, slug, rank: 0 })),
    { updateOnDuplicate: ['name', 'rank'] },
  );
}

export async function syncUsers(rows: { name: string; email: string }[]) {
  await User.bulkCreate(
    rows.map((row) => ({ name: row.name, email: row.email })),
    { updateOnDuplicate: ['name'], conflictAttributes: ['email'], returning: true },
  );
}

export async function upsertUser(email: string, name: string) {
  const [user, created] = await User.upsert({ email, name });
  return { user, created };
}

export async function upsertProfile(userId: number, biography: string) {
  await Profile.upsert({ userId, biography }, { returning: false });
}

export async function upsertTag(id: string, label: string) {
  return Tag.upsert({ id, label });
}

export async function publish(id: number) {
  await Post.update({ status: 'published', publishedAt: new Date() }, { where: { id } });
}

export async function archiveOld(before: Date) {
  const [count] = await Post.update(
    { status: 'archived' },
    { where: { createdAt: { [Op.lt]: before }, status: { [Op.ne]: 'archived' } }, silent: true },
  );
  return count;
}

export async function renameUser(id: number, name: string) {
  return User.update({ name }, { where: { id }, returning: true });
}

export async function bumpBySql(id: number) {
  return Comment.update({ likes: literal('likes + 1') as any }, { where: { id } });
}

export async function deleteComments(postId: number) {
  return Comment.destroy({ where: { postId } });
}

export async function softDelete(id: number) {
  return Post.destroy({ where: { id } });
}

export async function hardDelete(ids: number[]) {
  return Post.destroy({ where: { id: { [Op.in]: ids } }, force: true });
}

export async function deleteSome() {
  return Comment.destroy({ where: { isSpam: true }, limit: 100 });
}

export async function restorePost(id: number) {
  return Post.restore({ where: { id } });
}

export async function emptyTags() {
  await PostTag.truncate();
  await Audit.truncate({ cascade: true, restartIdentity: true });
}

export async function emptyByDestroy() {
  return Comment.destroy({ truncate: true });
}

export async function viewed(id: number) {
  return Post.increment('viewCount', { where: { id } });
}

export async function like(id: number, by: number) {
  return Comment.increment({ likes: by }, { where: { id } });
}

export async function unlike(id: number) {
  return Comment.decrement(['likes'], { by: 2, where: { id } });
}

export async function findOrCreateTag(label: string) {
  const [tag] = await Tag.findOrCreate({ where: { label }, defaults: { color: '#000' } });
  return tag;
}

export async function findOrCreateCategory(name: string, slug: string) {
  return Category.findOrCreate({ where: { slug }, defaults: { name } });
}

export async function findCreateFindUser(email: string) {
  return User.findCreateFind({ where: { email }, defaults: { name: 'new', email } });
}

export async function findOrBuildTag(label: string) {
  const [tag, isNew] = await Tag.findOrBuild({ where: { label } });
  return isNew ? null : tag;
}

export async function editPost(id: number, title: string) {
  const post = await Post.findByPk(id);
  if (!post) return null;
  post.title = title;
  post.status = 'edited';
  await post.save();
  return post;
}

export async function updateInstance(post: Post, title: string) {
  return post.update({ title, meta: { edited: true } });
}

export async function setAndSave(user: User) {
  user.set({ name: 'Anonymous', email: 'nobody@example.com' });
  await user.save({ silent: true });
}

export async function removeInstance(post: Post) {
  await post.destroy();
}

export async function removeForGood(post: Post) {
  await post.destroy({ force: true });
}

export async function restoreInstance(post: Post) {
  await post.restore();
}

export async function removeComment(id: number) {
  const comment = await Comment.findByPk(id);
  await comment?.destroy();
}

export async function reloadPost(post: Post) {
  return post.reload();
}

export async function incrementInstance(post: Post) {
  await post.increment('viewCount', { by: 3 });
}

export async function decrementInstance(post: Post) {
  await post.decrement({ viewCount: 1 });
}

export async function moveComments(from: number, to: number) {
  await sequelize.transaction(async (transaction) => {
    await Comment.update({ postId: to } as any, { where: { postId: from }, transaction });
    await Post.destroy({ where: { id: from }, transaction });
  });
}
