import { pool } from './db';
import * as posts from './posts';
import * as users from './users';

const reports = require('./reports.js')(pool);
const repository = new users.UserRepository(pool);

/** The function in which the calls stand → a run of it. `#2` is another run of the same function. */
export const cases: Record<string, () => unknown> = {
  'UserRepository.findById': () => repository.findById(1),
  'UserRepository.findByEmail': () => repository.findByEmail('a'),
  'UserRepository.findMany': () => repository.findMany([1]),
  'UserRepository.create': () => repository.create({ email: 'a', firstName: 'b' }),
  'UserRepository.search': () => repository.search('a'),
  'UserRepository.search#2': () => repository.search('a', 'admin'),
  'UserRepository.rename': () => repository.rename(1, 'n'),
  'UserRepository.list': () => repository.list(0, 10, true),
  'UserRepository.list#2': () => repository.list(0, 10, false),
  'UserRepository.remove': () => repository.remove(1),
  'UserRepository.count': () => repository.count(),
  'UserRepository.exists': () => repository.exists('a'),
  'UserRepository.getWithCallback': () => new Promise((done) => repository.getWithCallback(1, () => done(undefined))),
  activeUsers: () => users.activeUsers(),
  oldest: () => users.oldest(),
  byRole: () => users.byRole('admin'),
  byAuthor: () => posts.byAuthor('a'),
  publish: () => posts.publish(1),
  filtered: () => posts.filtered({}),
  sorted: () => posts.sorted(),
  withTags: () => posts.withTags(1),
  createWithTags: () => posts.createWithTags('t', ['a']),
  insertTag: () => posts.insertTag(1),
  firstHundred: () => posts.firstHundred(),
  streamed: () => posts.streamed(),
  bulk: () => posts.bulk([{ title: 't', body: 'b' }]),
  bulkValues: () => posts.bulkValues([{ title: 't', body: 'b' }]),
  stale: () => posts.stale(3),
  latest: () => posts.latest(),
  inList: () => posts.inList(1, 2),
  json: () => posts.json('k'),
  paged: () => posts.paged('5'),
  upsert: () => posts.upsert(1, 't'),
  merged: () => posts.merged(),
  locked: () => posts.locked(),
  named: () => posts.named(1),
  arrayMode: () => posts.arrayMode(),
  daily: () => reports.daily(),
  perTag: () => reports.perTag(2),
  topAuthors: () => reports.topAuthors(3),
  union: () => reports.union(),
  window: () => reports.window(),
};
