import { type CreationAttributes, Op, type WhereOptions } from 'sequelize';
import type { Model, ModelCtor } from 'sequelize-typescript';
import { Comment, Post, PostTag, Tag, User } from '../models';

/** What all repositories can do. */
export abstract class BaseRepository<M extends Model> {
  protected constructor(protected readonly model: ModelCtor<M>) {}

  async countAll(where: WhereOptions): Promise<number> {
    return this.model.count({ where });
  }
}

export class PostsRepository extends BaseRepository<Post> {
  constructor(private readonly posts: typeof Post) {
    super(posts);
  }

  findAll(): Promise<Post[]> {
    return this.posts.findAll<Post>({ include: [User, Comment] });
  }

  async findOne(id: number) {
    return this.posts.findOne<Post>({ where: { id } });
  }

  bySlug(slug: string) {
    return this.posts.findOne({ where: { slug }, include: [{ model: Tag, attributes: ['name'], through: { attributes: [] } }] });
  }

  async page(page: number, tag?: string) {
    return this.posts.findAndCountAll({
      include: tag ? [{ model: Tag, where: { name: tag } }] : [],
      limit: 10,
      offset: 10 * page,
      order: [['createdAt', 'DESC']],
      distinct: true,
    });
  }

  search(text: string, tenant: string) {
    const like = `%${text}%`;
    return this.posts.findAll({
      where: { tenant, [Op.or]: [{ title: { [Op.iLike]: like } }, { '$writer.name$': { [Op.iLike]: like } }] },
      include: [{ model: User, as: 'writer', attributes: ['id', 'name'] }],
    });
  }

  longOnes() {
    return this.posts.scope('long').findAll({ attributes: ['id', 'words'], raw: true });
  }

  async create(dto: CreationAttributes<Post>) {
    return this.posts.create({ title: dto.title, slug: dto.slug, tenant: 'a' });
  }

  async rename(id: number, title: string) {
    const [count] = await this.posts.update({ title }, { where: { id } });
    return count;
  }

  async remove(id: number) {
    await this.posts.destroy({ where: { id } });
  }

  async drop(id: number): Promise<void> {
    const post = await this.findOne(id);
    await post!.destroy({ force: true });
  }

  async tagPost(postId: number, tagIds: number[]) {
    await PostTag.bulkCreate(
      tagIds.map((tagId, sort) => ({ postId, tagId, sort })),
      { ignoreDuplicates: true },
    );
  }

  async untag(postId: number) {
    return PostTag.destroy({ where: { postId } });
  }

  tags() {
    return Tag.findAll({ include: [{ model: Post, attributes: ['id'] }], order: ['name'] });
  }

  withMeta(theme: string) {
    return this.posts.findAll({ where: { meta: { theme }, words: { [Op.gte]: 10 } } });
  }

  async wordsOf(writerId: number) {
    return this.posts.sum('words', { where: { writerId } });
  }

  async byTagIds(ids: number[]) {
    return this.posts.findAll({
      include: [{ model: Tag, where: { id: { [Op.in]: ids } }, required: true }],
      limit: 5,
    });
  }

  async upsert(slug: string, title: string) {
    await this.posts.upsert({ slug, title });
  }

  async touch(id: number) {
    await this.posts.increment({ words: 5 }, { where: { id } });
  }

  async latestOfEach() {
    return this.posts.findAll({ include: [{ model: Comment, separate: true, limit: 2, order: [['written', 'DESC']] }] });
  }
}
