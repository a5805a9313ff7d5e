import { col, fn, Op, type Transaction } from 'sequelize';
import { newestFirst, onlyOpen, paging, withPeople } from '../models/shared';
import { Category, Comment, Note, Person, Post, PostTag, Profile, sequelize, Tag, User } from '../models';

Comment.addScope('liked', (least: number) => ({ where: { likes: { [Op.gte]: least } } }));
Comment.addScope('withUser', { include: [{ association: 'user', attributes: ['name'] }], order: [['likes', 'DESC']] });
Tag.addScope('colorful', { where: { color: { [Op.ne]: null } } });

export const withAddedScope = () => Comment.scope({ method: ['liked', 3] }, 'withUser').findAll({ where: { isSpam: false } });

export const scopedInclude = () => Post.findAll({ include: [{ model: Comment.scope({ method: ['liked', 1] }) }, Tag.scope('colorful')] as any });

export const scopedCount = () => Comment.scope('withUser').count();

export const scopedUpdate = (id: number) => User.scope('admins').update({ name: 'x' }, { where: { id } });

export const scopedDestroy = () => Comment.scope({ method: ['liked', 5] }).destroy({ where: { isSpam: true } });

export const inSchema = () => Tag.schema('archive').findAll({ limit: 3 });

export const createDeep = (title: string) =>
  Post.create(
    { title, author: { name: 'a', email: 'b' }, tags: [{ label: 'x' }], Comments: [{ text: 'c' }] } as any,
    { include: ['author', { model: Comment }, Tag] },
  );

export const bulkEach = () => Tag.bulkCreate([{ label: 'a' }, { label: 'b', color: '#fff' }], { individualHooks: true });

export const bulkDefaults = () => Post.bulkCreate([{ title: 'a', authorId: 1 }, { title: 'b', authorId: 2, status: 'open' }]);

export const bulkIdsOnly = () => PostTag.bulkCreate([{ postId: 1, tagId: 'a' } as any], { returning: ['postId'] as any });

export const createAuthor = (post: Post) => post.createAuthor({ name: 'a', email: 'b' });

export const createProfileOf = (user: User) => user.createProfile({ biography: 'a' });

export const setComments = (post: Post) => post.setComments([7]);

export const setNoComments = (post: Post) => post.setComments([]);

export const setNoTags = (post: Post) => post.setTags([]);

export const setNoAuthor = (post: Post) => post.setEditor(null);

export const addComments = (post: Post, ids: number[]) => post.addComments(ids);

export const removeTags = (post: Post) => post.removeTags(['a', 'b']);

export const hasTagsWithWhere = (post: Post) => post.hasTags(['a', 'b']);

export const sponsored = (person: Person) => (person as any).getSponsored({ attributes: ['id'] });

export const postsOfTag = (tag: any) => Tag.findByPk(tag).then((found: any) => found.getPosts({ where: { status: 'a' }, include: ['author'] }));

export const countFollowing = (user: User) => user.countFollowing();

export const unfollow = (user: User, id: number) => user.removeFollowing(id);

export const childrenOf = async (id: number) => {
  const category = await Category.findByPk(id, { rejectOnEmpty: true });
  const children = await category.getChildren();
  const [parent, count] = await Promise.all([category.getParent(), category.countChildren({ where: { rank: 1 } })]);
  return { children, parent, count };
};

export const sumByGroup = () => Note.sum('price', { group: ['notableType'], attributes: ['notableType'], plain: false } as any);

export const countWithColumn = () => Post.count({ distinct: true, col: 'authorId', where: { status: 'a' }, include: [{ model: Comment, required: true }] });

export const maxOfIncluded = () => Comment.max('likes', { include: [{ model: Post, attributes: [], where: { status: 'a' } }] } as any);

export const distinctSum = () => Note.aggregate('price', 'sum', { distinct: true, where: { notableType: 'post' } } as any);

export const inTransaction = (transaction: Transaction, email: string) =>
  User.findOrCreate({ where: { email, name: 'a' }, defaults: { isAdmin: true } as any, transaction });

