import { isCall } from '../../facts/value-access';
import type { ChainValue, Link } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import type { SqlText } from '../support/sql-text';
import { withoutCall } from './called';
import type { Expression, SubQuery } from './expression';
import { applyStep, type Found, findBuilder } from './found';
import { type Instance, Instances } from './instances';
import { applyLinks } from './links';
import { KnexQuery } from './query';
import { rawSql } from './raw';
import type { Dialect, Reader } from './reader';
import type { Located, Scope, Target } from './scope';

/** Where a chain begins to build: the instance in front, and the link that makes the builder or the raw SQL. */
export interface Start {
  readonly instance: Instance;
  readonly link: number;
}

/** Methods of an instance that make a builder. */
const starting = new Set(
  `from table select column columns distinct distinctOn with withRecursive withMaterialized withNotMaterialized withSchema
  insert into update del delete queryBuilder first where count max min avg sum union unionAll intersect except`.split(
    /\s+/,
  ),
);
const others = new Set(['raw', 'ref', 'fn', 'batchInsert', 'schema']);

export class KnexDialect implements Dialect {
  readonly instances: Instances;

  constructor(private readonly tracer: Tracer) {
    this.instances = new Instances(tracer);
  }

  newQuery(reader: Reader): Target & SubQuery {
    return new KnexQuery(reader);
  }

  /** `knex('posts')`, `this.knex.select(…)`, `db.withSchema('x')`, `knex.raw(…)` */
  start(chain: ChainValue, scope: Scope): Start | undefined {
    if (chain.isNew) return undefined;
    for (let link = 0; link < Math.min(chain.links.length, 6); link++) {
      const each = chain.links[link] as Link;
      const instance = this.#instanceBefore(chain, link, each, scope);
      if (instance) return { instance, link };
    }
    return undefined;
  }

  #instanceBefore(chain: ChainValue, link: number, each: Link, scope: Scope): Instance | undefined {
    const isCalled = isTableCall(chain, link);
    if (each.name === '' && each.arguments) return this.instances.of(chain, link, scope.at, isCalled);
    if (starting.has(each.name) || others.has(each.name)) {
      const before = this.instances.of(chain, link, scope.at, each.name === 'raw' || each.name === 'select');
      if (before) return before;
    }
    // `this.knex('posts')`: a property that is called.
    if (each.arguments === undefined || each.arguments.length === 0) return undefined;
    const read = withoutCall(chain, link);
    return this.instances.of(read, read.links.length, scope.at, isCalled);
  }

  expression(chain: ChainValue, scope: Scope, reader: Reader): Expression | undefined {
    const found = this.find(chain, scope);
    if (!found) return undefined;
    const first = found.chain.links[found.start.link] as Link;
    if (found.steps.length === 0 && (first.name === 'raw' || first.name === 'ref' || first.name === 'fn')) {
      const text = special(reader, chain, found.start.link, scope);
      return text && { kind: 'sql', sql: text, range: chain.range };
    }
    const query = this.build(found, reader);
    return query && { kind: 'query', query, range: chain.range };
  }

  find(chain: ChainValue, scope: Scope): Found<Start> | undefined {
    return findBuilder(this.tracer, chain, scope, (each, at) => this.start(each, at));
  }

  /** The builder with every method applied that is one of a builder; undefined when it starts something else. */
  build({ chain, start, scope, steps }: Found<Start>, reader: Reader): KnexQuery | undefined {
    const first = chain.links[start.link] as Link;
    if (others.has(first.name)) return undefined;
    const query = new KnexQuery(reader);
    query.nameRange = first.range;
    if (chain.open) reader.note('What is added in a loop or at run time is not included.');
    const isTable = first.name === '' || !starting.has(first.name);
    query.apply(isTable ? { ...first, name: 'from' } : first, scope);
    applyLinks(query, chain, start.link + 1, scope, steps.length === 0 ? reader : undefined);
    for (const step of steps) applyStep(query, step, reader);
    return query;
  }
}

/** `db('posts').where(…)`: what is called with a table's name and goes on as a builder. */
function isTableCall(chain: ChainValue, link: number): boolean {
  const [first] = chain.links[link]?.arguments ?? [];
  return first !== undefined && (first.kind === 'literal' || first.kind === 'object' || first.kind === 'chain');
}

/** `knex.raw('now()')`, `knex.ref('posts.id').as('postId')`, `knex.fn.now()` */
function special(reader: Reader, chain: ChainValue, at: number, scope: Scope): SqlText | undefined {
  const first = chain.links[at] as Link;
  const given = (first.arguments ?? []).map((value): Located => ({ value, scope }));
  const rest = chain.links.slice(at + 1);
  if (first.name === 'raw') return rawSql(reader, given[0], given.slice(1));
  if (first.name === 'fn') return functionSql(rest[0]);
  return refSql(reader, given[0], rest, scope);
}

/** `knex.fn.now(3)` → `CURRENT_TIMESTAMP(3)` */
export function functionSql(link: Link | undefined): SqlText | undefined {
  if (!link || !isCall(link)) return undefined;
  if (link.name === 'uuid') return ['(gen_random_uuid())'];
  if (link.name !== 'now') return undefined;
  const [precision] = link.arguments;
  return precision?.kind === 'literal' ? [`CURRENT_TIMESTAMP(${precision.value})`] : ['CURRENT_TIMESTAMP'];
}

/** `ref('posts.id')`, `.withSchema('blog')`, `.as('postId')` */
export function refSql(
  reader: Reader,
  name: Located | undefined,
  rest: readonly Link[],
  scope: Scope,
): SqlText | undefined {
  const expression = name && reader.expression(name);
  if (expression?.kind !== 'literal') return undefined;
  let text = String(expression.value);
  let behind = '';
  for (const link of rest) {
    const [value] = link.arguments ?? [];
    const given = value && reader.expression({ value, scope });
    if (given?.kind !== 'literal') continue;
    if (link.name === 'withSchema') text = `${given.value}.${text}`;
    if (link.name === 'as') behind = ` as ${reader.quoted(String(given.value))}`;
  }
  return [`${reader.quoted(text)}${behind}`];
}
