import type { ChainValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { sql } from '../support/sql-text';
import { packages, sqlalchemyModels } from './models';
import { addedLater, modelNamed, Query, selectIn } from './query';
import { changeOf, readAdd, readWrite } from './writes';

const sending: ReadonlySet<string> = new Set(['execute', 'scalars', 'scalar', 'stream', 'stream_scalars']);
const ones = /^(?:first|one|one_or_none|scalar|scalar_one|scalar_one_or_none|scalars_one)$/;
const ends =
  /^(?:all|unique|first|one|one_or_none|scalar|scalars|scalar_one|scalar_one_or_none|count|get|partitions|mappings|fetchall|yield_per)$/;

/** Declarative models: `session.scalars(select(Post).where(…))`, `session.query(Post).filter_by(…)`, `session.get(Post, 1)`. */
export const sqlalchemy: Orm = {
  library: 'sqlalchemy',
  packages,
  methods: new Set([...sending, 'query', 'get', 'add', 'add_all']),
  models: sqlalchemyModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  if (context.at.file.languageId !== 'python' || context.models.of('sqlalchemy').length === 0) return undefined;
  for (const [index, link] of chain.links.entries()) {
    const [first, second] = link.arguments ?? [];
    if (sending.has(link.name) && first) return readSent(chain, index, first, context);
    if (/^add(?:_all)?$/.test(link.name) && isSession(chain, index)) return readAdd(link, context);
    if (link.name === 'get' && first && second) {
      const model = modelNamed(first, context);
      return model && readGet(model, second, link.range, context);
    }
    if (link.name === 'query') return readQuery(chain, index, context);
  }
  return undefined;
}

/** `session.add`, `db.session.add`, `self.session.add`: not a set's. */
function isSession({ root, links }: ChainValue, index: number): boolean {
  return /session$|^(?:db|s)$/i.test(index === 0 ? String(root) : (links[index - 1]?.name ?? ''));
}

/** `session.scalars(select(Post).where(…)).all()`, `session.execute(update(Post)…)` */
function readSent(chain: ChainValue, index: number, statement: Value, context: CallContext): OrmCall | undefined {
  const link = chain.links[index];
  if (!link || statement.kind !== 'chain') return undefined;
  const write = readWrite(link, statement, context);
  if (write) return write;
  const selected = selectIn(statement);
  if (!selected) return undefined;
  const query = new Query(selected.entities, context);
  for (const step of selected.steps) query.step(step);
  // `select(func.now())`, or a table that is no model of the program.
  if (!query.root) return undefined;
  if (statement.open) query.notes.push(addedLater);
  const rest = chain.links.slice(index + 1).map(({ name }) => name);
  const isMany = link.name !== 'scalar' && !rest.some((name) => ones.test(name));
  const operation = operationOf(selected.entities) ?? (isMany ? 'find' : 'find one');
  const call = query.call(operation, isMany && operation !== 'count', link.range);
  // Rows of execute() are tuples.
  const isModel = /scalar/.test(link.name) || rest.some((name) => /^scalar/.test(name));
  return isModel ? call : { ...call, model: undefined };
}

/** `select(func.count())` */
function operationOf([only, ...more]: readonly Value[]): OrmCall['operation'] | undefined {
  const isFunction = only?.kind === 'chain' && only.root === 'func' && more.length === 0;
  if (!isFunction) return undefined;
  return only.links[0]?.name === 'count' ? 'count' : 'aggregate';
}

function readGet(model: Model, key: Value, range: OrmCall['nameRange'], context: CallContext): OrmCall | undefined {
  const column = model.columns.find(({ isPrimaryKey }) => isPrimaryKey);
  if (!column) return undefined;
  const query = new Query([model], context);
  const entries = [{ key: column.property, keyRange: key.range, value: key }];
  query.step({ name: 'filter_by', range, arguments: [{ kind: 'object', entries, range: key.range }] });
  return query.call('find one', false, range);
}

/** `session.query(Post).filter(…).order_by(…).all()`, and Flask's `Post.query`. */
function readQuery(chain: ChainValue, index: number, context: CallContext): OrmCall | undefined {
  const begun = chain.links[index];
  const own = begun?.arguments ? undefined : { ...chain, links: chain.links.slice(0, index) };
  const entities = begun?.arguments ?? (own && modelNamed(own, context) ? [own] : []);
  const query = new Query(entities, context);
  if (!begun || entities.length === 0) return undefined;
  let last = begun;
  let isOne = false;
  if (chain.open) query.notes.push(addedLater);
  for (const link of chain.links.slice(index + 1)) {
    if (!link.arguments) return undefined;
    last = link;
    const { model } = query;
    if (link.name === 'get' && link.arguments[0])
      return model && readGet(model, link.arguments[0], link.range, context);
    if (link.name === 'count' && query.root) {
      const text = sql`SELECT count(*) AS count_1 FROM (${query.rows()}) AS anon_1`;
      return query.call('count', false, link.range, text);
    }
    if (/^(?:delete|update)$/.test(link.name)) return model && changeOf(query, model, link);
    if (link.name === 'first') {
      query.limit ??= 1;
      isOne = true;
      break;
    }
    if (ones.test(link.name)) {
      isOne = true;
      break;
    }
    if (!ends.test(link.name)) query.step(link);
  }
  if (!query.root) return undefined;
  const operation = operationOf(entities) ?? (isOne ? 'find one' : 'find');
  return query.call(operation, !isOne && operation !== 'count', last.range);
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
  const query = new Query([target], context);
  const isOwn = association.kind === 'belongsTo';
  const source = `${isOwn ? association.foreignKey[0] : association.referenced[0]} of ${model.name}`;
  query.relatedTo(association, target, [{ source, range: touched.range }]);
  return query.call('load', /Many$/.test(association.kind), touched.range);
}
