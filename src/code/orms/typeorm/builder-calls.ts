import { elementsOf, entry, isNullLiteral, isObject } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { CallContext, GeneratedStatement, OrmCall } from '../orm';
import { quoted, quotedTable, StatementText } from '../support/statement-text';
import { startOfBuilder } from './builder-start';
import { ormCall } from './call';
import { ConditionReader, isList, unknownCondition } from './conditions';
import { type Entity, type EntityRelation, isToOneOwner, type JunctionColumn, junctionOf, relationAt } from './entity';
import { QueryBuilder } from './query-builder';
import { loadStatements } from './relation-loading';
import { countSql, existsSql } from './select-counts';
import type { Condition } from './select-query';
import { bindParameters } from './statement-text';
import { deleteSql, insertSql, softDeleteSql, updateSets, updateSql } from './writes';

export const executors: ReadonlySet<string> = new Set([
  'getMany',
  'getOne',
  'getOneOrFail',
  'getManyAndCount',
  'getCount',
  'getExists',
  'getRawMany',
  'getRawOne',
  'getRawAndEntities',
  'stream',
  'execute',
  'add',
  'remove',
  'addAndRemove',
  'set',
  'loadMany',
  'loadOne',
]);

const ofRelations = /^(?:add|remove|addAndRemove|set|loadMany|loadOne)$/;

/** `….createQueryBuilder('post').where(…).getMany()`; `index` is the link that sends it. */
export function readBuilder(chain: ChainValue, index: number, context: CallContext): OrmCall | undefined {
  const link = chain.links[index];
  if (link === undefined) return undefined;
  if (ofRelations.test(link.name) && !chain.links.some(({ name }) => name === 'relation')) return undefined;
  const notes = new Set<string>();
  const text = new StatementText();
  const parameters = new Map<string, Value>();
  const builder = new QueryBuilder(text, context, notes, parameters);
  const start = begin(chain, index, builder, context, notes);
  if (start === undefined) return undefined;
  const before = chain.links.slice(start + 1, index);
  if (chain.open) notes.add('Conditions added at run time are not included.');
  for (const each of before) builder.apply(each);
  const { entity, model } = builder;
  for (const note of entity?.notes ?? []) notes.add(note);
  const asked: Asking = (given) =>
    ormCall(link, model, [...notes, ...(builder.find?.notes ?? [])], {
      loads: [...builder.loads, ...(builder.find?.loads ?? [])],
      hasLimit: builder.query.limit !== undefined || builder.query.take !== undefined,
      ...given,
    });
  const write = (sql: string): GeneratedStatement => text.write(bindParameters(sql, parameters, text));
  if (builder.kind === 'select') return select(link, builder, parameters, asked, write);
  if (builder.kind === 'relation') {
    const relation = entity && relationAt(entity, builder.relation ?? '');
    return relation && relationCall(link, relation, builder.of, text, write, asked, context);
  }
  if (entity === undefined) return asked({ operation: operationOf(builder), isMany: true, statements: [] });
  const sql = writeSql(builder, entity, text, notes);
  return asked({
    operation: operationOf(builder),
    isMany: builder.kind !== 'insert' || (builder.rows?.length ?? 0) > 1,
    statements: sql === undefined || notes.has(unknownCondition) ? [] : [write(sql)],
  });
}

/** Finds where the builder is made: in this chain, or in a function that gives it. */
function begin(
  chain: ChainValue,
  index: number,
  builder: QueryBuilder,
  context: CallContext,
  notes: Set<string>,
): number | undefined {
  const own = startOfBuilder(chain, builder, context);
  if (own !== undefined) return own;
  for (let links = 0; links <= index; links++) {
    const origin = context.tracer.traceLinks(chain, links, context.at);
    if (origin.kind !== 'call' || origin.chain === chain) continue;
    const inner = { ...context, at: origin.at, trace: (value: Value) => context.tracer.trace(value, origin.at) };
    builder.moveTo(inner);
    const start = startOfBuilder(origin.chain, builder, inner);
    if (start !== undefined) for (const link of origin.chain.links.slice(start + 1)) builder.apply(link);
    builder.moveTo(context);
    if (start === undefined) continue;
    if (links === 0) addLater(chain, builder, context, notes);
    return links - 1;
  }
  return undefined;
}

