import { prefixOf, propertyOf } from '../../facts/value-access';
import type { ChainValue, Link } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin, Tracer } from '../../resolve/origin';
import { functionSql, KnexDialect, refSql } from '../knex/dialect';
import type { Expression, SubQuery } from '../knex/expression';
import { applyStep, type Found, findBuilder } from '../knex/found';
import { applyLinks } from '../knex/links';
import { KnexQuery } from '../knex/query';
import { rawSql } from '../knex/raw';
import type { Dialect, Reader } from '../knex/reader';
import type { Located, Scope, Target } from '../knex/scope';
import { joined, type SqlText, sql } from '../support/sql-text';
import { detailsOf, ObjectionModels } from './models';
import type { Owner } from './owner';
import { ObjectionQuery } from './query';
import { ownColumns } from './related';

/** Where a chain begins to build, and of which model. */
export interface ModelStart {
  readonly model: Model;
  readonly link: number;
  /** `Post.query()`, `Post.relatedQuery('comments')`, `post.$query()`, `post.$relatedQuery('comments')`, `Post.knexQuery()`. */
  readonly method: string;
}

const ofClass = new Set(['query', 'relatedQuery', 'knexQuery']);
const ofRow = new Set(['$query', '$relatedQuery', '$fetchGraph', '$loadRelated']);

/** Objection's functions and builders, and knex's. */
export class ObjectionDialect implements Dialect {
  readonly models: ObjectionModels;
  readonly #knex: KnexDialect;

  constructor(private readonly tracer: Tracer) {
    this.models = new ObjectionModels(tracer);
    this.#knex = new KnexDialect(tracer);
  }

  newQuery(reader: Reader): Target & SubQuery {
    return new KnexQuery(reader);
  }

  start(chain: ChainValue, scope: Scope): ModelStart | undefined {
    // Of `Post.query().findById(1).$query()` the row's own query is the one that is sent.
    for (let link = chain.links.length - 1; link >= 0; link--) {
      const { name, arguments: given } = chain.links[link] as Link;
      if (given === undefined || !ofRow.has(name)) continue;
      const origin = this.tracer.traceLinks(chain, link, scope.at);
      // Only rows of objection have these methods: a name says enough.
      const model = this.rowModel(origin) ?? (origin.kind === 'class' ? undefined : this.#called(chain, link));
      if (model) return { model, link, method: name };
    }
    for (const [link, { name, arguments: given }] of chain.links.entries()) {
      if (given === undefined || !ofClass.has(name)) continue;
      const origin = this.tracer.traceLinks(chain, link, scope.at);
      const model = this.modelOf(origin, scope) ?? this.#named(origin, chain, link);
      if (model) return { model, link, method: name };
    }
    return undefined;
  }

  /** `app.models.tags.query()`, where nothing says what `models` is and one model alone is called so. */
  #named(origin: Origin, chain: ChainValue, link: number): Model | undefined {
    if (!/^(?:unknown|member|global|parameter)$/.test(origin.kind)) return undefined;
    return (chain.links[link]?.arguments?.length ?? 0) < 2 ? this.#called(chain, link) : undefined;
  }

