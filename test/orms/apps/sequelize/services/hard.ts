import { cast, col, fn, json, literal, Op, Sequelize } from 'sequelize';
import { Category, Comment, Note, Person, Post, PostTag, sequelize, Tag, User } from '../models';

const { gte, or, and } = Op;
const STATUSES = { open: 'open', shut: 'shut' } as const;
enum Level {
  low = 1,
  high = 9,
}
const authorInclude = { model: User, as: 'author', attributes: ['id', 'name'] };

export const byConstants = () => Post.findAll({ where: { status: STATUSES.open, viewCount: Level.high }, include: [authorInclude] });

export const withDestructuredOps = (n: number) =>
  Post.findAll({ where: { [or]: [{ viewCount: { [gte]: n } }, { [and]: [{ status: 'a' }, { body: null }] }] } });

export const whereArray = () => Post.findAll({ where: [{ status: 'a' }, { viewCount: 3 }] as any });

export const whereLiteral = (q: string) => Post.findAll({ where: literal(`"Post"."title" @@ '${q}'`) as any });

export const whereAnd = (n: number) =>
  Post.findAll({ where: Sequelize.and({ status: 'a' }, Sequelize.or({ viewCount: n }, { viewCount: null })) as any });

export const literalValues = () =>
  Post.findAll({
    where: {
      createdAt: { [Op.gte]: literal("NOW() - INTERVAL '7 days'") },
      id: { [Op.in]: literal('(SELECT post_id FROM comments)') },
      title: fn('lower', 'ABC'),
    },
  });

export const notInLiteral = () => Post.findAll({ where: { id: { [Op.notIn]: [literal('(SELECT 1)') as any] } } });

export const jsonCondition = () => Post.findAll({ where: json({ meta: { theme: 'dark' } }) as any });

export const jsonMethod = () => Post.findAll({ where: sequelize.where(json('meta.size.width') as any, '100') as any });

export const castCondition = () =>
  Post.findAll({
    attributes: [[cast(col('view_count'), 'varchar'), 'views']],
    where: sequelize.where(cast(col('Post.id'), 'text') as any, { [Op.like]: '1%' }) as any,
  });

export const rangeOperators = (from: Date, to: Date) =>
  Note.findAll({ where: { during: { [Op.overlap]: [from, to] }, price: { [Op.gt]: 9.99 } } });

export const matchOperator = (q: string) => Post.findAll({ where: { body: { [Op.match]: fn('to_tsquery', q) } as any } });

export const anyValues = () => Post.findAll({ where: { id: { [Op.any]: [1, 2] }, title: { [Op.like]: { [Op.any]: ['a', 'b'] } } } });

export const emptyIn = () => Post.findAll({ where: { id: [], status: { [Op.notIn]: [] } } });

export const notObject = (id: number) => Post.findAll({ where: { [Op.not]: { status: 'a', authorId: id } } });

export const notList = () => Post.findAll({ where: { status: { [Op.not]: ['a', 'b'] }, viewCount: { [Op.not]: 5 } } });

export const nestedOr = () =>
  Post.findAll({ where: { viewCount: { [Op.or]: { [Op.lt]: 5, [Op.gt]: 100 } }, status: { [Op.or]: ['a', { [Op.like]: 'b%' }] } } });

export const jsonOperators = () =>
  Post.findAll({ where: { meta: { [Op.or]: [{ theme: 'dark' }, { 'size.width': { [Op.lte]: 5 } }], tags: { [Op.contains]: ['a'] } } } as any });

export const jsonWithCast = () => Post.findAll({ where: { 'meta.at::timestamp': { [Op.gt]: '2024-01-01' } } as any, order: [['meta.theme', 'ASC']] });

export const deepNestedColumn = (name: string) =>
  Post.findAll({
    where: { '$Comments.user.name$': { [Op.iLike]: name } },
    include: [{ model: Comment, include: [{ model: User, as: 'user' }] }],
  });

export const limitedByNestedColumn = () =>
  Post.findAll({ where: { '$author.name$': 'x' }, include: ['author'], limit: 5, subQuery: false, order: [['author', 'name', 'ASC']] });

export const tagsOfPagedComments = () =>
  Comment.findAll({
    include: [{ model: Post, required: true, include: [{ model: Tag, where: { label: 'a' } }] }],
    limit: 5,
  });

export const usersPaged = () =>
  User.findAll({
    include: [
      { model: Post, as: 'posts', include: [{ model: Comment, where: { likes: { [Op.gt]: 3 } } }] },
      { association: 'profile' },
    ],
    order: [['name', 'ASC'], [{ model: Post, as: 'posts' }, Comment, 'likes', 'DESC']],
    limit: 10,
  });

export const notDuplicating = () => Post.findAll({ include: [{ model: Comment, duplicating: false }], limit: 3 });

export const mismatched = () =>
  User.findAll({ include: [{ model: Post, as: 'posts', required: false, include: [{ model: Category, required: true }] }] });

export const rightJoin = () => Post.findAll({ include: [{ model: Category, right: true }] as any });

export const orCondition = () => Post.findAll({ include: [{ model: Category, where: { slug: 'a' }, or: true, required: false }] as any });

export const allNested = () => Comment.findAll({ include: { all: true, nested: true } as any, limit: 2 });

export const allBelongsTo = (id: number) => Post.findByPk(id, { include: [{ all: 'BelongsTo' }] as any });

export const selfThrough = () => User.findAll({ include: [{ model: User, as: 'following', through: { attributes: [] }, attributes: ['id'] }] });

export const byAssociationScope = () => Post.findAll({ include: ['notes', 'mainTags'] });

