import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { applyHelpers } from '../knex/helpers';
import { callOf, nameRangeIn, rawCall } from '../knex/knex';
import type { KnexQuery } from '../knex/query';
import { rawSql } from '../knex/raw';
import { Reader } from '../knex/reader';
import type { Located, Scope } from '../knex/scope';
import { isOnTheWay, isWholeQuery } from '../knex/sent';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { statementsOf as generated, statementOf } from '../support/sql-text';
import { ObjectionDialect } from './dialect';
import { graphOf, pathsOf } from './graph';
import { detailsOf } from './models';
import { ObjectionQuery } from './query';
import { ownColumns, relatedColumns } from './related';
import { selectionOf, selectsAll } from './selections';
import { fetched, statementsOf } from './statements';

/** Models over knex: `Post.query().findById(1).withGraphFetched('comments')`. */
export class Objection implements Orm {
  readonly library = 'objection';
  readonly packages = /^objection$/;
  readonly methods = new Set([
    'query',
    'relatedQuery',
    'knexQuery',
    '$query',
    '$relatedQuery',
    '$fetchGraph',
    '$loadRelated',
    'raw',
  ]);
  readonly #dialects = new WeakMap<Tracer, ObjectionDialect>();

  models(tracer: Tracer): readonly Model[] {
    return this.#dialect(tracer).models.models;
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    if (isOnTheWay(chain, context)) return undefined;
    const dialect = this.#dialect(context.tracer);
    const scope: Scope = { at: context.at, names: new Map() };
    const found = dialect.find(chain, scope);
    if (!found) return this.#raw(chain, scope, dialect, context);
    const { start } = found;
    if (!isWholeQuery(chain, found, context)) return undefined;
    const reader = this.#reader(dialect, start.model, context, chain.range);
    if (/^\$(?:fetchGraph|loadRelated)$/.test(start.method)) {
      return fetchGraph(reader, { dialect, model: start.model, link: chain.links[start.link] as Link, scope });
    }
    const query = dialect.build(found, reader);
    if (!query || !isSent(chain, query, context)) return undefined;
    applyHelpers(query, chain, context);
    query.nameRange = nameRangeIn(query, chain);
    return callOfQuery(query, chain);
  }

  readRow({ model, chain, link }: RowAccess, context: CallContext): OrmCall | undefined {
    const called = chain.links[link];
    if (!called?.arguments) return undefined;
    const dialect = this.#dialect(context.tracer);
    const scope: Scope = { at: context.at, names: new Map() };
    const reader = this.#reader(dialect, model, context, chain.range);
    if (/^\$(?:fetchGraph|loadRelated)$/.test(called.name)) {
      return fetchGraph(reader, { dialect, model, link: called, scope });
    }
    if (!/^\$(?:relatedQuery|query)$/.test(called.name)) return undefined;
    const query = dialect.builder(chain, { model, link, method: called.name }, scope, reader);
    return query && callOfQuery(query, chain);
  }

  /** `Post.raw('…')` is awaited seldom. */
  #raw(chain: ChainValue, scope: Scope, dialect: ObjectionDialect, context: CallContext): OrmCall | undefined {
    const [link] = chain.links;
    if (link?.name !== 'raw' || !link.arguments || !context.use?.isAwaited) return undefined;
    const origin = context.tracer.traceLinks(chain, 0, context.at);
    const model = origin.kind === 'class' ? dialect.models.of(origin.class) : undefined;
    if (!model) return undefined;
    const reader = this.#reader(dialect, model, context, chain.range);
    const given = link.arguments.map((value): Located => ({ value, scope }));
    return rawCall(this.library, reader, link, rawSql(reader, given[0], given.slice(1)));
  }

  #dialect(tracer: Tracer): ObjectionDialect {
    const known = this.#dialects.get(tracer);
    if (known) return known;
    const dialect = new ObjectionDialect(tracer);
    this.#dialects.set(tracer, dialect);
    return dialect;
  }

  #reader(dialect: ObjectionDialect, model: Model, context: CallContext, range: TextRange): Reader {
    const { mapName, hasUnknownMapper } = detailsOf(model);
    const reader = new Reader(context.tracer, mapName, dialect, { uri: context.at.file.uri, range });
    if (hasUnknownMapper) reader.note('Names are changed by wrapIdentifier, which is not read.');
    return reader;
  }
}

