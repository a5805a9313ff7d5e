import { database } from './db';
import * as posts from './posts';
import * as users from './users';

const on = (run: (pool: any) => unknown) => async () => run(await database());
const queries = (run: (queries: users.UserQueries) => unknown) => on((pool) => run(new users.UserQueries(pool)));
const day = new Date('2024-05-01T00:00:00Z');

/** The function in which the calls stand → a run of it. */
export const cases: Record<string, () => unknown> = {
  'UserQueries.find': queries((q) => q.find(1)),
  'UserQueries.byEmail': queries((q) => q.byEmail('a')),
  'UserQueries.count': queries((q) => q.count()),
  'UserQueries.ids': queries((q) => q.ids()),
  'UserQueries.insert': queries((q) => q.insert('a')),
  'UserQueries.rename': queries((q) => q.rename(1, 'a')),
  'UserQueries.remove': queries((q) => q.remove(1)),
  'UserQueries.inList': queries((q) => q.inList([1, 2])),
  'UserQueries.anyOf': queries((q) => q.anyOf([1, 2])),
  'UserQueries.exists': queries((q) => q.exists('a')),
  'UserQueries.page': queries((q) => q.page(10, 0)),
  register: on((pool) => users.register(pool, 'a')),
  insertMany: on((pool) => users.insertMany(pool, [['a', 'b']])),
  search: on((pool) => users.search(pool, 'a', 'admin')),
  filtered: on((pool) => posts.filtered(pool, 1, 'draft')),
  identified: on((pool) => posts.identified(pool)),
  joinedColumns: on((pool) => posts.joinedColumns(pool)),
  json: on((pool) => posts.json(pool, 1, { color: 'red' })),
  dated: on((pool) => posts.dated(pool, day)),
  recent: on((pool) => posts.recent(pool)),
  binary: on((pool) => posts.binary(pool, Buffer.from('a'))),
  literal: on((pool) => posts.literal(pool)),
  publishedPosts: on((pool) => posts.publishedPosts(pool)),
  withTags: on((pool) => posts.withTags(pool, 1)),
  subquery: on((pool) => posts.subquery(pool, 'admin')),
  ordered: on((pool) => posts.ordered(pool, true)),
  upsert: on((pool) => posts.upsert(pool, 's', 't')),
  locked: on((pool) => posts.locked(pool)),
  counted: on((pool) => posts.counted(pool)),
  lateral: on((pool) => posts.lateral(pool)),
  keyset: on((pool) => posts.keyset(pool, '2024-01-01', 1)),
  deleteOld: on((pool) => posts.deleteOld(pool, 3)),
  built: on((pool) => posts.built(pool, 1)),
  insertTag: on((pool) => posts.addTag(pool)),
  valuesList: on((pool) => posts.valuesList(pool)),
  connected: on((pool) => posts.connected(pool)),
  existsComment: on((pool) => posts.existsComment(pool, 1)),
  unionAll: on((pool) => posts.unionAll(pool)),
  firstOfOne: on((pool) => posts.firstOfOne(pool, 1)),
  prefixed: on((pool) => posts.prefixed(pool, 'a')),
  matrix: on((pool) => posts.matrix(pool, [[1, 2]])),
  ranked: on((pool) => posts.ranked(pool)),
};