/**
 * `const qb = await repository.createQueryBuilder('post'); qb.where(…);`: the needless await makes it a value of its own, to
 * which statements before this one have added more.
 */
function addLater(chain: ChainValue, builder: QueryBuilder, context: CallContext, notes: Set<string>): void {
  const { file, function: id } = context.at;
  for (const use of file.functions[id]?.uses ?? []) {
    const isBefore = use.chain.root === chain.root && use.chain.range.end <= chain.range.start;
    if (!isBefore || use.chain.links.some(({ name }) => executors.has(name))) continue;
    if (use.branch !== undefined || use.loop !== undefined) notes.add('Conditions added at run time are not included.');
    else for (const link of use.chain.links) builder.apply(link);
  }
}

function operationOf({ kind, insert }: QueryBuilder): OrmCall['operation'] {
  if (kind === 'insert') return insert.conflict === undefined ? 'insert' : 'upsert';
  return kind === 'delete' ? 'delete' : 'update';
}

type Asking = (given: Pick<OrmCall, 'operation' | 'isMany' | 'statements'> & Partial<OrmCall>) => OrmCall;

function select(
  link: Link,
  builder: QueryBuilder,
  parameters: ReadonlyMap<string, Value>,
  asked: Asking,
  write: (sql: string) => GeneratedStatement,
): OrmCall | undefined {
  const { query } = builder;
  if (query.main === undefined) return undefined;
  query.parameters = parameters;
  if (query.isUnknown) return asked({ operation: 'find', isMany: true, statements: [] });
  switch (link.name) {
    case 'getCount':
      return asked({ operation: 'count', isMany: false, statements: [write(countSql(query, false))] });
    case 'getExists':
      return asked({ operation: 'exists', isMany: false, statements: [write(existsSql(query))] });
    case 'getRawMany':
    case 'getRawOne':
    case 'stream':
    case 'execute': {
      query.givesEntities = false;
      const isMany = link.name !== 'getRawOne';
      return asked({
        operation: isAggregate(query.selects) ? 'aggregate' : 'find',
        isMany,
        statements: [write(query.sql())],
      });
    }
    case 'getManyAndCount': {
      const statements = query.statements();
      const isPage = query.take !== undefined || query.limit !== undefined;
      if (isPage) statements.push({ ...write(countSql(query, false)), isFollowUp: true });
      return asked({ operation: 'find', isMany: true, statements });
    }
    case 'getOne':
    case 'getOneOrFail':
      return asked({ operation: 'find one', isMany: false, statements: query.statements() });
    default:
      return asked({ operation: 'find', isMany: true, statements: query.statements() });
  }
}

