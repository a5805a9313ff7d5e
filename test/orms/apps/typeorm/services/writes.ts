import type { DataSource, EntityManager, Repository } from 'typeorm';
import { SponsorSchema } from '../entities/sponsor';
import { Comment } from '../entities/comment';
import { Post, PostStatus } from '../entities/post';
import { Tag } from '../entities/tag';
import { User } from '../entities/user';

export class Writes {
  private readonly users: Repository<User>;
  private readonly manager: EntityManager;

  constructor(private readonly dataSource: DataSource) {
    this.users = dataSource.getRepository(User);
    this.manager = dataSource.manager;
  }

  register(email: string, passwordHash: string) {
    return this.users.insert({ email, passwordHash, address: { city: 'Bern' } });
  }

  addTags(names: [string, string]) {
    return this.dataSource.getRepository(Tag).insert([{ name: names[0] }, { name: names[1], sortOrder: 2 }]);
  }

  publish(id: number) {
    return this.manager.update(Post, id, { status: PostStatus.Published, viewCount: 0 });
  }

  rename(authorId: number, title: string) {
    return this.dataSource.getRepository(Post).update({ authorId, status: PostStatus.Draft }, { title });
  }

  deactivate(ids: number[]) {
    return this.users.update(ids, { active: false });
  }

  move(userId: number, city: string) {
    return this.users.update({ id: userId }, { address: { city }, displayName: null });
  }

  deleteUser(id: number) {
    return this.users.delete(id);
  }

  deleteDrafts(authorId: number) {
    return this.manager.delete(Post, { authorId, status: PostStatus.Draft });
  }

  trash(id: number) {
    return this.manager.getRepository(Post).softDelete(id);
  }

  restore(authorId: number) {
    return this.manager.restore(Post, { authorId });
  }

  view(id: number) {
    return this.manager.increment(Post, { id }, 'viewCount', 1);
  }

  unview(id: number) {
    return this.dataSource.getRepository(Post).decrement({ id }, 'viewCount', 1);
  }

  upsertTag(name: string, sortOrder: number) {
    return this.dataSource.getRepository(Tag).upsert({ name, sortOrder }, ['name']);
  }

  upsertUsers(email: string) {
    return this.users.upsert([{ email, passwordHash: 'x' }], { conflictPaths: ['email'], skipUpdateIfNoValuesChanged: true });
  }

  createComment(body: string, postId: number) {
    return this.manager.createQueryBuilder().insert().into(Comment).values({ body, post: { id: postId } } as never).execute();
  }

  addSponsor(name: string) {
    return this.dataSource.getRepository(SponsorSchema).insert({ name });
  }

  saveNew(title: string, authorId: number) {
    const post = this.manager.create(Post, { title, body: '', authorId });
    return this.manager.save(post);
  }

  async transfer(from: number, to: number) {
    await this.dataSource.transaction(async (manager) => {
      await manager.update(Post, { authorId: from }, { authorId: to });
    });
  }

  clearTags() {
    return this.dataSource.getRepository(Tag).clear();
  }

  rawQuery(authorId: number) {
    return this.dataSource.query('SELECT count(*) FROM posts WHERE author_id = $1', [authorId]);
  }

  saveMade(name: string) {
    const tag = new Tag();
    tag.name = name;
    tag.sortOrder = 3;
    return this.manager.save(tag);
  }

  saveCreated(name: string) {
    const tags = this.dataSource.getRepository(Tag);
    const tag = tags.create({ name });
    tag.sortOrder = 5;
    return tags.save(tag);
  }

  saveSeveral(first: string, second: string) {
    return this.dataSource.getRepository(Tag).save([{ name: first }, { name: second, sortOrder: 1 }]);
  }

  async changeLoaded(id: number, title: string) {
    const posts = this.dataSource.getRepository(Post);
    const post = await posts.findOneByOrFail({ id });
    post.title = title;
    post.viewCount += 1;
    await posts.save(post);
  }

  async removeLoaded(id: number) {
    const comments = this.dataSource.getRepository(Comment);
    const comment = await comments.findOneByOrFail({ id: String(id) });
    await comments.remove(comment);
  }
}
