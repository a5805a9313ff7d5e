import { Post, sequelize, User } from './models';
import { PostsRepository } from './posts/posts.repository';
import { UsersService } from './users/users.service';

const posts = new PostsRepository(Post);
const users = new UsersService();
const user = () => User.build({ id: 1, name: 'x' } as any, { isNewRecord: false, raw: true });

export const cases: Record<string, () => unknown> = {
  'PostsRepository.findAll': () => posts.findAll(),
  'BaseRepository.countAll': () => posts.countAll({ tenant: 'a' }),
  'PostsRepository.findOne': () => posts.findOne(1),
  'PostsRepository.bySlug': () => posts.bySlug('a'),
  'PostsRepository.page (tag)': () => posts.page(1, 'a'),
  'PostsRepository.page (all)': () => posts.page(1),
  'PostsRepository.search': () => posts.search('a', 'b'),
  'PostsRepository.longOnes': () => posts.longOnes(),
  'PostsRepository.create': () => posts.create({ title: 'a', slug: 'b' } as any),
  'PostsRepository.rename': () => posts.rename(1, 'a'),
  'PostsRepository.remove': () => posts.remove(1),
  'PostsRepository.drop': () => Post.build({ id: 1 } as any, { isNewRecord: false, raw: true }).destroy({ force: true }),
  'PostsRepository.tagPost': () => posts.tagPost(1, [1, 2]),
  'PostsRepository.untag': () => posts.untag(1),
  'PostsRepository.tags': () => posts.tags(),
  'PostsRepository.withMeta': () => posts.withMeta('dark'),
  'PostsRepository.wordsOf': () => posts.wordsOf(1),
  'PostsRepository.byTagIds': () => posts.byTagIds([1]),
  'PostsRepository.upsert': () => posts.upsert('a', 'b'),
  'PostsRepository.touch': () => posts.touch(1),
  'PostsRepository.latestOfEach': () => posts.latestOfEach(),
  'UsersService.list': () => users.list(),
  'UsersService.one': () => users.one('1'),
  'UsersService.blocked': () => users.blocked(),
  'UsersService.seen': () => users.seen(new Date()),
  'UsersService.full': () => users.full('a'),
  'UsersService.register': () => users.register('a', 'b'),
  'UsersService.close': () => users.close(1),
  'UsersService.reopen': () => users.reopen(1),
  'UsersService.comments': () => users.comments(1),
  'UsersService.posts': () => users.posts(user()),
  'UsersService.postCount': () => users.postCount(user()),
  'UsersService.follow (new)': () => users.follow(user(), 2),
  'UsersService.unfollow': () => users.unfollow(user(), 2),
  'UsersService.following': () => users.following(user()),
  'UsersService.write': () => users.write(user(), 'a'),
  'UsersService.isFollowing': () => users.isFollowing(user(), 2),
  'UsersService.mutual': () => users.mutual(1, 2),
  'UsersService.latestComments': () => users.latestComments(),
  'UsersService.comment': () => users.comment(1, 2, 'a'),
  'UsersService.profileOf (new)': () => users.profileOf(1),
  'UsersService.rename': () => users.rename(user(), 'b'),
  'UsersService.writers': () => users.writers(),
  'UsersService.deepRead': () => users.deepRead(),
  'UsersService.purge': () => users.purge(new Date()),
  'UsersService.stats': () => users.stats(),
};

export const withoutRows = Object.keys(cases).filter((name) => name.endsWith('(new)'));

export { sequelize };
