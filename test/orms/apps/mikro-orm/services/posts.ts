import { type EntityManager, type EntityRepository, type FilterQuery, QueryOrder } from '@mikro-orm/postgresql';
import { Category } from '../entities/category';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

export class PostsService {
  constructor(
    private readonly em: EntityManager,
    private readonly posts: EntityRepository<Post>,
  ) {}

  all() {
    return this.em.find(Post, {});
  }

  everything() {
    return this.posts.findAll();
  }

  published(limit: number) {
    return this.em.find(
      Post,
      { status: PostStatus.Published },
      { orderBy: { createdAt: 'desc', id: 'asc' }, limit },
    );
  }

  page(page: number, size: number) {
    return this.em.findAndCount(Post, { status: PostStatus.Published }, { limit: size, offset: page * size, orderBy: { id: 'desc' } });
  }

  one(id: number) {
    return this.em.findOne(Post, id);
  }

  oneByKey(id: number) {
    return this.em.findOneOrFail(Post, { id });
  }

  byAuthor(authorId: number) {
    return this.posts.find({ author: authorId });
  }

  byAuthorEmail(email: string) {
    return this.posts.find({ author: { email } });
  }

  byCity(city: string) {
    return this.posts.find({ author: { address: { city } } }, { orderBy: { author: { displayName: 'asc' } } });
  }

  search(text: string, since: Date) {
    return this.em.find(Post, {
      $or: [{ title: { $ilike: `%${text}%` } }, { body: { $like: `%${text}%` } }],
      createdAt: { $gte: since, $lt: new Date() },
      viewCount: { $ne: 0 },
    });
  }

  byIds(ids: number[]) {
    return this.em.find(Post, { id: { $in: ids } });
  }

  byIdList(ids: number[]) {
    return this.em.find(Post, ids);
  }

  notIn() {
    return this.em.find(Post, { id: { $nin: [1, 2] }, $not: { status: PostStatus.Draft } });
  }

  uncategorized() {
    return this.em.find(Post, { category: null, updatedAt: { $ne: null } });
  }

  andOr(a: string, b: string) {
    return this.em.find(Post, { $and: [{ $or: [{ title: a }, { title: b }] }, { status: 'draft' as PostStatus }] });
  }

  byTag(name: string) {
    return this.em.find(Post, { tags: { name } });
  }

  withAuthor() {
    return this.em.find(Post, {}, { populate: ['author'] });
  }

  withAuthorAndCategory(status: PostStatus) {
    return this.em.find(Post, { status }, { populate: ['author', 'category'], orderBy: { id: 'asc' } });
  }

  withTags(id: number) {
    return this.em.findOne(Post, { id }, { populate: ['tags'] });
  }

  withComments(limit: number) {
    return this.em.find(Post, {}, { populate: ['comments'], limit });
  }

  deep(id: number) {
    return this.em.findOneOrFail(Post, id, { populate: ['author.profile', 'comments.author', 'tags'] });
  }

  selectIn() {
    return this.em.find(Post, { viewCount: { $gt: 5 } }, { populate: ['author', 'comments'], strategy: 'select-in' });
  }

  selectInTags() {
    return this.em.find(Post, {}, { populate: ['tags'], strategy: 'select-in' });
  }

  titles() {
    return this.em.find(Post, {}, { fields: ['title', 'status'] });
  }

  titlesWithAuthors() {
    return this.em.find(Post, {}, { fields: ['title', 'author.email'], populate: ['author'] });
  }

  excluded() {
    return this.em.find(Post, {}, { exclude: ['body', 'meta'] });
  }

  filtered() {
    return this.em.find(Post, { viewCount: { $gte: 1 } }, { filters: ['published'] });
  }

  dynamic(options: { status?: PostStatus; authorId?: number }) {
    const where: FilterQuery<Post> = { viewCount: { $gt: 0 } };
    if (options.status) where.status = options.status;
    if (options.authorId) where.author = options.authorId;
    return this.em.find(Post, where, { orderBy: { id: 'desc' } });
  }

  count(status: PostStatus) {
    return this.em.count(Post, { status });
  }

  countByAuthor(email: string) {
    return this.posts.count({ author: { email } });
  }

