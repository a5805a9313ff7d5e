import type { ChainValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { sql } from '../support/sql-text';
import { packages, sqlalchemyModels } from './models';
import { modelOfClass, Query, quote } from './query';

const sending: ReadonlySet<string> = new Set(['execute', 'scalars', 'scalar', 'stream', 'stream_scalars']);
const ones = /^(?:first|one|one_or_none|scalar|scalar_one|scalar_one_or_none|scalars_one)$/;
const ends =
  /^(?:all|unique|first|one|one_or_none|scalar|scalars|scalar_one|scalar_one_or_none|count|get|partitions|mappings|fetchall|yield_per)$/;

/** Declarative models: `session.scalars(select(Post).where(…))`, `session.query(Post).filter_by(…)`, `session.get(Post, 1)`. */
export const sqlalchemy: Orm = {
  library: 'sqlalchemy',
  packages,
  methods: new Set([...sending, 'query', 'get']),
  models: sqlalchemyModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  if (context.at.file.languageId !== 'python' || context.models.of('sqlalchemy').length === 0) return undefined;
  for (const [index, link] of chain.links.entries()) {
    const [first, second] = link.arguments ?? [];
    if (sending.has(link.name) && first) return readSelect(chain, index, first, context);
    if (link.name === 'get' && first && second) {
      const model = modelOf(first, context);
      return model && readGet(model, second, link.range, context);
    }
    if (link.name === 'query') {
      // `session.query(Post)`, and Flask's `Post.query`.
      const own = link.arguments ? undefined : { ...chain, links: chain.links.slice(0, index) };
      const model = link.arguments?.length === 1 && first ? modelOf(first, context) : own && modelOf(own, context);
      return model && readQuery(chain, index + 1, model, context);
    }
  }
  return undefined;
}

function modelOf(value: Value, context: CallContext): Model | undefined {
  const origin = value.kind === 'chain' ? context.trace(value) : undefined;
  return origin?.kind === 'class' ? modelOfClass(origin.class.nameRange.start, origin.file.uri, context) : undefined;
}

/** `session.scalars(select(Post).where(…)).all()` */
function readSelect(chain: ChainValue, index: number, statement: Value, context: CallContext): OrmCall | undefined {
  const link = chain.links[index];
  if (!link || statement.kind !== 'chain') return undefined;
  const start = statement.links.findIndex(
    ({ name }, i) => name === 'select' || (i === 0 && name === '' && statement.root === 'select'),
  );
  const given = statement.links[start]?.arguments ?? [];
  const [first] = given;
  const model = given.length === 1 && first ? modelOf(first, context) : undefined;
  if (start < 0 || !model) return undefined;
  const query = new Query(model, context);
  for (const step of statement.links.slice(start + 1)) query.step(step);
  if (statement.open) query.notes.push('Conditions added at run time are not included.');
  const rest = chain.links.slice(index + 1).map(({ name }) => name);
  const isMany = link.name !== 'scalar' && !rest.some((name) => ones.test(name));
  const call = query.call(isMany ? 'find' : 'find one', isMany, link.range);
  // Rows of execute() are tuples.
  const isModel = /scalar/.test(link.name) || rest.some((name) => /^scalar/.test(name));
  return isModel ? call : { ...call, model: undefined };
}

function readGet(model: Model, key: Value, range: OrmCall['nameRange'], context: CallContext): OrmCall | undefined {
  const column = model.columns.find(({ isPrimaryKey }) => isPrimaryKey);
  if (!column) return undefined;
  const query = new Query(model, context);
  const entries = [{ key: column.property, keyRange: key.range, value: key }];
  query.step({ name: 'filter_by', range, arguments: [{ kind: 'object', entries, range: key.range }] });
  return query.call('find one', false, range);
}

/** `session.query(Post).filter(…).order_by(…).all()` */
function readQuery(chain: ChainValue, from: number, model: Model, context: CallContext): OrmCall | undefined {
  const query = new Query(model, context);
  let last = chain.links[from - 1];
  if (chain.open) query.notes.push('Conditions added at run time are not included.');
  for (const link of chain.links.slice(from)) {
    if (!link.arguments || !last) return undefined;
    last = link;
    if (link.name === 'get' && link.arguments[0]) return readGet(model, link.arguments[0], link.range, context);
    if (link.name === 'count') {
      const text = sql`SELECT count(*) AS count_1 FROM (${query.rows()}) AS anon_1`;
      return query.call('count', false, link.range, text);
    }
    if (/^(?:delete|update)$/.test(link.name)) {
      query.unknown(`${link.name}() is not read.`);
      return query.call(link.name === 'delete' ? 'delete' : 'update', true, link.range);
    }
    if (link.name === 'first') return query.call('find one', false, link.range, query.rows(1));
    if (ones.test(link.name)) return query.call('find one', false, link.range);
    if (!ends.test(link.name)) query.step(link);
  }
  return last && query.call('find', true, last.range);
}

/** `post.author`, `post.comments`: loaded when they are touched. */
function readRow({ model, chain, link, loaded }: RowAccess, context: CallContext): OrmCall | undefined {
  const touched = chain.links[link];
  const association = model.associations.find(({ name }) => name === touched?.name);
  const target = association && context.models.target(model, association);
  if (model.library !== 'sqlalchemy' || !touched || touched.arguments || !association?.isLazy || !target)
    return undefined;
  if (loaded.includes(association.name)) return undefined;
  // `post.comments.append(comment)` and its like.
  if (/^(?:append|remove|extend)$/.test(chain.links[link + 1]?.name ?? '')) return undefined;
  const query = new Query(target, context);
  const isOwn = association.kind === 'belongsTo';
  const column = quote((isOwn ? association.referenced[0] : association.foreignKey[0]) ?? '');
  const key = {
    source: `${isOwn ? association.foreignKey[0] : association.referenced[0]} of ${model.name}`,
    range: touched.range,
  };
  if (association.through) query.unknown(`How ${association.name} is loaded is not read.`);
  else query.where.push(sql`${quote(target.table)}.${column} = ${[key]}`);
  return query.call('load', /Many$/.test(association.kind), touched.range);
}
