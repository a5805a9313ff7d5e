import { elementsOf, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { CallContext, Orm, OrmCall } from '../orm';
import { StatementText } from '../support/statement-text';
import { executors, readBuilder } from './builder';
import { ormCall } from './call';
import { readFinder } from './finders';
import { readModels } from './models';
import { readPersistence } from './persistence';
import { packages } from './program';
import { entities, type Receiver, receiverOf } from './receivers';
import { readRow } from './rows';
import { readWrite } from './writes';

const finders: ReadonlySet<string> = new Set([
  'find',
  'findOne',
  'findOneOrFail',
  'findAll',
  'findAndCount',
  'findByCursor',
  'count',
]);

const writers: ReadonlySet<string> = new Set([
  'insert',
  'insertMany',
  'nativeInsert',
  'nativeUpdate',
  'nativeDelete',
  'upsert',
  'upsertMany',
]);

const flushing: ReadonlySet<string> = new Set(['flush', 'persistAndFlush', 'removeAndFlush', 'populate']);

export const mikroOrm: Orm = {
  library: 'mikro-orm',
  packages,
  methods: new Set([...finders, ...writers, ...executors, ...flushing, 'createQueryBuilder', 'qb']),
  models: readModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  const index = chain.links.length - 1;
  const link = chain.links[index];
  if (link?.arguments === undefined) return undefined;
  const { name } = link;
  // Most of these names belong to others too: where nobody declares an entity, nothing is asked of one.
  if (name !== 'execute' && context.models.of('mikro-orm').length === 0) return undefined;
  if (executors.has(name)) {
    const call = readBuilder(chain, index, context);
    if (call !== undefined) return call;
  }
  const isKnown = finders.has(name) || writers.has(name) || flushing.has(name) || name === 'execute';
  const receiver = isKnown ? receiverOf(chain, index, context) : undefined;
  if (receiver === undefined) return undefined;
  if (name === 'execute') return readRaw(link, receiver, context);
  if (flushing.has(name)) return readPersistence(link, receiver, context);
  return readMethod(link, receiver, context);
}

function readMethod(link: Link, receiver: Receiver, context: CallContext): OrmCall | undefined {
  const given = link.arguments ?? [];
  const reader = finders.has(link.name) ? readFinder : readWrite;
  if (receiver.kind === 'repository') {
    if (receiver.model === undefined) return unknownEntity(link);
    return reader({ model: receiver.model, arguments: given, link, context });
  }
  if (receiver.kind !== 'manager') return undefined;
  const [first, ...rest] = given;
  const model = first === undefined ? undefined : entities.at(first, context.at, context);
  return model === undefined ? unknownEntity(link) : reader({ model, arguments: rest, link, context });
}

function unknownEntity(link: Link): OrmCall {
  const isMany = /^find(?:All|AndCount|ByCursor)?$/.test(link.name);
  const operation = finders.has(link.name) ? (isMany ? 'find' : 'find one') : 'update';
  return ormCall(link, undefined, ['The entity is known at run time only.'], { operation, isMany, statements: [] });
}

/** em.execute('select … where id = ?', [id]), also on em.getConnection() */
function readRaw(link: Link, receiver: Receiver, context: CallContext): OrmCall | undefined {
  const [sql, values] = link.arguments ?? [];
  if (receiver.kind === 'repository' || sql === undefined) return undefined;
  const origin = context.trace(sql);
  const written = stringOf(sql) ?? (origin.kind === 'value' ? stringOf(origin.value) : undefined);
  if (written === undefined) {
    return ormCall(link, undefined, ['The SQL is made at run time.'], {
      operation: 'raw',
      isMany: true,
      statements: [],
    });
  }
  const text = new StatementText();
  const given: readonly Value[] = elementsOf(values) ?? [];
  let next = 0;
  const bound = written.replaceAll(/\\?\?/g, (mark) => {
    if (mark === '\\?') return '?';
    const value = given[next++];
    return value === undefined ? text.parameter({ source: '?', range: sql.range }) : text.value(value);
  });
  return ormCall(link, undefined, [], { operation: 'raw', isMany: true, statements: [text.write(bound)] });
}
