import { db, pgp } from './db';
import * as posts from './posts';
import * as users from './users';

const repository = new users.UsersRepository(db, pgp);
const rows = [
  { id: 1, email: 'a', first_name: 'b', firstName: 'b' },
  { id: 2, email: 'c', first_name: 'd', firstName: 'd' },
];
const day = new Date('2024-05-01T00:00:00Z');

/** The function in which the calls stand → a run of it. */
export const cases: Record<string, () => unknown> = {
  'UsersRepository.findById': () => repository.findById(1),
  'UsersRepository.findByEmail': () => repository.findByEmail('a'),
  'UsersRepository.add': () => repository.add('a', 'b'),
  'UsersRepository.rename': () => repository.rename(1, 'b'),
  'UsersRepository.remove': () => repository.remove(1),
  'UsersRepository.all': () => repository.all(),
  'UsersRepository.total': () => repository.total(),
  'UsersRepository.search': () => repository.search('a'),
  'UsersRepository.addMany': () => repository.addMany(rows),
  'UsersRepository.inList': () => repository.inList([1, 2]),
  'UsersRepository.inNamed': () => repository.inNamed([1, 2]),
  'UsersRepository.register': () => repository.register('a'),
  'UsersRepository.overview': () => repository.overview(1),
  batched: () => users.batched(),
  saveSettings: () => users.saveSettings(1, { a: 1 }),
  formatted: () => users.formatted(1),
  insertOne: () => users.insertOne('a'),
  insertReturning: () => users.insertReturning('a'),
  updateOne: () => users.updateOne(1, 'a'),
  updateMany: () => users.updateMany(rows),
  insertSet: () => users.insertSet(rows),
  top: () => posts.top(3),
  byAuthor: () => posts.byAuthor(1),
  prepared: () => posts.prepared(1),
  parameterized: () => posts.parameterized(1),
  identifier: () => posts.identifier(),
  aliasOf: () => posts.aliasOf(),
  rawOrder: () => posts.rawOrder(),
  columnsOf: () => posts.columnsOf(),
  arrays: () => posts.arrays(['a']),
  anyOf: () => posts.anyOf([1]),
  likeValue: () => posts.likeValue('a'),
  streamless: () => posts.streamless(),
  mapped: () => posts.mapped(),
  multiple: () => posts.multiple(),
  called: () => posts.called(1),
  upsert: () => posts.upsert('s', 't'),
  optional: () => posts.optional('draft'),
  dates: () => posts.dates(day, day),
  withTx: () => posts.withTx([1]),
  conditional: () => posts.conditional(),
  connected: () => posts.connected(),
  thisProps: () => posts.thisProps(),
  functions: () => posts.functions(),
};