  countTagged(name: string) {
    return this.posts.count({ tags: { name } });
  }

  next(after: string) {
    return this.em.findByCursor(Post, { status: PostStatus.Published }, { first: 10, after, orderBy: { id: 'desc' } });
  }

  firstPage() {
    return this.em.findByCursor(Post, {}, { first: 10, orderBy: { id: 'asc' } });
  }

  lockOne(id: number) {
    return this.em.transactional((em) => em.findOne(Post, { id }, { lockMode: 4 }));
  }

  users() {
    return this.em.find(User, { active: true });
  }

  userWithProfile(id: number) {
    return this.em.findOne(User, { id }, { populate: ['profile'] });
  }

  userWithBiography(id: number) {
    return this.em.findOne(User, { id }, { populate: ['biography'] });
  }

  userWithPosts(id: number) {
    return this.em.findOne(User, id, { populate: ['posts', 'favorites'] });
  }

  someCommented(text: string) {
    return this.em.find(User, { comments: { $some: { text } } });
  }

  noneCommented() {
    return this.em.find(User, { posts: { $none: { status: PostStatus.Draft } } });
  }

  everyPublished() {
    return this.em.find(User, { posts: { $every: { status: PostStatus.Published } } });
  }

  commentsOf(postId: number) {
    return this.em.find(Comment, { post: postId, parent: null }, { orderBy: { createdAt: 'asc' }, populate: ['author'] });
  }

  commentsByCategory(slug: string) {
    return this.em.find(Comment, { post: { category: { urlSlug: slug } } });
  }

  categories() {
    return this.em.find(Category, {}, { populate: ['parentCategory'] });
  }

  tags(names: string[]) {
    return this.em.getRepository(Tag).find({ name: { $in: names } }, { orderBy: { name: 'asc' } });
  }

  cursorByTwo(after: string) {
    return this.em.findByCursor(Post, {}, { first: 5, after, orderBy: { viewCount: 'desc', id: 'asc' } });
  }

  pageWithComments() {
    return this.em.findAndCount(Post, { tags: { name: 'x' } }, { populate: ['comments', 'author'], limit: 5, orderBy: { author: { email: 'asc' } } });
  }

  authorsWithComments() {
    return this.em.find(User, { active: true }, { populate: ['comments'], fields: ['email', 'comments.text'] });
  }

  balanced() {
    return this.em.find(Post, { id: 1 }, { populate: ['author', 'tags', 'comments.author'], strategy: 'balanced' });
  }

  ordered() {
    return this.em.find(Post, {}, { orderBy: [{ viewCount: QueryOrder.DESC_NULLS_LAST }, { author: { displayName: 1 } }] });
  }

  byTagId(tagId: string) {
    return this.em.find(Post, { tags: tagId });
  }

  byAuthors(ids: number[]) {
    return this.em.find(Post, { author: { $in: ids }, category: { id: 5 } });
  }

  profileOf(bio: string) {
    return this.em.find(User, { profile: { websiteUrl: bio } });
  }

  pinned() {
    return this.em.find(Post, { meta: { pinned: true } });
  }

  regex(pattern: string) {
    return this.em.find(Post, { title: { $re: pattern }, body: { $exists: true } });
  }

  emptyList() {
    return this.em.find(Post, { id: { $in: [] } });
  }

  tagsWithPosts() {
    return this.em.find(Tag, {}, { populate: ['posts.author'] });
  }

  commentsWithPosts() {
    return this.em.find(User, {}, { populate: ['comments.post.category'] });
  }

  async loadedThenPopulated(id: number) {
    const post = await this.em.findOneOrFail(Post, { id });
    return post;
  }

  postsInRange(from: Date, to: Date) {
    return this.em.find(Post, { createdAt: { $gte: from, $lte: to }, $and: [{ author: { active: true } }, { author: { email: { $like: 'a%' } } }] });
  }

  orOfRelations(email: string) {
    return this.em.find(Post, { $or: [{ author: { email } }, { category: { urlSlug: 'x' } }, { tags: { name: 'y' } }] }, { limit: 3 });
  }

  notRelation(email: string) {
    return this.em.find(Post, { $not: { author: { email } }, title: ['a', 'b'] });
  }
}