  #called({ root, links }: ChainValue, link: number): Model | undefined {
    const name = link === 0 ? root : links[link - 1]?.name;
    return typeof name === 'string' ? this.models.called(name) : undefined;
  }

  /** The model that a class is; also one that is bound: `Post.bindKnex(knex)`, the parameter of `transaction(Post, (Post) => …)`. */
  modelOf(origin: Origin, scope: Scope, depth = 0): Model | undefined {
    if (depth > 4) return undefined;
    if (origin.kind === 'class') return this.models.of(origin.class);
    if (
      origin.kind === 'call' &&
      origin.callee.kind === 'member' &&
      /^bind(?:Knex|Transaction)$/.test(origin.callee.name)
    ) {
      return this.modelOf(origin.callee.of, scope, depth + 1);
    }
    if (
      origin.kind === 'call' &&
      origin.callee.kind === 'function' &&
      origin.callee.function.name.endsWith('bindKnex')
    ) {
      const { chain, at } = origin;
      return this.modelOf(this.tracer.traceLinks(chain, chain.links.length - 1, at), scope, depth + 1);
    }
    return origin.kind === 'parameter' ? this.#boundModel(origin, scope) : undefined;
  }

  /** `transaction(Post, Comment, async (Post, Comment) => …)` */
  #boundModel(origin: Origin & { kind: 'parameter' }, scope: Scope): Model | undefined {
    const { function: facts, file, index } = origin;
    const parent = facts.parent;
    const use = facts.callback && parent !== undefined ? file.functions[parent]?.uses[facts.callback.use] : undefined;
    const link = use?.chain.links.findIndex((each) => each.arguments);
    const value = use && link !== undefined ? use.chain.links[link]?.arguments?.[index] : undefined;
    if (!use || value?.kind !== 'chain' || parent === undefined) return undefined;
    const isTransaction =
      use.chain.root === 'transaction' || use.chain.links.some(({ name }) => name === 'transaction');
    return isTransaction ? this.modelOf(this.tracer.trace(value, { file, function: parent }), scope, 1) : undefined;
  }

  /** The model of one row, by where it comes from: a query for one, an element of one for many, a typed parameter. */
  rowModel(origin: Origin, depth = 0): Model | undefined {
    if (depth > 6) return undefined;
    switch (origin.kind) {
      case 'instance':
        return origin.of.kind === 'class' ? this.models.of(origin.of.class) : undefined;
      case 'element':
        return this.rowModel(origin.of, depth + 1);
      case 'member': {
        const model = this.rowModel(origin.of, depth + 1);
        const association = model?.associations.find(({ name }) => name === origin.name);
        if (association) return this.models.target(association);
        return /^\d+$|^results$/.test(origin.name) ? model : undefined;
      }
      case 'call':
        return this.#modelOfCall(origin);
      default:
        return undefined;
    }
  }

  #modelOfCall({ chain, at }: Origin & { kind: 'call' }): Model | undefined {
    const scope: Scope = { at, names: new Map() };
    const start = this.start(chain, scope);
    if (!start) return undefined;
    const association = this.#association(chain, start);
    return association ? this.models.target(association) : start.model;
  }

  #association(chain: ChainValue, { model, link, method }: ModelStart) {
    if (!/relatedQuery$/i.test(method)) return undefined;
    const [name] = chain.links[link]?.arguments ?? [];
    return name?.kind === 'literal' ? model.associations.find((each) => each.name === name.value) : undefined;
  }

  find(chain: ChainValue, scope: Scope): Found<ModelStart> | undefined {
    return findBuilder(this.tracer, chain, scope, (each, at) => this.start(each, at));
  }

  /** With what is added where a function's result goes on. */
  build({ chain, start, scope, steps }: Found<ModelStart>, reader: Reader): KnexQuery | undefined {
    const query = this.builder(chain, start, scope, reader);
    if (query) for (const step of steps) applyStep(query, step, reader);
    return query;
  }

  /** The builder with every method applied. */
  builder(chain: ChainValue, start: ModelStart, scope: Scope, reader: Reader): KnexQuery | undefined {
    const query = this.begin(chain, start, reader);
    if (query) applyLinks(query, chain, start.link + 1, scope, reader);
    return query;
  }

  begin(chain: ChainValue, start: ModelStart, reader: Reader): KnexQuery | undefined {
    const { model, method } = start;
    const link = chain.links[start.link] as Link;
    if (method === 'knexQuery') {
      const query = new KnexQuery(reader);
      const { tableName } = detailsOf(model);
      query.table = { kind: 'literal', value: tableName, source: tableName, range: link.range };
      return query;
    }
    const association = this.#association(chain, start);
    const target = association && this.models.target(association);
    if (/relatedQuery$/i.test(method) && !target) return undefined;
    const query = new ObjectionQuery(reader, target ?? model, this.models);
    query.nameRange = link.range;
    if (association) query.owner = this.#owner(query, model, association, prefixOf(chain, start.link), method);
    if (method === '$query') this.#ofInstance(query, prefixOf(chain, start.link), link);
    return query;
  }

  #owner(
    query: ObjectionQuery,
    model: Model,
    association: Owner['association'],
    before: ChainValue,
    method: string,
  ): Owner {
    if (method === 'relatedQuery') {
      const around = query.parents.findLast((each) => each.details.tableName === detailsOf(model).tableName);
      return { model, association, of: { kind: 'reference', table: around?.tableRef ?? detailsOf(model).tableName } };
    }
    const row = typeof before.root === 'string' ? before.root : 'row';
    const names = ownColumns(association).map((column) => `${row}.${column}`);
    const parameters = names.map((source): SqlText => [{ source, range: before.range }]);
    const list = parameters.length === 1 ? (parameters[0] ?? []) : sql`(${joined(parameters, ', ')})`;
    const values = ownColumns(association).map((name) => propertyOf(before, name));
    return { model, association, of: { kind: 'rows', values: sql`(${list})` }, values };
  }

  #ofInstance(query: ObjectionQuery, before: ChainValue, link: Link): void {
    const row = typeof before.root === 'string' ? before.root : 'row';
    query.isOfInstance = true;
    query.isFirst = true;
    for (const column of query.details.idColumns) {
      const parameter = { source: `${row}.${column}`, range: link.range };
      query.wheres.push({ bool: 'and', sql: sql`${query.column(column)} = ${[parameter]}` });
    }
  }

  expression(chain: ChainValue, scope: Scope, reader: Reader): Expression | undefined {
    const own = this.#function(chain, scope, reader);
    if (own) return { kind: 'sql', sql: own, range: chain.range };
    const found = this.find(chain, scope);
    if (!found || found.start.method === '$fetchGraph') return this.#knex.expression(chain, scope, reader);
    const query = this.build(found, reader);
    return query && { kind: 'query', query, range: chain.range };
  }

  /** raw('count(*)'), ref('posts.id'), fn.coalesce(…), val(1), Post.raw(…), Post.ref('id') */
  #function(chain: ChainValue, scope: Scope, reader: Reader): SqlText | undefined {
    const [first, second] = chain.links;
    if (!first || chain.links.length > 6) return undefined;
    const origin = this.tracer.traceLinks(chain, 0, scope.at);
    const args = (link: Link): Located[] => (link.arguments ?? []).map((value) => ({ value, scope }));
    if (origin.kind === 'package' && /^objection(?:\/|$)/.test(origin.package)) {
      const path = [...origin.path];
      const links = [...chain.links];
      while (links[0] && links[0].arguments === undefined && links[0].name !== '')
        path.push((links.shift() as Link).name);
      const call = links[0];
      if (!call?.arguments) return undefined;
      const name = call.name === '' ? path.at(-1) : call.name;
      if (name === 'raw')
        return aliased(reader, rawSql(reader, args(call)[0], bindingsOf(args(call).slice(1))), links.slice(1), scope);
      if (name === 'ref') return refSql(reader, args(call)[0], links.slice(1), scope);
      if (name === 'val') {
        const [value] = args(call);
        return value && aliased(reader, reader.parameter(reader.expression(value)), links.slice(1), scope);
      }
      if (path.includes('fn')) return functionOfSql(reader, call, args(call), links.slice(1), scope);
      return undefined;
    }
    const called = first.arguments ? first : second;
    if (!called || (called.name !== 'raw' && called.name !== 'ref')) return undefined;
    const model = origin.kind === 'class' ? this.models.of(origin.class) : undefined;
    if (!model || called !== first) return undefined;
    if (called.name === 'raw') return rawSql(reader, args(called)[0], bindingsOf(args(called).slice(1)));
    const [column] = args(called);
    const name = column && reader.expression(column);
    const rest = chain.links.slice(1);
    if (name?.kind !== 'literal') return undefined;
    const table = detailsOf(model).tableName;
    return aliased(reader, [reader.quoted(`${table}.${String(name.value)}`)], rest, scope);
  }
}

