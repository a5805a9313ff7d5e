import { type Knex } from 'knex';
import { raw, ref, type Transaction } from 'objection';
import { Comment } from './models/comment';
import { Post } from './models/post';
import { Tag } from './models/tag';
import { User } from './models/user';

interface ListOptions {
  status?: string;
  withComments?: boolean;
  page?: number;
}

export class PostsService {
  constructor(private readonly knex?: Knex) {}

  all() {
    return Post.query();
  }

  async find(id: number, trx?: Transaction) {
    return Post.query(trx).findById(id).throwIfNotFound();
  }

  async findBySlug(slug: string) {
    return Post.query().findOne({ slug, status: 'published' });
  }

  async findByTitle(title: string) {
    return Post.query().findOne('title', title).select('id', 'title');
  }

  async findMany(ids: number[]) {
    return await Post.query().findByIds(ids).orderBy('id');
  }

  async list({ status, withComments, page = 0 }: ListOptions) {
    const query = Post.query().orderBy('created_at', 'desc');
    if (status) query.where('status', status);
    if (withComments) query.withGraphFetched('comments');
    return query.page(page, 20);
  }

  async range() {
    return Post.query().where('views', '>', 10).range(0, 9);
  }

  async count(status: string) {
    return Post.query().where({ status }).resultSize();
  }

  async counted(authorId: number) {
    const [{ count }] = await Post.query().where('author_id', authorId).count();
    return count;
  }

  async withAuthor(id: number) {
    return Post.query().findById(id).withGraphFetched('author');
  }

  async withEverything() {
    return Post.query().withGraphFetched('[author.profile, comments.author, tags]').where('status', 'published');
  }

  async withObject() {
    return Post.query().withGraphFetched({ author: true, comments: { author: true } }).limit(3);
  }

  async withAliasAndModifier() {
    return User.query().withGraphFetched('posts(published, newest) as articles');
  }

  async modifiedGraph() {
    return Post.query()
      .withGraphFetched('comments')
      .modifyGraph('comments', (query) => {
        query.where('approved', true).orderBy('created_at');
      });
  }

  async selected() {
    return Post.query().select('title').withGraphFetched('author(names)');
  }

  async relationModify() {
    return User.query().withGraphFetched('publishedPosts').findById(1);
  }

  async joined() {
    return Post.query().withGraphJoined('author').where('author.username', 'ada');
  }

  async joinedNested() {
    return Post.query().withGraphJoined('[comments.author, tags]').orderBy('posts.id');
  }

  async joinedInner() {
    return Comment.query().withGraphJoined('post(short)', { joinOperation: 'innerJoin' });
  }

  async joinRelated(username: string) {
    return Post.query().joinRelated('author').where('author.username', username).select('posts.*');
  }

  async joinRelatedNested() {
    return Post.query().leftJoinRelated('[comments.author, tags]').where('tags.name', 'sql').where('comments:author.is_active', true);
  }

  async joinRelatedAlias() {
    return Post.query().alias('p').joinRelated('author', { alias: 'a' }).where('a.is_active', true).select('p.id');
  }

  async havingComments() {
    return Post.query().whereExists(Post.relatedQuery('comments').where('approved', true));
  }

  async withoutTags() {
    return Post.query().whereNotExists(Post.relatedQuery('tags'));
  }

  async withCounts() {
    return Post.query().select('posts.*', Post.relatedQuery('comments').count().as('commentCount'));
  }

  async modified() {
    return Post.query().modify('published').modify('newest');
  }

  async modifiers() {
    return User.query().modify(['active', 'names']);
  }

  async grouped() {
    return Post.query()
      .where((builder) => builder.where('views', '>', 10).orWhere('status', 'featured'))
      .whereNotNull('author_id')
      .select('author_id', raw('count(*) as n'))
      .groupBy('author_id')
      .having(raw('count(*)'), '>', 2);
  }

  async refs() {
    return Post.query().where(ref('posts.updated_at'), '>', ref('posts.created_at')).whereIn('status', ['a', 'b']);
  }

  async inSubquery() {
    return Post.query().whereIn('author_id', User.query().select('id').where('is_active', true));
  }

  async tagsOf(ids: number[]) {
    return Post.relatedQuery('tags').for(ids).orderBy('name');
  }

  async commentsOf(id: number) {
    return Post.relatedQuery('comments').for(id).where('approved', true);
  }

  async commentsOfPublished() {
    return Post.relatedQuery('comments').for(Post.query().where('status', 'published'));
  }

  async authorOf(postId: number) {
    return Post.relatedQuery('author').for(postId).first();
  }

  async viaInstance(id: number) {
    const post = await Post.query().findById(id);
    return post!.$relatedQuery('comments').orderBy('id');
  }

  async first() {
    return Post.query().orderBy('id').first();
  }

  async knexQuery() {
    return Tag.knexQuery().where('name', 'sql').select('id');
  }

  async aliased() {
    return Post.query().alias('p').where('p.status', 'draft');
  }

  async schema() {
    return Post.query().withSchema('archive').where('id', 1);
  }
}
