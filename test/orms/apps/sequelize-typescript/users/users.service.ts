import { Op } from 'sequelize';
import { Comment, Follow, Post, Profile, sequelize, User } from '../models';

export class UsersService {
  private readonly users = sequelize.getRepository(User);

  async list() {
    return this.users.findAll();
  }

  async one(id: string) {
    const user = await User.findByPk(id, { include: [Profile] });
    return user?.profile;
  }

  async blocked() {
    return User.unscoped().findAll({ where: { isBlocked: true }, paranoid: false });
  }

  async seen(since: Date) {
    return User.scope('defaultScope', { method: ['seenSince', since] }).findAll();
  }

  async full(email: string) {
    return User.scope('full').findOne({ where: { email } });
  }

  async register(name: string, email: string) {
    return sequelize.transaction(async (transaction) => {
      const user = await User.create({ name, email } as any, { transaction });
      await Profile.create({ userId: user.id, aboutMe: 'new' }, { transaction });
      return user;
    });
  }

  async close(id: number) {
    const user = await User.findByPk(id);
    await user!.destroy();
  }

  async reopen(id: number) {
    await User.restore({ where: { id } });
  }

  async comments(id: number) {
    const user = await User.findOne({ where: { id } });
    return user!.$get('comments', { order: [['written', 'DESC']], limit: 20 });
  }

  async posts(user: User) {
    return user.$get('posts');
  }

  async postCount(user: User) {
    return user.$count('posts');
  }

  async follow(user: User, otherId: number) {
    await user.$add('following', otherId);
  }

  async unfollow(user: User, otherId: number) {
    await user.$remove('following', otherId);
  }

  async following(user: User) {
    return user.$get('following');
  }

  async write(user: User, title: string) {
    return user.$create('post', { title });
  }

  async isFollowing(user: User, otherId: number) {
    return user.$has('following', otherId);
  }

  async mutual(a: number, b: number) {
    return Follow.count({ where: { followerId: a, followedId: b } });
  }

  async latestComments() {
    return Comment.findAll({
      include: [{ model: User, attributes: ['name'] }, { model: Post, attributes: ['title'], where: { words: { [Op.gt]: 5 } } }],
      limit: 10,
      order: [['written', 'DESC']],
    });
  }

  async comment(userId: number, postId: number, text: string) {
    const comment = new Comment({ userId, postId, text });
    return comment.save();
  }

  async profileOf(userId: number) {
    const [profile] = await Profile.findOrCreate({ where: { userId }, defaults: { aboutMe: '' } });
    return profile;
  }

  async rename(user: User, name: string) {
    user.name = name;
    await user.save();
  }

  async writers() {
    return User.findAll({
      attributes: ['id', 'name'],
      include: [{ model: Post, required: true, attributes: ['id'], where: { slug: { [Op.ne]: null } } }],
      order: [[{ model: Post, as: 'posts' }, 'createdAt', 'DESC']],
    });
  }

  async deepRead() {
    return User.findAll({ include: [{ model: Post, include: [{ model: Comment, include: [{ model: User }] }] }] });
  }

  async purge(before: Date) {
    return Comment.destroy({ where: { written: { [Op.lt]: before } } });
  }

  async stats() {
    return Comment.findAll({
      attributes: ['userId', [sequelize.fn('COUNT', sequelize.col('id')), 'n']],
      group: ['userId'],
      order: [[sequelize.literal('n'), 'DESC']],
      limit: 3,
    });
  }
}