/** objection's raw takes its bindings one by one as well as in a list. */
function bindingsOf(given: readonly Located[]): readonly Located[] {
  const [first] = given;
  if (!first || given.length === 1) {
    const isList = first?.value.kind === 'array' || first?.value.kind === 'object';
    if (!first || isList) return given;
  }
  const elements = given.map(({ value }) => ({ value }));
  return [{ scope: first.scope, value: { kind: 'array', elements, range: first.value.range } }];
}

function aliased(reader: Reader, text: SqlText | undefined, links: readonly Link[], scope: Scope): SqlText | undefined {
  const [name] = links.find((link) => link.name === 'as')?.arguments ?? [];
  const alias = name && reader.expression({ value: name, scope });
  if (!text || alias?.kind !== 'literal') return text;
  return sql`${text} as ${reader.quoted(String(alias.value))}`;
}

/** fn('coalesce', a, b), fn.lower(ref('a')), fn.now() */
function functionOfSql(
  reader: Reader,
  call: Link,
  given: readonly Located[],
  links: readonly Link[],
  scope: Scope,
): SqlText | undefined {
  if (call.name === 'now') return functionSql(call);
  const named = call.name === '' ? given[0] && reader.expression(given[0]) : undefined;
  const name = named?.kind === 'literal' ? String(named.value) : call.name;
  const values = given.slice(named ? 1 : 0).map((each) => reader.parameter(reader.expression(each)));
  return aliased(reader, sql`${name}(${joined(values, ', ')})`, links, scope);
}