function isAggregate(selects: readonly { readonly selection: string }[]): boolean {
  return selects.length > 0 && selects.some(({ selection }) => /\b(?:count|sum|avg|min|max)\s*\(/i.test(selection));
}

function writeSql(builder: QueryBuilder, entity: Entity, text: StatementText, notes: Set<string>): string | undefined {
  const { kind, set, returning, wheres } = builder;
  switch (kind) {
    case 'insert': {
      if (builder.rows === undefined) notes.add('The rows that it inserts come from a query or from run time.');
      return insertSql(entity, builder.rows ?? [], text, notes, builder.insert);
    }
    case 'update': {
      const sets = set === undefined ? undefined : updateSets(entity, set, text, notes);
      return sets === undefined ? undefined : updateSql(entity, sets, wheres, returning);
    }
    case 'delete':
      return deleteSql(entity, wheres, returning);
    default:
      return softDeleteSql(entity, wheres, kind === 'restore');
  }
}

/** `relation(Post, 'tags').of(id).add(tagId)` and its like. */
function relationCall(
  link: Link,
  relation: EntityRelation,
  of: Value | undefined,
  text: StatementText,
  write: (sql: string) => GeneratedStatement,
  asked: Asking,
  context: CallContext,
): OrmCall | undefined {
  const value = link.arguments?.[0];
  if (/^load/.test(link.name)) {
    const statements = loadStatements(relation, relation.property, of === undefined ? {} : { key: of });
    return asked({ operation: 'load', isMany: link.name === 'loadMany', statements: statements.map(withoutFollowUp) });
  }
  if (of === undefined || value === undefined) return undefined;
  const keys = (given: Value, referenced: string) =>
    (elementsOf(given) ?? [given]).map((each) => text.value(isObject(each) ? (entry(each, referenced) ?? each) : each));
  const through = junctionOf(relation);
  if (through !== undefined) {
    const table = quotedTable(through.junction);
    const one = (columns: readonly JunctionColumn[], given: Value) => keys(given, columns[0]?.referenced ?? 'id');
    const near = through.near[0];
    const far = through.far[0];
    if (near === undefined || far === undefined) return undefined;
    const pairs = (to: Value) => one(through.near, of).flatMap((a) => one(through.far, to).map((b) => [a, b] as const));
    if (link.name === 'remove') {
      const conditions = pairs(value).map(
        ([a, b]) => `(${quoted(near.column)} = ${a} AND ${quoted(far.column)} = ${b})`,
      );
      return asked({
        operation: 'delete',
        isMany: true,
        statements: [write(`DELETE FROM ${table} WHERE ${conditions.join(' OR ')}`)],
      });
    }
    if (link.name !== 'add') return undefined;
    const values = pairs(value).map(([a, b]) => `(${a}, ${b})`);
    const sql = `INSERT INTO ${table}(${quoted(near.column)}, ${quoted(far.column)}) VALUES ${values.join(', ')}`;
    return asked({ operation: 'insert', isMany: values.length > 1, statements: [write(sql)] });
  }
  const owner = isToOneOwner(relation) ? relation : relation.inverse;
  const join = owner?.joinColumns[0];
  if (owner === undefined || join === undefined) return undefined;
  const [changed, target] = owner === relation ? [of, value] : [value, of];
  const isRemoved = link.name === 'remove' || isNullLiteral(value);
  const sets = updateSets(owner.source, setOf(join.path, isRemoved ? nullAt(link) : target), text, new Set());
  const reader = new ConditionReader({
    text,
    context,
    entity: owner.source,
    prefix: '',
    parameters: new Map(),
    notes: new Set(),
    subQuery: () => undefined,
  });
  const wheres: Condition[] = [];
  const ids = isRemoved && owner !== relation ? undefined : reader.inIds(changed);
  if (ids !== undefined) wheres.push({ type: 'simple', text: ids });
  else {
    const conditions = [
      `${join.path} = ${text.value(of)}`,
      ...(link.name === 'remove' ? [reader.inIds(value) ?? ''] : []),
    ].filter((each) => each !== '');
    wheres.push({ type: 'simple', text: conditions.join(' AND ') });
  }
  return (
    sets &&
    asked({
      operation: 'update',
      isMany: isList(changed, context),
      statements: [write(updateSql(owner.source, sets, wheres))],
    })
  );
}

function withoutFollowUp({ isFollowUp: _, ...rest }: GeneratedStatement): GeneratedStatement {
  return rest;
}

/** `author.id` → { author: { id: value } } */
function setOf(path: string, value: Value): Value {
  const { range } = value;
  return path
    .split('.')
    .reduceRight<Value>(
      (inner, key) => ({ kind: 'object', entries: [{ key, keyRange: range, value: inner }], range }),
      value,
    );
}

function nullAt({ range }: Link): Value {
  return { kind: 'literal', value: null, range };
}
