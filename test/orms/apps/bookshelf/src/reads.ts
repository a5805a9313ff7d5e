import bookshelf from './bookshelf';
import { Comment } from './models/comment';
import Post from './models/post';
import { Profile, Tag, Tags } from './models/tag';
import { User } from './models/user';

export function findPost(id: number) {
  return new Post({ id }).fetch();
}

export async function findBySlug(slug: string) {
  return Post.where({ slug, status: 'published' }).fetch({ require: false });
}

export async function forged(id: number) {
  return Post.forge({ id }).fetch({ columns: ['id', 'title'] });
}

export async function byAttribute(username: string) {
  const user = await User.forge({ username }).fetch({ require: true });
  return user.toJSON();
}

export async function all() {
  return Post.fetchAll();
}

export async function allSelected() {
  return new Post().fetchAll({ columns: ['id', 'title'] });
}

export async function published(limit: number) {
  return Post.query((qb) => {
    qb.where('status', 'published').andWhere('views', '>', 10).limit(limit);
  }).fetchAll();
}

export async function queryObject() {
  return Post.query({ where: { status: 'draft' }, orderBy: 'id', limit: 3 }).fetchAll();
}

export async function queryMethod(ids: number[]) {
  return Post.query('whereIn', 'id', ids).fetchAll();
}

export async function ordered() {
  return new Post().where('author_id', 1).orderBy('-created_at').fetchAll();
}

export async function orderedTwice() {
  return Post.forge<any>().where('views', '>', 5).orderBy('title', 'DESC').orderBy('id').fetchAll();
}

export async function search(filters: { status?: string; author?: number }) {
  return new Post()
    .query((qb) => {
      if (filters.status) qb.where('status', filters.status);
      if (filters.author) qb.where('author_id', filters.author);
      qb.orderBy('id');
    })
    .fetchAll();
}

export async function withAuthor(id: number) {
  return new Post({ id }).fetch({ withRelated: ['author'] });
}

export async function withMany() {
  return Post.fetchAll({ withRelated: ['author', 'comments', 'tags'] });
}

export async function withNested() {
  return Post.where('status', 'published').fetchAll({ withRelated: ['comments.author', 'author.profile'] });
}

export async function withConstraint() {
  return Post.fetchAll({
    withRelated: [
      {
        comments: (qb: any) => {
          qb.where('approved', true);
        },
      },
      'tags',
    ],
  });
}

export async function withPivotTable() {
  return Post.fetchAll({ withRelated: 'readers' });
}

export async function withSingle() {
  return User.forge<any>({ id: 1 }).fetch({ withRelated: ['profile', 'publishedPosts'] });
}

export async function withThrough() {
  return User.forge<any>({ id: 1 }).fetch({ withRelated: ['receivedComments'] });
}

export async function withMorph() {
  return Post.fetchAll({ withRelated: ['image'] });
}

export async function page(number: number) {
  return Post.where('status', 'published').fetchPage({ page: number, pageSize: 20, withRelated: ['author'] });
}

export async function pageByOffset() {
  return new Post().orderBy('id').fetchPage({ limit: 5, offset: 10 });
}

export async function countAll() {
  return Post.count();
}

export async function countWhere(status: string) {
  return Post.where({ status }).count('id');
}

export async function countForged() {
  return new Post().where('author_id', 1).count();
}

export async function tags() {
  return new Tags().fetch();
}

export async function tagsWhere() {
  return Tags.forge<any>().query({ where: { name: 'sql' } }).fetch({ withRelated: ['posts'] });
}

export async function firstTag() {
  return new Tags().query((qb: any) => qb.where('name', 'sql')).fetchOne();
}

export async function commentsOfPost(id: number) {
  const post = await new Post({ id }).fetch();
  return post.related('comments').fetch();
}

export async function commentsWithAuthors(id: number) {
  const post = await Post.forge<any>({ id }).fetch();
  return post.comments().fetch({ withRelated: ['author'] });
}

export async function loaded(id: number) {
  const post = await Post.where({ id }).fetch();
  await post.load(['author', 'comments.author']);
  return post;
}

export async function relatedQuery(id: number) {
  const user = await User.where({ id }).fetch();
  return user.related('posts').query({ where: { status: 'draft' } }).fetch();
}

export async function profile(userId: number) {
  return Profile.where<any>({ user_id: userId }).fetch();
}

export async function tagById(id: number) {
  return Tag.forge<any>({ tag_id: id }).fetch();
}

export async function viaRegistry() {
  return bookshelf.model('User').where({ is_active: true }).fetchAll();
}

export async function joined() {
  return Comment.query((qb: any) => {
    qb.innerJoin('posts', 'posts.id', 'comments.post_id').where('posts.status', 'published').select('comments.*');
  }).fetchAll();
}

export async function locked(id: number) {
  return bookshelf.transaction(async (trx) => {
    const post = await Post.where({ id }).fetch({ transacting: trx, lock: 'forUpdate' });
    return post;
  });
}

export async function knexQuery() {
  return bookshelf.knex('posts').where('id', 1).select('title');
}

export async function chained(id: number) {
  return Post.where({ id })
    .fetch()
    .then((post) => post.get('title'));
}
