import * as posts from './posts';
import * as users from './users';

const service = new users.UserService();
const day = new Date('2024-05-01T00:00:00Z');

/** The function in which the calls stand → a run of it. */
export const cases: Record<string, () => unknown> = {
  getUser: () => users.getUser(1),
  listUsers: () => users.listUsers(),
  byRole: () => users.byRole('admin'),
  createUser: () => users.createUser('a', 'b'),
  updateUser: () => users.updateUser(1, 'a'),
  removeUser: () => users.removeUser(1),
  withText: () => users.withText(1),
  withOptions: () => users.withOptions('a'),
  several: () => users.several(1),
  severalByFunction: () => users.severalByFunction(1),
  'UserService.count': () => service.count(),
  'UserService.find': () => service.find('a'),
  anyOf: () => users.anyOf([1]),
  composed: () => users.composed('admin'),
  pasted: () => users.pasted(),
  pooled: () => users.pooled(1),
  transferred: () => users.transferred(1, 2),
  single: () => users.single(),
  recent: () => posts.recent(3),
  withAuthor: () => posts.withAuthor(1),
  upsert: () => posts.upsert('s', 't'),
  statistics: () => posts.statistics(),
  tagged: () => posts.tagged(['a']),
  cte: () => posts.cte(1),
  bulk: () => posts.bulk(['a'], ['b']),
  keyset: () => posts.keyset(1),
  locked: () => posts.locked(),
  json: () => posts.json('k'),
  between: () => posts.between(day, day),
  existsComment: () => posts.existsComment(1),
  both: () => posts.both(1),
  lateral: () => posts.lateral(),
  perRow: () => posts.perRow([1]),
  ranked: () => posts.ranked(),
  texts: () => posts.texts(),
  deleteReturning: () => posts.deleteReturning(1),
  unionAll: () => posts.unionAll(),
  named: () => posts.named(1),
  merged: () => posts.merged(),
  distinct: () => posts.distinct(),
};
