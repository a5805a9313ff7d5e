import { col, fn, literal, Op, type Transaction, where } from 'sequelize';
import { Category, Comment, Post, sequelize, Tag, User } from '../models';

const PAGE_SIZE = 20;

export async function listPosts(page: number) {
  return Post.findAll({ order: [['createdAt', 'DESC']], limit: PAGE_SIZE, offset: page * PAGE_SIZE });
}

export function postsOfAuthor(authorId: number) {
  return Post.findAll({ where: { authorId, status: 'published' } });
}

export async function getPost(id: number) {
  const post = await Post.findByPk(id);
  if (!post) throw new Error('no such post');
  return post;
}

export async function getPostWithAuthor(id: string) {
  return Post.findByPk(id, { include: 'author', rejectOnEmpty: true });
}

export function firstByTitle(title: string) {
  return Post.findOne({ where: { title }, order: [['id', 'ASC']] });
}

export function postsWithAuthorsAndComments() {
  return Post.findAll({ include: [{ model: User, as: 'author' }, Comment] });
}

export function pageWithComments(limit: number) {
  return Post.findAll({ include: [Comment], order: [['publishedAt', 'DESC']], limit });
}

export function pageWithAuthor(limit: number, offset: number) {
  return Post.findAll({ include: [{ association: 'author', attributes: ['name'] }], limit, offset });
}

export function pageOfPostsWithSpam() {
  return Post.findAll({
    include: [{ model: Comment, where: { isSpam: true } }],
    order: [['viewCount', 'DESC'], ['id', 'ASC']],
    limit: 5,
  });
}

export function pageOfPostsByActiveAuthors(since: Date) {
  return Post.findAll({
    include: [{ model: User, as: 'author', where: { lastSeenAt: { [Op.gt]: since } } }, { model: Comment }],
    limit: 10,
  });
}

export function pageWithTags() {
  return Post.findAll({ attributes: ['id', 'title'], include: [{ model: Tag, attributes: ['label'] }], limit: 10 });
}

export function pageOfTagged(label: string) {
  return Post.findAll({ include: [{ model: Tag, where: { label } }], limit: 10, offset: 20 });
}

export function postsTaggedOnTop(label: string) {
  return Post.findAll({
    include: [{ model: Tag, where: { label }, through: { where: { position: { [Op.lte]: 3 } }, attributes: [] } }],
  });
}

export function noSubQuery(label: string) {
  return Post.findAll({ include: [{ model: Tag, where: { label } }], limit: 10, subQuery: false });
}

export function postsWithNested() {
  return Post.findAll({
    include: [{ model: Comment, include: [{ model: User, as: 'user', attributes: ['id', 'name'] }] }],
    order: [[Comment, 'likes', 'DESC']],
  });
}

export function pageWithNested(limit: number) {
  return Post.findAll({
    where: { status: 'published' },
    include: [
      { model: Comment, required: false, include: [{ model: User, as: 'user', required: true }] },
      { model: User, as: 'author', required: true },
    ],
    limit,
  });
}

export function postsWithLatestComments() {
  return Post.findAll({
    attributes: ['id', 'title'],
    include: [{ model: Comment, separate: true, order: [['writtenAt', 'DESC']] }],
  });
}

export function pageWithLatestComments(status: string, offset: number) {
  return Post.findAndCountAll({
    where: { status },
    include: [{ model: Comment, separate: true, order: [['writtenAt', 'DESC']] }],
    limit: 10,
    offset,
  });
}

export function postsWithThreeComments() {
  return Post.findAll({ include: [{ model: Comment, limit: 3, order: [['likes', 'DESC']], where: { isSpam: false } }] });
}

export function everything(id: number) {
  return Post.findOne({ where: { id }, include: { all: true } });
}

export function searchPosts(q: string) {
  return Post.findAll({
    where: {
      [Op.or]: [{ title: { [Op.iLike]: `%${q}%` } }, { body: { [Op.iLike]: `%${q}%` } }],
      status: { [Op.in]: ['published', 'archived'] },
    },
  });
}

export function manyOperators(a: number, b: number) {
  return Post.findAll({
    where: {
      viewCount: { [Op.between]: [a, b] },
      authorId: { [Op.ne]: 1 },
      title: { [Op.and]: [{ [Op.startsWith]: 'How' }, { [Op.notLike]: '%spam%' }] },
      status: { [Op.not]: 'draft' },
      publishedAt: { [Op.not]: null },
      editorId: { [Op.is]: null },
      body: { [Op.regexp]: '^[A-Z]' },
    },
  });
}

export function moreOperators(least: number, ids: number[]) {
  return Post.findAll({
    where: {
      id: { [Op.notIn]: ids },
      viewCount: { [Op.gte]: least, [Op.lt]: 1000 },
      title: { [Op.substring]: 'sql' },
      body: { [Op.endsWith]: '.' },
      status: { [Op.ne]: null },
      [Op.not]: [{ authorId: 3 }],
      editorId: { [Op.or]: [1, 2, null] },
    },
  });
}

export function postsByIds(ids: number[]) {
  return Post.findAll({ where: { id: ids } });
}

export function anyOfIds(ids: number[]) {
  return Post.findAll({ where: { id: { [Op.any]: ids }, status: { [Op.notILike]: { [Op.any]: ['a%', 'b%'] } } } });
}

export function eitherOr(authorId: number) {
  return Post.findAll({
    where: {
      [Op.and]: [
        { [Op.or]: [{ authorId }, { editorId: authorId }] },
        { [Op.or]: { status: 'published', viewCount: { [Op.gt]: 10 } } },
        sequelize.where(fn('lower', col('title')), 'hello'),
      ],
    },
  });
}

