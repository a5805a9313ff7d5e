import sql from './db';
import * as posts from './posts';
import * as users from './users';

const store = new users.UserStore(sql);
const user = { email: 'a', first_name: 'b' };
const day = new Date('2024-05-01T00:00:00Z');

/** The function in which the calls stand → a run of it. `#2` is another run of the same function. */
export const cases: Record<string, () => unknown> = {
  getUser: () => users.getUser(1),
  listUsers: () => users.listUsers(),
  byIds: () => users.byIds([1, 2]),
  byAny: () => users.byAny([1, 2]),
  createUser: () => users.createUser(user),
  createMany: () => users.createMany([user, user]),
  createFixed: () => users.createFixed('a'),
  updateUser: () => users.updateUser(1, user),
  updateFixed: () => users.updateFixed(1, 'r'),
  pickColumns: () => users.pickColumns(1),
  namedColumns: () => users.namedColumns(),
  fromTable: () => users.fromTable(),
  searchUsers: () => users.searchUsers('a', 'admin'),
  activeUsers: () => users.activeUsers(),
  'UserStore.find': () => store.find('a'),
  'UserStore.remove': () => store.remove(1),
  'UserStore.count': () => store.count(),
  'UserStore.register': () => store.register('a'),
  insertProfile: () => users.insertProfile(sql as never, 1),
  registerWithSavepoint: () => users.registerWithSavepoint('a'),
  unsafeText: () => posts.unsafeText(),
  unsafeFragment: () => posts.unsafeFragment(),
  inBatches: () => posts.inBatches(),
  forEach: () => posts.forEach(),
  values: () => posts.values(),
  simple: () => posts.simple(),
  withCte: () => posts.withCte(3),
  nestedFragments: () => posts.nestedFragments(1, 'draft'),
  orderedBy: () => posts.orderedBy(true),
  upsert: () => posts.upsert('s', 't'),
  bulkUnnest: () => posts.bulkUnnest([1], ['a']),
  rowsOfValues: () => posts.rowsOfValues(),
  json: () => posts.json({ color: 'red' }),
  arrays: () => posts.arrays(['a']),
  existsComment: () => posts.existsComment(1),
  twoAtOnce: () => posts.twoAtOnce(),
  pipelined: () => posts.pipelined(),
  lateral: () => posts.lateral(),
  keyset: () => posts.keyset(1),
  between: () => posts.between(day, day),
  readOnly: () => posts.readOnly(),
};
