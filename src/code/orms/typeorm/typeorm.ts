import { stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { parameterOf, StatementText } from '../support/statement-text';
import { executors, readBuilder } from './builder-calls';
import { ormCall } from './call';
import { entityOf, relationAt } from './entity';
import { readFinder } from './finders';
import { readModels } from './models';
import { readWrite } from './persistence';
import { entities, type Receiver, receiverOf } from './receivers';
import { loadStatements } from './relation-loading';
import { readTree, treeFinders } from './tree-finders';

const finders: ReadonlySet<string> = new Set([
  'find',
  'findBy',
  'findAndCount',
  'findAndCountBy',
  'findOne',
  'findOneBy',
  'findOneOrFail',
  'findOneByOrFail',
  'findOneById',
  'findByIds',
  'count',
  'countBy',
  'exist',
  'exists',
  'existsBy',
  'sum',
  'average',
  'minimum',
  'maximum',
]);

const writers: ReadonlySet<string> = new Set([
  'insert',
  'update',
  'updateAll',
  'upsert',
  'delete',
  'deleteAll',
  'softDelete',
  'restore',
  'increment',
  'decrement',
  'clear',
  'save',
  'remove',
  'softRemove',
  'recover',
]);

/** Of these the entity may be left out: `manager.save(post)`. */
const takesRows = /^(?:save|remove|softRemove|recover)$/;

export const typeorm: Orm = {
  library: 'typeorm',
  packages: /^(?:typeorm|@nestjs\/typeorm)$/,
  methods: new Set([...finders, ...treeFinders, ...writers, ...executors, 'query', 'createQueryBuilder']),
  models: readModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  const index = chain.links.length - 1;
  const link = chain.links[index];
  // Most of these names belong to others too: where nobody declares an entity, nothing is asked of one.
  const mayBe = link?.arguments !== undefined && (link.name === 'query' || context.models.of('typeorm').length > 0);
  return mayBe ? readLink(chain, index, link, context) : undefined;
}

function readLink(chain: ChainValue, index: number, link: Link, context: CallContext): OrmCall | undefined {
  const { name } = link;
  if (executors.has(name)) {
    const call = readBuilder(chain, index, context);
    if (call !== undefined) return call;
  }
  const isRaw = name === 'query';
  if (!isRaw && !finders.has(name) && !treeFinders.has(name) && !writers.has(name)) return undefined;
  const receiver = receiverOf(chain, index, context);
  if (receiver === undefined) return undefined;
  return isRaw ? readRaw(link, receiver, context) : readMethod(link, receiver, chain, index, context);
}

function readMethod(
  link: Link,
  receiver: Receiver,
  chain: ChainValue,
  index: number,
  context: CallContext,
): OrmCall | undefined {
  const given = link.arguments ?? [];
  if (treeFinders.has(link.name)) {
    if (receiver.kind !== 'repository') return undefined;
    return receiver.model ? readTree({ model: receiver.model, arguments: given, link, context }) : unknownEntity(link);
  }
  const call = finders.has(link.name) ? readFinder : readWrite;
  switch (receiver.kind) {
    case 'repository':
    case 'active record': {
      if (receiver.model === undefined) return unknownEntity(link);
      return call({ model: receiver.model, arguments: given, link, context });
    }
    case 'record': {
      if (!takesRows.test(link.name)) return undefined;
      const row: Value = { ...chain, links: chain.links.slice(0, index) };
      return call({ model: receiver.model, arguments: [row, ...given], link, context });
    }
    case 'manager': {
      const [first, ...rest] = given;
      const model = first === undefined ? undefined : entities.at(first, context.at, context);
      const isRow =
        takesRows.test(link.name) && (rest.length === 0 || model === undefined || isInstance(first, context));
      if (isRow) {
        const of = model ?? (first && modelOfRow(first, context));
        return of === undefined ? unknownEntity(link) : call({ model: of, arguments: given, link, context });
      }
      return model === undefined ? unknownEntity(link) : call({ model, arguments: rest, link, context });
    }
    default:
      return undefined;
  }
}

function isInstance(value: Value | undefined, context: CallContext): boolean {
  return value?.kind === 'chain' && context.trace(value).kind !== 'class';
}

/** `manager.save(manager.create(Post, { … }))`, `manager.save(new Post())` */
function modelOfRow(value: Value, context: CallContext) {
  const row = value.kind === 'array' ? value.elements[0]?.value : value;
  if (row === undefined) return undefined;
  const origin = context.trace(row);
  if (origin.kind !== 'call' || origin.callee.kind !== 'member') return undefined;
  const entity = origin.arguments[0];
  const inner = entity && entities.at(entity, origin.at, context);
  if (inner !== undefined) return inner;
  const receiver = receiverOf(origin.chain, origin.chain.links.length - 1, { ...context, at: origin.at });
  return receiver?.kind === 'repository' ? receiver.model : undefined;
}

function unknownEntity(link: Link): OrmCall {
  const isMany = /^find(?:By|AndCount|AndCountBy|Trees|Roots|(?:Descendants|Ancestors)(?:Tree)?)?$/.test(link.name);
  const operation = finders.has(link.name) || treeFinders.has(link.name) ? (isMany ? 'find' : 'find one') : 'update';
  const note = 'The entity is known at run time only.';
  return ormCall(link, undefined, [note], { operation, isMany, statements: [] });
}

/** dataSource.query('SELECT …', [id]) */
function readRaw(link: Link, receiver: Receiver, context: CallContext): OrmCall | undefined {
  const [sql, values] = link.arguments ?? [];
  if (sql === undefined) return undefined;
  const origin = context.trace(sql);
  const value = origin.kind === 'value' ? origin.value : sql;
  const text = new StatementText();
  const notes: string[] = [];
  const given = values?.kind === 'array' ? values.elements.map((each) => each.value) : [];
  const written = writtenSql(value, text, notes, context);
  const model = receiver.kind === 'repository' || receiver.kind === 'active record' ? receiver.model : undefined;
  if (written === undefined) {
    return ormCall(link, model, ['The SQL is made at run time.'], { operation: 'raw', isMany: true, statements: [] });
  }
  const bound = written.replaceAll(/\$(\d{1,4})(?!\d)/g, (whole, number: string) => {
    const parameter = given[Number(number) - 1];
    return text.parameter(parameter ? parameterOf(parameter) : { source: whole, range: sql.range });
  });
  return ormCall(link, model, notes, { operation: 'raw', isMany: true, statements: [text.write(bound)] });
}

/** SQL as the program writes it; undefined when a value stands where only a name may. */
function writtenSql(value: Value, text: StatementText, notes: string[], context: CallContext): string | undefined {
  const plain = stringOf(value);
  if (plain !== undefined || value.kind !== 'template' || value.tag !== undefined) return plain;
  let sql = '';
  for (const [i, part] of value.strings.entries()) {
    sql += part;
    const inner = value.values[i];
    if (inner === undefined) continue;
    const origin = context.trace(inner);
    const constant = origin.kind === 'value' ? stringOf(origin.value) : undefined;
    if (constant === undefined && /(?:\b(?:table|from|join|into|update|by)\s|["'.])$/i.test(sql)) return undefined;
    if (constant === undefined)
      notes.push('A value that is put into the SQL text at run time is shown as a parameter.');
    sql += constant ?? text.value(inner);
  }
  return sql;
}

/** `await post.comments` of a lazy relation. */
function readRow({ model, chain, link: index, loaded }: RowAccess, _context: CallContext): OrmCall | undefined {
  const entity = entityOf(model);
  const link = chain.links[index];
  if (entity === undefined || link === undefined) return undefined;
  const relation = relationAt(entity, link.name);
  if (relation === undefined || !relation.isLazy || link.arguments !== undefined) return undefined;
  if (relation.isEager || loaded.includes(relation.path)) return undefined;
  const row: Value = { ...chain, links: chain.links.slice(0, index) };
  const statements = loadStatements(relation, relation.property, { key: row });
  const isMany = relation.kind === 'one-to-many' || relation.kind === 'many-to-many';
  const own = statements.map(({ sql, parameters }) => ({ sql, parameters }));
  return ormCall(link, model, entity.notes, { operation: 'load', isMany, statements: own });
}