export function columnComparison() {
  return Post.findAll({ where: { createdAt: { [Op.lt]: col('updated_at') }, authorId: { [Op.eq]: { [Op.col]: 'editor_id' } as any } } });
}

export function byNestedColumn(name: string) {
  return Post.findAll({ where: { '$author.name$': name }, include: [{ model: User, as: 'author', attributes: [] }] });
}

export function byJson(theme: string) {
  return Post.findAll({ where: { meta: { theme, size: { width: { [Op.gt]: 100 } } } } });
}

export function byJsonPath() {
  return Post.findAll({ where: { 'meta.theme': 'dark', 'meta.pinned': true } as any });
}

export function byJsonContains() {
  return Post.findAll({ where: { meta: { [Op.contains]: { theme: 'dark' } } } });
}

export function byLabels() {
  return Post.findAll({ where: { labels: { [Op.overlap]: ['news', 'sport'] } } });
}

export function exactLabels() {
  return Post.findAll({ where: { labels: { [Op.contains]: ['news'] } }, attributes: ['id'] });
}

export function rawSlice() {
  return Post.findAll({ attributes: ['id', ['title', 'headline']], raw: true, nest: true, where: { status: 'published' } });
}

export function withComputed() {
  return Post.findAll({
    attributes: {
      include: [
        [fn('length', col('body')), 'bodyLength'],
        [literal('(SELECT count(*) FROM comments WHERE comments.post_id = "Post".id)'), 'commentCount'],
      ],
      exclude: ['body', 'meta'],
    },
  });
}

export function statistics() {
  return Post.findAll({
    attributes: ['authorId', [fn('count', col('id')), 'posts'], [fn('max', col('view_count')), 'best']],
    group: ['authorId'],
    having: where(fn('count', col('id')), Op.gt, 5),
    order: [[fn('count', col('id')), 'DESC']],
    raw: true,
  });
}

export function statisticsByName() {
  return Post.findAll({
    attributes: ['author.name', [sequelize.fn('sum', sequelize.col('Post.view_count')), 'views']],
    include: [{ model: User, as: 'author', attributes: [] }],
    group: ['author.id', 'author.name'],
    raw: true,
  });
}

export function perDay() {
  return Post.findAll({
    attributes: [[fn('date_trunc', 'day', col('created_at')), 'day'], [fn('COUNT', literal('*')), 'n']],
    group: [fn('date_trunc', 'day', col('created_at'))] as any,
    order: literal('day DESC'),
  });
}

export function orderedByAuthor() {
  return Post.findAll({
    include: [{ model: User, as: 'author' }],
    order: [[{ model: User, as: 'author' }, 'name', 'ASC NULLS LAST'], [col('title'), 'DESC'], literal('random()'), 'id'],
  });
}

export function orderedByString() {
  return Post.findAll({
    include: ['author', 'category'],
    order: [['author', 'name', 'DESC'], ['category', 'rank', 'ASC'], [sequelize.fn('lower', sequelize.col('Post.title')), 'ASC']],
  });
}

export function drafts(includeDeleted: boolean) {
  return Post.findAll({ where: { status: 'draft' }, paranoid: !includeDeleted });
}

export function withDeleted() {
  return Post.findAll({ paranoid: false, where: { authorId: 4 } });
}

export function published() {
  return Post.scope('published').findAll();
}

export function recentPublished(authorId: number) {
  return Post.scope(['published', 'recent', { method: ['byAuthor', authorId] }]).findAll({ where: { viewCount: 0 } });
}

export function popular() {
  return Post.scope({ method: ['popular', 500] }).findAndCountAll({ limit: 10 });
}

export async function filterPosts(filter: { status?: string; authorId?: number }) {
  const where: Record<string, unknown> = {};
  if (filter.status) where.status = filter.status;
  if (filter.authorId) where.authorId = filter.authorId;
  return Post.findAll({ where, limit: 50 });
}

export async function filterWithSpread(status?: string) {
  return Post.findAll({ where: { authorId: 1, ...(status && { status }) } });
}

export async function sorted(newest: boolean) {
  return Post.findAll({ order: [['createdAt', newest ? 'DESC' : 'ASC']], limit: 3 });
}

export async function paginate({ page = 1, perPage = 25 }) {
  const { rows, count } = await Post.findAndCountAll({
    where: { status: 'published' },
    include: [{ model: User, as: 'author', attributes: ['id', 'name'] }],
    limit: perPage,
    offset: (page - 1) * perPage,
    distinct: true,
  });
  return { rows, count };
}

export async function paginateComments() {
  return Post.findAndCountAll({ include: [{ model: Comment, required: true }], limit: 10 });
}

export async function lockForEdit(id: number) {
  return sequelize.transaction(async (transaction) => {
    const post = await Post.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
    await post!.update({ status: 'editing' }, { transaction });
    return post;
  });
}

export async function nextInQueue(t: Transaction) {
  return Post.findOne({ where: { status: 'queued' }, lock: true, skipLocked: true, transaction: t, order: ['id'] });
}

export async function lockOnlyPost(t: Transaction, id: number) {
  return Post.findByPk(id, { include: ['author'], lock: { level: t.LOCK.NO_KEY_UPDATE, of: Post }, transaction: t });
}

export function categoryTree() {
  return Category.findAll({
    where: { parentId: null },
    include: [{ model: Category, as: 'children', include: [{ model: Category, as: 'children' }] }],
  });
}

export function postsInCategory(slug: string) {
  return Post.findAll({ include: [{ model: Category, where: { slug }, attributes: [], required: true }] });
}

export function leftCategory() {
  return Post.findAll({
    include: [{ model: Category, where: { rank: { [Op.lt]: 5 } }, required: false }, { model: Comment, on: { postId: { [Op.eq]: col('Post.id') } } as any }],
  });
}
