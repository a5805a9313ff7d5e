import type { ChainValue, Link } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import type { CallContext, Orm, OrmCall } from '../orm';
import { type SqlText, statementOf } from '../support/sql-text';
import { applyLinks, KnexDialect } from './dialect';
import { KnexQuery } from './query';
import { rawSql } from './raw';
import { Reader } from './reader';
import type { Located, Scope } from './scope';

/** Query builder: `knex('posts').where({ id }).first()`. */
export class Knex implements Orm {
  readonly library = 'knex';
  readonly packages = /^knex$/;
  readonly methods = new Set(
    `knex raw batchInsert from table select column columns distinct with withRecursive withSchema insert into update del delete
    where whereIn andWhere orWhere first count pluck join leftJoin innerJoin orderBy limit returning truncate increment
    decrement transacting modify clone union columnInfo forUpdate whereNull whereNotNull whereRaw max min sum avg`.split(
      /\s+/,
    ),
  );
  readonly #dialects = new WeakMap<Tracer, KnexDialect>();

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    // What stands before `.then` is asked for by itself.
    if (context.use?.isContinued || chain.links.some(({ name }) => afterwards.test(name))) return undefined;
    const dialect = this.#dialect(context.tracer);
    const scope: Scope = { at: context.at, names: new Map() };
    const own = dialect.start(chain, scope);
    if (own) {
      const reader = this.#reader(dialect, own.instance, context);
      const first = chain.links[own.link] as Link;
      const given = (first.arguments ?? []).map((value): Located => ({ value, scope }));
      if (first.name === 'raw') return rawCall(this.library, reader, first, rawSql(reader, given[0], given.slice(1)));
      if (first.name === 'batchInsert') return batchInsert(this.library, reader, chain, own.link, scope);
      const query = dialect.builder(chain, own, scope, reader);
      return query && isSent(chain, own.link, context) ? callOf(this.library, query, chain) : undefined;
    }
    const returned = dialect.returned(chain, scope);
    const start = returned && dialect.start(returned.chain, returned.scope);
    if (!start || !goesOn(chain, returned.link)) return undefined;
    const reader = this.#reader(dialect, start.instance, context);
    const query = dialect.builder(returned.chain, start, returned.scope, reader);
    if (!query || isEnded(chain)) return undefined;
    applyLinks(query, chain, returned.link, scope, reader);
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
  ): Reader {
    const reader = new Reader(context.tracer, instance.mapName, dialect);
    if (instance.hasUnknownMapper) reader.note('Names are changed by wrapIdentifier, which is not read.');
    return reader;
  }
}

const afterwards = /^(?:then|catch|finally|asCallback|tap)$/;

/** Methods that say that a text is wanted, not a result. */
const texts = /^(?:toSQL|toString|toQuery|toNative)$/;

function isEnded(chain: ChainValue): boolean {
  return chain.links.some(({ name }) => texts.test(name));
}

/** Behind a function that returns a builder something is added or awaited; the function itself is the query otherwise. */
function goesOn(chain: ChainValue, link: number): boolean {
  return chain.links.slice(link).some((each) => each.arguments);
}

/** A name that a chain has in the document, for a builder that another function began. */
function nameRangeIn(query: KnexQuery, chain: ChainValue): KnexQuery['nameRange'] {
  const { nameRange } = query;
  const isHere = chain.links.some(({ range }) => range === nameRange);
  return isHere ? nameRange : chain.links.findLast((link) => link.arguments)?.range;
}

/** `knex('posts')` alone is a builder for others; with `.toSQL()` nothing is sent. */
function isSent(chain: ChainValue, link: number, { use }: CallContext): boolean {
  if (isEnded(chain) || (use?.binding !== undefined && !use.isAwaited)) return false;
  const isBare = chain.links.length === link + 1;
  return !isBare || use === undefined || use.isAwaited === true;
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
    statements: text === undefined || reader.isUnknown ? [] : [statementOf(text)],
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
    statements: reader.isUnknown ? [] : [statementOf(text)],
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
