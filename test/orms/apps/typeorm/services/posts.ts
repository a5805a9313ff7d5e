import { InjectRepository } from '@nestjs/typeorm';
import {
  And,
  ArrayContains,
  Between,
  Equal,
  type FindManyOptions,
  type FindOptionsWhere,
  ILike,
  In,
  IsNull,
  JsonContains,
  LessThan,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Or,
  Raw,
  type Repository,
} from 'typeorm';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';

interface Page {
  page: number;
  size: number;
}

export class PostsService {
  constructor(
    @InjectRepository(Post) private readonly posts: Repository<Post>,
    @InjectRepository(Comment) private readonly comments: Repository<Comment>,
  ) {}

  all() {
    return this.posts.find();
  }

  published(limit: number) {
    return this.posts.find({
      where: { status: PostStatus.Published },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: limit,
    });
  }

  withAuthor() {
    return this.posts.find({ relations: { author: true } });
  }

  withEverything(id: number) {
    return this.posts.findOne({
      where: { id },
      relations: { author: { profile: true }, tags: true, comments: true, category: true },
    });
  }

  async page({ page, size }: Page) {
    const [rows, total] = await this.posts.findAndCount({
      where: { status: PostStatus.Published },
      relations: { tags: true },
      order: { createdAt: 'DESC' },
      skip: (page - 1) * size,
      take: size,
    });
    return { rows, total };
  }

  pageOfAuthor(authorId: number, { page, size }: Page) {
    return this.posts.findAndCount({ where: { authorId }, skip: page * size, take: size });
  }

  titles() {
    return this.posts.find({ select: { id: true, title: true }, where: { deletedAt: IsNull() } });
  }

  titlesWithAuthors() {
    return this.posts.find({
      select: { title: true, author: { email: true, displayName: true } },
      relations: { author: true },
    });
  }

  search(text: string, since: Date) {
    return this.posts.find({
      where: [
        { title: ILike(`%${text}%`), createdAt: MoreThanOrEqual(since) },
        { body: Like(`%${text}%`), status: Not(PostStatus.Draft) },
      ],
      withDeleted: true,
    });
  }

  byAuthorEmail(email: string) {
    return this.posts.findBy({ author: { email, active: true } });
  }

  byCity(city: string) {
    return this.posts.find({ where: { author: { address: { city } } }, order: { author: { address: { zipCode: 'ASC' } } } });
  }

  byTags(names: string[]) {
    return this.posts.find({ where: { tags: { name: In(names) } }, relations: { author: true } });
  }

  byIds(ids: number[]) {
    return this.posts.findBy({ id: In(ids) });
  }

  inRange(from: number, to: number) {
    return this.posts.find({ where: { viewCount: Between(from, to), id: Not(In([1, 2, 3])) } });
  }

  popularOrOld(before: Date) {
    return this.posts.find({
      where: { viewCount: And(MoreThan(10), LessThan(1000)), createdAt: Or(LessThan(before), IsNull()) },
      order: { viewCount: { direction: 'DESC', nulls: 'LAST' } },
    });
  }

  labelled(label: string) {
    return this.posts.findBy({ labels: ArrayContains([label]), meta: JsonContains({ pinned: true }) });
  }

  raw(days: number) {
    return this.posts.findBy({
      createdAt: Raw((alias) => `${alias} > now() - make_interval(days => :days)`, { days }),
    });
  }

  async one(id: number) {
    const post = await this.posts.findOneBy({ id: Equal(id) });
    if (!post) throw new Error('not found');
    return post;
  }

  oneOrFail(id: number) {
    return this.posts.findOneOrFail({ where: { id, status: Not(Equal(PostStatus.Draft)) }, withDeleted: true });
  }

  oneByOrFail(title: string) {
    return this.posts.findOneByOrFail({ title });
  }

  filtered(options: { status?: PostStatus; authorId?: number }) {
    const where: FindOptionsWhere<Post> = { viewCount: MoreThan(0) };
    if (options.status) {
      where.status = options.status;
    }
    if (options.authorId !== undefined) where.authorId = options.authorId;
    return this.posts.find({ where, order: { id: 'DESC' } });
  }

  newest(detailed: boolean) {
    const options: FindManyOptions<Post> = { order: { createdAt: 'DESC' }, take: 5 };
    if (detailed) options.relations = { category: true };
    return this.posts.find(options);
  }

  countPublished() {
    return this.posts.count({ where: { status: PostStatus.Published } });
  }

  countBy(authorId: number) {
    return this.posts.countBy({ authorId });
  }

  countOfActiveAuthors() {
    return this.posts.countBy({ author: { active: true } });
  }

  titleTaken(title: string) {
    return this.posts.existsBy({ title });
  }

  exists(id: number) {
    return this.posts.exists({ where: { id }, withDeleted: true });
  }

  totalViews(authorId: number) {
    return this.posts.sum('viewCount', { authorId });
  }

  latest() {
    return this.posts.maximum('id');
  }

  averageViews(status: PostStatus) {
    return this.posts.average('viewCount', { status });
  }

  separately() {
    return this.posts.find({ relations: { tags: true, author: true }, relationLoadStrategy: 'query' });
  }

  commentsOf(postId: number) {
    return this.comments.find({ where: { post: { id: postId } } });
  }

  commentsWithoutAuthors(postId: number) {
    return this.comments.find({ where: { post: { id: postId } }, loadEagerRelations: false, order: { id: 'DESC' } });
  }

  commentPage(skip: number) {
    return this.comments.find({ where: { isApproved: true }, skip, take: 20, relations: { parent: true } });
  }

  unanswered() {
    return this.comments.find({ where: { parent: IsNull() }, relations: { replies: true } });
  }
}