export const createFind = (transaction: Transaction, label: string) => Tag.findCreateFind({ where: { label }, transaction });

export const forceTruncate = () => Post.truncate({ force: true } as any);

export const softTruncate = () => Post.destroy({ truncate: true });

export const destroyAllOf = (ids: number[]) => Category.destroy({ where: { [Op.or]: [{ id: ids }, { parentId: ids }] } });

export const updateWithOr = () => Post.update({ status: 'b', viewCount: 0 }, { where: { [Op.or]: [{ status: 'a' }, { viewCount: null }], title: 'x' } });

export const updateDeletedToo = () => Post.update({ status: 'b' }, { where: { status: 'a' }, paranoid: false });

export const updateExpression = () => Post.update({ viewCount: fn('greatest', col('view_count'), 1) as any }, { where: { id: 3 }, returning: ['id'] as any });

export const updateFields = (body: any) => User.update({ name: body.name, isAdmin: true, nonsense: 1 } as any, { where: { id: body.id }, fields: ['name'] });

export const restoreSome = () => Post.restore({ where: { deletedAt: { [Op.gt]: new Date(0) } } });

export const decrementMany = () => Post.decrement({ viewCount: 2, editorId: 1 } as any, { where: { status: 'a' } });

export const incrementByOne = () => Post.increment(['viewCount', 'editorId'], { where: { id: [1, 2] }, silent: true } as any);

export const savedFields = async (id: number) => {
  const user = await User.findByPk(id);
  user!.name = 'a';
  user!.email = 'b';
  await user!.save({ fields: ['name'] });
};

export const newInstance = async (text: string) => {
  const note = new Note({ text, notableType: 'post' } as any);
  note.text = `${text}!`;
  await note.save();
};

export const forEachPost = async (posts: Post[]) => {
  for (const post of posts) {
    await post.update({ status: 'seen' });
  }
};

export const reloadWith = (post: Post) => post.reload({ include: [Comment], attributes: ['id', 'title'] });

export const profileByKey = (id: number) => Profile.findByPk(id, { include: [{ model: User, as: 'user', attributes: ['name'] }] });

export const orderedTree = () => Category.findAll({ include: [{ association: 'children', required: true }], order: [['name', 'ASC'], ['children', 'name', 'DESC']], limit: 3 });

export const countTree = () => Category.findAndCountAll({ where: { parentId: null }, include: ['children'], limit: 5, offset: 5 });

export const limitedThroughWhere = () =>
  Post.findAll({ include: [{ model: Tag, through: { where: { position: { [Op.gt]: 0 } } }, where: { color: 'red' } }], limit: 4, order: [['title', 'ASC']] });

export const optionalWhere = () => Post.findAll({ include: [{ model: Comment, where: { likes: 1 }, required: false }], limit: 4 });

export const requiredOne = () => Post.findAll({ include: [{ association: 'author', required: true }, { association: 'category', required: true }], limit: 4 });

export const requiredManyAndOne = () =>
  Post.findAll({ include: [{ association: 'author', required: true, include: [{ association: 'profile', required: true }] }, { model: Comment, required: true }], limit: 4 });

export const nestedManyInOne = () =>
  Comment.findAll({ include: [{ model: Post, include: [{ model: Tag }, { association: 'author', where: { isAdmin: true } }] }], limit: 4, order: [[Post, 'title', 'ASC']] });

export const threeDeep = () =>
  User.findAll({ include: [{ association: 'posts', required: true, include: [{ model: Comment, required: true, include: [{ association: 'user', where: { name: 'x' } }] }] }], limit: 2 });

export const allOperators = (n: number, text: string) =>
  Post.findAll({
    where: {
      viewCount: { [Op.notBetween]: [n, 9], [Op.lte]: n, [Op.gt]: 1, [Op.eq]: 2 },
      title: { [Op.notILike]: `%${text}`, [Op.iRegexp]: text, [Op.notRegexp]: '^a', [Op.notIRegexp]: 'b$', [Op.startsWith]: text, [Op.endsWith]: text, [Op.substring]: text },
      labels: { [Op.contained]: ['a', 'b'] },
      status: { [Op.like]: { [Op.any]: ['a%', 'b%'] }, [Op.ne]: text, [Op.is]: null },
      editorId: { [Op.all]: [1, 2] } as any,
    },
  });