/** A builder in a constant is sent where that is awaited; one with an alias or a text is none that is sent. */
function isSent(chain: ChainValue, query: KnexQuery, { use }: CallContext): boolean {
  if (query.alias !== undefined || chain.links.some(({ name }) => /^(?:toSQL|toString|toQuery|toNative)$/.test(name)))
    return false;
  if (query instanceof ObjectionQuery && query.owner?.of.kind === 'reference') return false;
  return use?.binding === undefined || use.isAwaited === true;
}

function callOfQuery(query: KnexQuery, chain: ChainValue): OrmCall {
  const call = callOf('objection', query, chain);
  if (!(query instanceof ObjectionQuery)) return call;
  const { reader, model, unknownMethod } = query;
  if (unknownMethod !== undefined) reader.unknown(`What ${unknownMethod}() does is not known.`);
  const sent = statementsOf(query);
  return {
    ...call,
    operation: operationOf(query, call.operation),
    isMany: query.method === 'select' ? call.isMany && !query.isFirst : call.isMany,
    model,
    loads: pathsOf(query.graph),
    ...selectsOf(query),
    hasLimit: query.limit !== undefined,
    statements: reader.isUnknown ? [] : generated(sent, reader.places),
    equals: [...ownerEquals(query), ...query.equals].map(({ property, value }) => ({
      property: propertyOf(model, property),
      value,
    })),
    isOnlyEquals: call.isOnlyEquals && (query.owner === undefined || ownerEquals(query).length > 0),
    notes: [...reader.notes],
  };
}

function operationOf(query: ObjectionQuery, operation: OrmCall['operation']): OrmCall['operation'] {
  switch (query.task.kind) {
    case 'result size':
      return 'count';
    case 'relate':
      return query.owner?.association.through ? 'insert' : 'update';
    case 'unrelate':
      return query.owner?.association.through ? 'delete' : 'update';
    case 'graph':
      return query.task.isUpsert ? 'upsert' : 'insert';
    default:
      return operation === 'find' && query.isFirst ? 'find one' : operation;
  }
}

function selectsOf(query: ObjectionQuery): { readonly selects?: readonly string[] } {
  if (query.method !== 'select' || selectsAll(query)) return {};
  const names = query.columns.map((each) => selectionOf(each.sql)?.name);
  return names.every((name) => name !== undefined)
    ? { selects: names.map((name) => propertyOf(query.model, name)) }
    : {};
}

/** `post.$relatedQuery('comments')` compares post_id with post.id. */
function ownerEquals({ owner }: ObjectionQuery): readonly { readonly property: string; readonly value: Value }[] {
  if (!owner?.values || owner.association.through) return [];
  const { values, association, model, of } = owner;
  const isKey = of.kind === 'rows' || ownColumns(association).join() === detailsOf(model).idColumns.join();
  const columns = relatedColumns(association);
  return isKey && columns.length === values.length
    ? columns.flatMap((property, i) => (values[i] ? [{ property, value: values[i] }] : []))
    : [];
}

function propertyOf(model: Model, column: string): string {
  return model.columns.find((each) => each.column === column)?.property ?? column;
}

/** `post.$fetchGraph('comments.author')`: the relations of a row that is there. */
function fetchGraph(
  reader: Reader,
  {
    dialect,
    model,
    link,
    scope,
  }: { readonly dialect: ObjectionDialect; readonly model: Model; readonly link: Link; readonly scope: Scope },
): OrmCall | undefined {
  const [value] = link.arguments ?? [];
  const nodes = value && graphOf(reader, reader.expression({ value, scope }));
  if (!nodes) return undefined;
  const query = new ObjectionQuery(reader, model, dialect.models);
  query.addGraph(nodes);
  return {
    library: 'objection',
    operation: 'load',
    isMany: true,
    model,
    loads: pathsOf(nodes),
    hasLimit: false,
    equals: [],
    isOnlyEquals: false,
    statements: fetched(query).map(({ sql }) => statementOf(sql, reader.places)),
    notes: [...reader.notes],
    nameRange: link.range,
  };
}
