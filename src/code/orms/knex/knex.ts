import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue, Link } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import type { CallContext, Orm, OrmCall } from '../orm';
import { type SqlText, startsWith, statementOf } from '../support/sql-text';
import { KnexDialect } from './dialect';
import { applyHelpers } from './helpers';
import { applyLinks } from './links';
import { KnexQuery } from './query';
import { rawSql } from './raw';
import { Reader } from './reader';
import type { Located, Scope } from './scope';
import { isAwaitedLater, isOnTheWay, isWholeQuery } from './sent';

/** Query builder: `knex('posts').where({ id }).first()`. */
export class Knex implements Orm {
  readonly library = 'knex';
  readonly packages = /(?:^|[/-])knex$/;
  readonly methods = new Set(
    `knex raw batchInsert from table select column columns distinct with withRecursive withSchema insert into update del delete
    where whereIn andWhere orWhere first count pluck join leftJoin innerJoin orderBy limit returning truncate increment
    decrement transacting modify clone union columnInfo forUpdate whereNull whereNotNull whereRaw max min sum avg`.split(
      /\s+/,
    ),
  );
  readonly #dialects = new WeakMap<Tracer, KnexDialect>();

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    if (isOnTheWay(chain, context)) return undefined;
    const dialect = this.#dialect(context.tracer);
    const scope: Scope = { at: context.at, names: new Map() };
    const found = dialect.find(chain, scope);
    if (!found) return undefined;
    const reader = this.#reader(dialect, found.start.instance, context, chain.range);
    const isHere = found.steps.length === 0;
    const first = found.chain.links[found.start.link] as Link;
    if (isHere && first.name === 'raw') {
      const [text, ...bindings] = (first.arguments ?? []).map((value): Located => ({ value, scope }));
      const raw = rawSql(reader, text, bindings);
      return isStatement(raw, context) ? rawCall(this.library, reader, first, raw) : undefined;
    }
    if (isHere && first.name === 'batchInsert')
      return batchInsert(this.library, reader, chain, found.start.link, scope);
    if (!isWholeQuery(chain, found, context)) return undefined;
    const query = dialect.build(found, reader);
    if (!query) return undefined;
    applyHelpers(query, chain, context);
    const isBare = isHere ? chain.links.length === found.start.link + 1 : query.isBare;
    if (!isSent(chain, query, isBare, context)) return undefined;
    query.nameRange = nameRangeIn(query, chain);
    return callOf(this.library, query, chain);
  }

  #dialect(tracer: Tracer): KnexDialect {
    const known = this.#dialects.get(tracer);
    if (known) return known;
    const dialect = new KnexDialect(tracer);
    this.#dialects.set(tracer, dialect);
    return dialect;
  }

  #reader(
    dialect: KnexDialect,
    instance: { mapName: (name: string) => string; hasUnknownMapper: boolean },
    context: CallContext,
    range: TextRange,
  ): Reader {
    const reader = new Reader(context.tracer, instance.mapName, dialect, { uri: context.at.file.uri, range });
    if (instance.hasUnknownMapper) reader.note('Names are changed by wrapIdentifier, which is not read.');
    return reader;
  }
}

/** Raw SQL is mostly a part of another statement: one that is handed on without being awaited has to look like a whole one. */
function isStatement(text: SqlText | undefined, { use }: CallContext): boolean {
  const isPart = use?.binding !== undefined || /^(?:argument|object|template|condition)$/.test(use?.within ?? '');
  if (!isPart || use?.isAwaited) return true;
  const whole =
    /^\s*(?:select|insert|update|delete|with|truncate|refresh|create|alter|drop|set|call|do|vacuum|analyze|lock)\b/i;
  return text !== undefined && startsWith(text, whole);
}

/** Methods that say that a text is wanted, not a result. */
const texts = /^(?:toSQL|toString|toQuery|toNative)$/;

function isEnded(chain: ChainValue): boolean {
  return chain.links.some(({ name }) => texts.test(name));
}

/** What is called where the chain stands: a builder may have begun in another statement or function. */
export function nameRangeIn({ nameRange }: KnexQuery, { links, range }: ChainValue): TextRange {
  const isHere = (each: TextRange): boolean => range.start <= each.start && each.end <= range.end;
  if (nameRange && isHere(nameRange)) return nameRange;
  return links.find((link) => link.arguments && isHere(link.range))?.range ?? range;
}

/** `knex('posts')` alone is a builder for others; with `.toSQL()` or an alias nothing is sent. */
function isSent(chain: ChainValue, query: KnexQuery, isBare: boolean, context: CallContext): boolean {
  const { use } = context;
  if (isEnded(chain) || query.alias !== undefined) return false;
  if (use?.binding !== undefined && !use.isAwaited) return isAwaitedLater(context);
  return use === undefined || use.isAwaited === true || !isBare;
}

export function rawCall(library: string, reader: Reader, link: Link, text: SqlText | undefined): OrmCall {
  if (text === undefined) reader.unknown('The SQL is known at run time only.');
  return {
    library,
    operation: 'raw',
    isMany: true,
    loads: [],
    hasLimit: false,
    equals: [],
    isOnlyEquals: false,
    statements: text === undefined || reader.isUnknown ? [] : [statementOf(text, reader.places)],
    notes: [...reader.notes],
    nameRange: link.range,
  };
}

/** `knex.batchInsert('tags', rows, 100).returning('id')`: as many INSERTs as there are chunks. */
function batchInsert(library: string, reader: Reader, chain: ChainValue, at: number, scope: Scope): OrmCall {
  const link = chain.links[at] as Link;
  const [table, rows] = link.arguments ?? [];
  const query = new KnexQuery(reader);
  query.nameRange = link.range;
  if (table) query.apply({ name: 'into', range: link.range, arguments: [table] }, scope);
  if (rows) query.apply({ name: 'insert', range: link.range, arguments: [rows] }, scope);
  applyLinks(query, chain, at + 1, scope);
  return { ...callOf(library, query, chain), isMany: true };
}

export function callOf(library: string, query: KnexQuery, chain: ChainValue): OrmCall {
  const { reader } = query;
  const text = query.sql();
  if (chain.open) reader.note('What is added in a loop or at run time is not included.');
  return {
    library,
    operation: operationOf(query),
    isMany: isMany(query),
    loads: [],
    hasLimit: query.limit !== undefined,
    equals: query.equals,
    isOnlyEquals: query.isOnlyEquals && !chain.open,
    statements: reader.isUnknown ? [] : [statementOf(text, reader.places)],
    notes: [...reader.notes],
    nameRange: query.nameRange ?? chain.range,
  };
}

function operationOf(query: KnexQuery): OrmCall['operation'] {
  switch (query.method) {
    case 'insert':
      return query.onConflict?.merge ? 'upsert' : 'insert';
    case 'update':
      return 'update';
    case 'del':
    case 'truncate':
      return 'delete';
    default: {
      const isAggregate = query.columns.length > 0 && query.columns.every((column) => column.aggregate);
      if (isAggregate) return query.columns.every((column) => column.aggregate === 'count') ? 'count' : 'aggregate';
      return query.method === 'first' ? 'find one' : 'find';
    }
  }
}

function isMany(query: KnexQuery): boolean {
  if (query.method === 'insert') return query.insert?.kind === 'array' || query.insert?.kind === 'runtime';
  if (query.method !== 'select') return query.method === 'pluck';
  const isAggregate = query.columns.length > 0 && query.columns.every((column) => column.aggregate);
  return !isAggregate || query.groups.length > 0;
}