export const rangeOperatorsOnDates = (day: Date) =>
  Note.findAll({
    where: {
      [Op.and]: [
        { during: { [Op.contains]: day } },
        { during: { [Op.adjacent]: [1, 2] } },
        { during: { [Op.strictLeft]: [1, 2] } },
        { during: { [Op.strictRight]: [1, 2] } },
        { during: { [Op.noExtendRight]: [1, 2] } },
        { during: { [Op.noExtendLeft]: [1, 2] } },
      ],
    } as any,
  });

export const scopedAccessor = (post: Post) => post.getComments({ scope: [{ method: ['liked', 2] }, 'withUser'], limit: 2 } as any);

export const includeTwoLevelsOfThrough = () =>
  Tag.findAll({ include: [{ model: Post, through: { attributes: ['position'] }, include: [{ association: 'mainTags' }] }], order: [['label', 'ASC']] });

export const byPkWithOptions = (id: number) => Post.findByPk(id, { attributes: ['id'], paranoid: false, raw: true });

export const groupByAssociation = () =>
  Comment.findAll({
    attributes: [[fn('COUNT', col('Comment.id')), 'n'], 'postId'],
    include: [{ model: Post, attributes: ['title'], required: true }],
    group: ['postId', 'Post.id', col('Post.title')] as any,
    order: [[col('n'), 'DESC']],
    limit: 5,
  });

export const countGroupedWithInclude = () => Comment.count({ include: [{ model: Post, attributes: [] }], group: ['Post.status'], attributes: [[col('Post.status'), 'status']] } as any);

export const nullsAndBooleans = (flag: boolean) => User.findAll({ where: { isAdmin: flag, lastSeenAt: null, passwordHash: { [Op.not]: null } } });

export const stringKeys = () => Post.findAll({ where: { '$Post.status$': 'a', 'title': 'b' } as any, include: [] });

export const firstOrNull = async (email: string) => (await User.findOne({ where: { email: email.toLowerCase().trim() } })) ?? null;

export const datesBetween = (from: Date, to: Date) => Post.count({ where: { createdAt: { [Op.between]: [from, to] }, publishedAt: { [Op.gte]: new Date(2024, 0, 1) } } });

export const notEmpty = () => Post.findAll({ where: { title: { [Op.ne]: '' }, viewCount: { [Op.ne]: 0 }, body: { [Op.eq]: '' } }, limit: 0 });

export const nestedJsonInInclude = () => User.findAll({ include: [{ association: 'posts', where: { meta: { a: { b: 1 } } } }] });

export const sumOfScope = () => Comment.scope({ method: ['liked', 2] }).sum('likes');

export const bulkUpdateById = (rows: { id: number; rank: number }[]) =>
  Category.bulkCreate(rows.map((row) => ({ id: row.id, rank: row.rank })), { updateOnDuplicate: ['rank'], conflictAttributes: ['id'] });

export const createSilent = () => Post.create({ title: 'a', createdAt: new Date(0) } as any, { silent: true });

export const createLiteral = () => Post.create({ title: fn('upper', 'a') as any, publishedAt: sequelize.literal('now()') as any, meta: { a: 1 }, labels: ['x'] } as any);

export const updateArray = (post: Post) => post.update({ labels: ['a'], meta: null, publishedAt: sequelize.fn('now') as any });

export const sharedOptions = () => Note.findAll({ ...newestFirst, where: { tenant: 'a' } });

export const sharedConditions = (n: number) => Post.findAll({ where: { ...onlyOpen, viewCount: n }, include: [...withPeople, 'category'] });

export const sharedPaging = (page: number) => Post.findAll({ ...paging(page), where: onlyOpen, order: [['id', 'ASC']] });