export const notesOf = (user: User) => user.getNotes({ limit: 3 });

export const addNote = (post: Post, text: string) => post.createNote({ text });

export const mainTagsOf = (post: Post) => post.getMainTags();

export const throughOrder = () =>
  Post.findAll({ include: [Tag], order: [[Tag, PostTag, 'position', 'ASC'], [{ model: Tag, as: 'tags' }, 'label', 'DESC']] as any });

export const viaAssociations = () => Post.findAll({ include: [{ association: Post.associations.author, required: true }] });

export const viaModels = (id: number) => sequelize.models.Post!.findByPk(id);

export const viaModel = () => sequelize.model('Comment').count();

export const mapped = async () => {
  const comments = await Comment.findAll({ attributes: ['postId'] });
  return Post.findAll({ where: { id: comments.map((comment: any) => comment.postId) } });
};

export const conditionalIncludes = (withAuthor: boolean, withTags: boolean) => {
  const include: any[] = [];
  if (withAuthor) include.push({ model: User, as: 'author' });
  if (withTags) include.push(Tag);
  return Post.findAll({ include });
};

export const pushedConditions = (q?: string, author?: number) => {
  const conditions: any[] = [{ status: 'published' }];
  if (q) conditions.push({ title: { [Op.iLike]: `%${q}%` } });
  if (author) {
    conditions.push({ authorId: author });
  }
  return Post.findAll({ where: { [Op.and]: conditions } });
};

export const optionsObject = (max?: number) => {
  const options: any = { where: { status: 'a' }, order: [['id', 'ASC']] };
  if (max) options.limit = max;
  return Post.findAll(options);
};

export const hookedUpdate = () => Category.update({ rank: 7 }, { where: { slug: 'a' }, individualHooks: true });

export const hookedDestroy = () => Comment.destroy({ where: { likes: 0 }, individualHooks: true });

export const groupedWithInclude = () =>
  User.findAll({
    attributes: ['id', 'name', [fn('COUNT', col('posts.id')), 'postCount']],
    include: [{ association: 'posts', attributes: [] }],
    group: ['User.id'],
    having: { postCount: { [Op.gt]: 3 } } as any,
    order: [[literal('"postCount"'), 'DESC']],
  });

export const nestedAttributes = () =>
  Post.findAll({
    attributes: ['id'],
    include: [{ model: Comment, attributes: ['id', [fn('length', col('Comments.text')), 'size'], ['likes', 'hearts']] }],
  });

export const pagedAggregateCount = () =>
  Category.findAndCountAll({ include: [{ model: Post, where: { status: 'a' }, include: [Comment] }], limit: 4, offset: 8 });

export const versioned = async (person: Person, firstName: string) => person.update({ firstName });

export const versionedIncrement = () => Person.increment('company' as any, { by: 1, where: { firstName: 'a' } });

export const silentRowUpdate = (post: Post) => post.update({ title: 'a', body: 'b' }, { fields: ['title'], silent: true });

export const plucked = async () => (await User.findAll({ attributes: ['email'], raw: true })).map((user) => user.email);

export const thenned = (id: number) => Post.findByPk(id).then((post) => post!.getTags({ limit: 1 }));

export const existing = async (email: string) => Boolean(await User.findOne({ where: { email }, attributes: ['id'] }));

export const minmax = () => Promise.all([Post.min('id'), Post.max('createdAt', { where: { status: 'a' } }), Note.sum('price')]);

export const aliasedPk = () => Post.findAll({ attributes: [['id', 'postId'], 'title'], include: [{ model: User, as: 'author', attributes: [['name', 'by']] }] });

export const emptyAttributes = () => Post.findAll({ attributes: ['title'], include: [{ model: Comment, attributes: [] }], raw: true });

export const separateNested = () =>
  User.findAll({
    include: [{ association: 'posts', separate: true, attributes: ['title'], include: [{ model: Comment, separate: true, limit: 1 }, 'category'] }],
    limit: 2,
  });

export const virtuals = () => Post.findAll({ attributes: ['id', 'summary'] });

export const bulkWithIncluded = () => Comment.bulkCreate([{ text: 'a', likes: 3 }, { text: 'b' }], { fields: ['text'], returning: false, validate: true });

export const withScopeOption = (post: Post) => post.getAuthor({ scope: false } as any);

export const upsertOnFields = (slug: string) => Category.upsert({ slug, name: 'a', rank: 1 }, { conflictFields: ['url_slug'] as any });

export const whereBuffer = (post: Post, other: Post) => Comment.findAll({ where: { postId: { [Op.in]: [post.id, other.id] } } });

export const templateLike = (first: string, last: string) => User.findAll({ where: { name: { [Op.like]: `${first} ${last}%` } } });

export const unscopedInclude = () => Post.findAll({ include: [{ model: User.unscoped(), as: 'author' }, { model: Category.scope('defaultScope') }] });

export const reverseOrder = (sort: 'title' | 'status') => Post.findAll({ order: [['id', 'desc'], ['status', 'ASC NULLS LAST']], limit: 1, attributes: { exclude: ['body'] } });

export const replaced = (query: string, since: Date) =>
  Post.findAll({
    where: { [Op.and]: [literal('unaccent("Post"."title") ILIKE :query AND created_at::date > :since'), { status: 'a:b' }] },
    order: [literal('position(:query in title)')],
    replacements: { query, since },
    limit: 10,
  } as any);

export const replacedByPosition = (n: number) =>
  Post.count({ where: literal('view_count > ? OR view_count = ?'), replacements: [n, 5] } as any);
