import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import { rowExpression } from '../knex/rows';
import type { Located, Scope } from '../knex/scope';
import { setUpdates } from '../knex/writes';
import { joined, sql } from '../support/sql-text';
import { type GraphNode, graphOf } from './graph';
import { addedByHooks } from './hooks';
import { joinAll, rootOf } from './joined';
import type { ModelClass } from './model-classes';
import type { ObjectionQuery } from './query';
import { listOf } from './related';

type Step = (query: ObjectionQuery, given: readonly Expression[], context: Context) => void;

interface Context {
  readonly link: Link;
  readonly located: readonly Located[];
  readonly scope: Scope;
}

/** Adds what a method of objection's own adds; false when it is knex's or nobody's. */
export function applyObjectionLink(query: ObjectionQuery, link: Link, scope: Scope): boolean {
  if (link.arguments === undefined) return false;
  const located = link.arguments.map((value): Located => ({ value, scope }));
  if (applyOwnMethod(query, link, located)) return true;
  const step = Object.hasOwn(steps, link.name) ? steps[link.name] : undefined;
  if (!step && !silent.has(link.name)) return false;
  step?.(
    query,
    located.map((each) => query.reader.expression(each)),
    { link, located, scope },
  );
  return true;
}

/** A method of the program's own builder: `static QueryBuilder = PostsQuery` with `published() { return this.where(…) }`. */
function applyOwnMethod(query: ObjectionQuery, { name }: Link, given: readonly Located[]): boolean {
  const { known, details, reader } = query;
  const callable = known.classes.builderMethod(details.modelClass, name, reader);
  if (callable) reader.call(callable, given, query);
  return callable !== undefined;
}

/** Methods that change nothing in the SQL. */
const silent = new Set(
  `throwIfNotFound castTo context mergeContext runBefore runAfter onError skipUndefined allowGraph debug findOptions traverse
  traverseAsync pick omit transacting timeout childQueryOf internalOptions resultModelClass toKnexQuery execute modelClass
  withGraphOptions bindKnex onBuildKnex mapJson`.split(/\s+/),
);

const first: Step = (query, _given, { link }) => {
  query.isFirst = true;
  query.nameRange = link.range;
};

const findById: Step = (query, [id], { link, located }) => {
  query.isFirst = true;
  query.nameRange = link.range;
  const { idColumns } = query.details;
  if (id === undefined) return;
  const values = id.kind === 'array' ? id.elements.map((each) => query.reader.expression(each)) : [id];
  const parts = idColumns.map((column, i) => {
    const value = values[i] ?? { kind: 'runtime' as const, source: 'id', range: id.range, isArray: false };
    const single = located[0] && idColumns.length === 1 ? located[0].value : undefined;
    if (single) query.equals.push({ property: column, value: single });
    return sql`${query.column(column)} = ${query.reader.parameter(value)}`;
  });
  if (parts.length > 1) query.isOnlyEquals = false;
  query.wheres.push({ bool: 'and', sql: joined(parts, ' and ') });
};

const findByIds: Step = (query, [ids], { link }) => {
  const { idColumns } = query.details;
  query.nameRange = link.range;
  query.isOnlyEquals = false;
  if (ids)
    query.wheres.push({
      bool: 'and',
      sql: sql`${query.columnsSql(idColumns)} in ${listOf(query, ids, idColumns.length)}`,
    });
};

const insert: Step = (query, _given, { link, located }) => {
  query.method = 'insert';
  query.nameRange = link.range;
  query.insert = located[0] && rowExpression(query.reader, located[0]);
  query.addedColumns = addedByHooks(query, '$beforeInsert', link.range);
  query.returning ??= joined(
    query.details.idColumns.map((column) => [query.reader.quoted(column)]),
    ', ',
  );
};

const patch: Step = (query, _given, { link, located }) => {
  query.nameRange = link.range;
  setUpdates(query, located.slice(0, 1));
  query.addedColumns = addedByHooks(query, '$beforeUpdate', link.range);
};

const patchById: Step = (query, given, context) => {
  const { located } = context;
  patch(query, given.slice(1), { ...context, located: located.slice(1) });
  findById(query, given, { ...context, located });
  query.task = { kind: 'update and fetch', id: given[0] };
};

const patchAndFetch: Step = (query, given, context) => {
  patch(query, given, context);
  query.task = { kind: 'update and fetch', id: undefined };
};

const remove: Step = (query, _given, { link }) => {
  query.method = 'del';
  query.nameRange = link.range;
};

const counter =
  (sign: '+' | '-'): Step =>
  (query, [column, amount], { link }) => {
    query.method = 'update';
    query.nameRange = link.range;
    const name = column?.kind === 'literal' ? query.columnOf(String(column.value)) : undefined;
    if (name === undefined || !amount) query.reader.unknown('The column that is counted is known at run time only.');
    else
      query.updates.push({
        column: name,
        value: sql`${query.reader.quoted(name)} ${sign} ${query.reader.parameter(amount)}`,
      });
  };

/** page(2, 20) → LIMIT 20 OFFSET 40 */
const page: Step = (query, [number, size], { link }) => {
  query.task = { kind: 'range' };
  query.nameRange = link.range;
  if (!number || !size) return;
  query.limit = query.reader.parameter(size);
  query.offset = computed(number, size, (a, b) => a * b, '*');
};

const range: Step = (query, [from, to], { link }) => {
  query.task = { kind: 'range' };
  query.nameRange = link.range;
  if (!from || !to) return;
  query.limit = computed(to, from, (a, b) => a - b + 1, '-');
  const isZero = from.kind === 'literal' && !from.value;
  query.offset = isZero ? undefined : query.reader.parameter(from);
};

function computed(
  a: Expression,
  b: Expression,
  by: (a: number, b: number) => number,
  sign: string,
): ObjectionQuery['limit'] {
  if (a.kind === 'literal' && b.kind === 'literal') {
    const constant = by(Number(a.value), Number(b.value));
    return constant === 0 ? undefined : [{ source: String(constant), constant, range: a.range }];
  }
  const source = (each: Expression): string => ('source' in each ? each.source : '…');
  return [{ source: `${source(a)} ${sign} ${source(b)}`, range: a.range }];
}

const withGraph =
  (isJoined: boolean): Step =>
  (query, [expression, options], { link }) => {
    const nodes = expression && graphOf(query.reader, expression);
    if (!nodes) {
      query.reader.note('Relations that are chosen at run time are not included.');
      return;
    }
    query.addGraph(nodes);
    query.isJoined = isJoined;
    query.nameRange ??= link.range;
    const operation = option(query, options, 'joinOperation');
    if (operation?.kind === 'literal')
      query.joinType = String(operation.value).replace(/Join$/, '').replace('Outer', ' outer');
    const aliases = option(query, options, 'aliases');
    if (aliases?.kind === 'object') query.aliases = texts(query, aliases);
  };

function option(query: ObjectionQuery, options: Expression | undefined, name: string): Expression | undefined {
  const entry = options?.kind === 'object' ? options.entries.find(({ key }) => key === name) : undefined;
  return entry && query.reader.expression(entry.value);
}

function texts(query: ObjectionQuery, object: Expression & { kind: 'object' }): ReadonlyMap<string, string> {
  return new Map(
    object.entries.flatMap(({ key, value }) => {
      const text = query.reader.expression(value);
      return text.kind === 'literal' ? [[key, String(text.value)] as const] : [];
    }),
  );
}

const joinRelated =
  (joinType: string): Step =>
  (query, [expression, options]) => {
    const nodes = expression && graphOf(query.reader, expression);
    if (!nodes) {
      query.reader.note('A join that is added at run time is not included.');
      return;
    }
    const alias = option(query, options, 'alias');
    const [only] = nodes;
    const named = alias?.kind === 'literal' && typeof alias.value === 'string' ? alias.value : undefined;
    const all = nodes.length === 1 && only && named ? [{ ...only, name: named }] : nodes;
    joinAll(query, rootOf(query), all, joinType);
  };

const steps: Readonly<Record<string, Step>> = {
  first,
  findById,
  findByIds,
  findOne: (query, _given, { link, scope }) => {
    query.isFirst = true;
    query.apply({ ...link, name: 'where' }, scope);
    query.nameRange = link.range;
  },
  insert,
  insertAndFetch: (query, given, context) => {
    insert(query, given, context);
    query.task = { kind: 'insert and fetch' };
  },
  patch,
  update: patch,
  patchAndFetchById: patchById,
  updateAndFetchById: patchById,
  patchAndFetch,
  updateAndFetch: patchAndFetch,
  delete: remove,
  del: remove,
  deleteById: (query, given, context) => {
    findById(query, given, context);
    remove(query, given, context);
    query.isFirst = false;
  },
  increment: counter('+'),
  decrement: counter('-'),
  resultSize: (query, _given, { link }) => {
    query.task = { kind: 'result size' };
    query.nameRange = link.range;
  },
  page,
  range,
  relate: (query, [ids], { link }) => {
    query.task = { kind: 'relate', ids, range: link.range };
    query.nameRange = link.range;
  },
  unrelate: (query, _given, { link }) => {
    query.task = { kind: 'unrelate' };
    query.nameRange = link.range;
  },
  insertGraph: (query, given, context) => graphWrite(query, given, context, false),
  insertGraphAndFetch: (query, given, context) => graphWrite(query, given, context, false),
  upsertGraph: (query, given, context) => graphWrite(query, given, context, true),
  upsertGraphAndFetch: (query, given, context) => graphWrite(query, given, context, true),
  withGraphFetched: withGraph(false),
  withGraphJoined: withGraph(true),
  eager: withGraph(false),
  joinEager: withGraph(true),
  modifyGraph: (query, [path, modifier]) => {
    const nodes = path && graphOf(query.reader, path);
    if (nodes && modifier) query.graphModifiers.push({ path: nodes, modifier });
    else query.reader.note('What modifyGraph adds at run time is not included.');
  },
  clearWithGraph: (query) => {
    query.graph = [];
  },
  joinRelated: joinRelated('inner'),
  innerJoinRelated: joinRelated('inner'),
  leftJoinRelated: joinRelated('left'),
  leftOuterJoinRelated: joinRelated('left outer'),
  rightJoinRelated: joinRelated('right'),
  rightOuterJoinRelated: joinRelated('right outer'),
  outerJoinRelated: joinRelated('outer'),
  fullOuterJoinRelated: joinRelated('full outer'),
  // As they were called before version 2.
  joinRelation: joinRelated('inner'),
  innerJoinRelation: joinRelated('inner'),
  leftJoinRelation: joinRelated('left'),
  leftOuterJoinRelation: joinRelated('left outer'),
  alias: (query, [name]) => {
    if (name?.kind === 'literal') query.tableAlias = String(name.value);
  },
  modify: (query, [modifier], { located }) => {
    if (modifier) modifyBy(query, modifier, located.slice(1));
  },
  applyModifier: (query, given) => applyAll(query, given),
  applyFilter: (query, given) => applyAll(query, given),
  modifiers: (query, [object]) => {
    if (object?.kind !== 'object') return;
    const own = object.entries.map(({ key, value }) => [key, query.reader.expression(value)] as const);
    query.ownModifiers = new Map([...query.ownModifiers, ...own]);
  },
  onBuild: (query, [callback]) => {
    if (callback?.kind === 'callable') query.reader.call(callback.callable, [query], query);
  },
  for: (query, [rows], { located }) => {
    const { owner } = query;
    if (!owner || !rows) return;
    const related = rows.kind === 'query' && isQuery(rows.query) ? rows.query : undefined;
    const [only] = located;
    const isOne = rows.kind === 'runtime' && !rows.isArray && only !== undefined;
    const of = related ? { kind: 'query' as const, query: related } : { kind: 'ids' as const, ids: rows };
    query.owner = { ...owner, of, ...(isOne ? { values: [only.value] } : {}) };
  },
  whereComposite: (query, given, context) => {
    const [columns, operator, values] = given;
    if (columns?.kind !== 'array') query.apply({ ...context.link, name: 'where' }, context.scope);
    else composite(query, columns, values ?? operator);
  },
  whereInComposite: (query, _given, { link, scope }) => {
    query.apply({ ...link, name: 'whereIn' }, scope);
  },
};

function composite(
  query: ObjectionQuery,
  columns: Expression & { kind: 'array' },
  values: Expression | undefined,
): void {
  const list = values?.kind === 'array' ? values.elements : [];
  const names = query.reader.names(columns.elements);
  const parts = names.map((name, i) => {
    const value = list[i];
    const range = values?.range ?? columns.range;
    return sql`${name} = ${value ? query.reader.parameter(query.reader.expression(value)) : [{ source: 'key', range }]}`;
  });
  query.isOnlyEquals = false;
  query.wheres.push({ bool: query.takeBool(), sql: sql`(${joined(parts, ' and ')})` });
}

function isQuery(value: object): value is ObjectionQuery {
  return 'model' in value && 'graph' in value;
}

function graphWrite(query: ObjectionQuery, given: readonly Expression[], context: Context, isUpsert: boolean): void {
  insert(query, given, context);
  const relate = option(query, given[1], 'relate');
  const isRelating = relate !== undefined && !(relate.kind === 'literal' && !relate.value);
  query.task = { kind: 'graph', isUpsert, isRelating, data: given[0] };
}

function applyAll(query: ObjectionQuery, modifiers: readonly Expression[]): void {
  for (const modifier of modifiers) modifyBy(query, modifier, []);
}

/** `modify('published')`, `modify(['a', 'b'])`, `modify((query) => …, argument)` */
export function modifyBy(query: ObjectionQuery, modifier: Expression, rest: readonly Located[]): void {
  const { reader } = query;
  if (modifier.kind === 'callable') reader.call(modifier.callable, [query, ...rest], query);
  else if (modifier.kind === 'array') {
    for (const each of modifier.elements) modifyBy(query, reader.expression(each), rest);
  } else if (modifier.kind === 'literal' && typeof modifier.value === 'string') {
    const named = query.ownModifiers.get(modifier.value) ?? modelModifier(query, modifier.value);
    if (named) modifyBy(query, named, rest);
    else reader.note(`The modifier ${modifier.value} of ${query.model.name} is not known.`);
  } else if (modifier.kind !== 'literal') reader.note('A modifier that is chosen at run time is not included.');
}

/** `static modifiers = { ...Base.modifiers, published(query) { … } }`; `namedFilters` of older versions */
function modelModifier(query: ObjectionQuery, name: string): Expression | undefined {
  const { classes } = query.known;
  let at: ModelClass | undefined = query.details.modelClass;
  for (let depth = 0; at && depth < 10; depth++, at = classes.above(at)) {
    for (const member of ['modifiers', 'namedFilters']) {
      const found = classes.staticValue(at, member);
      const all = found && query.reader.expression({ value: found.value, scope: { at: found.at, names: new Map() } });
      const entry = all?.kind === 'object' ? all.entries.find(({ key }) => key === name) : undefined;
      if (entry) return query.reader.expression(entry.value);
    }
  }
  return undefined;
}

/** What a relation expression and modifyGraph ask of a relation's rows; `path` leads to them. */
export function modifyNode(
  root: ObjectionQuery,
  query: ObjectionQuery,
  node: GraphNode,
  path: readonly string[],
): void {
  query.ownModifiers = root.ownModifiers;
  for (const name of node.modifiers) {
    modifyBy(query, { kind: 'literal', value: name, source: name, range: node.range }, []);
  }
  for (const { path: asked, modifier } of root.graphModifiers) {
    if (endsAt(asked, path)) modifyBy(query, modifier, []);
  }
}

/** `[comments.author, tags]` ends at ['comments', 'author'] and at ['tags']. */
function endsAt(nodes: readonly GraphNode[], [first, ...rest]: readonly string[]): boolean {
  const node = nodes.find(({ name }) => name === first);
  if (!node) return false;
  return rest.length === 0 ? node.children.length === 0 : endsAt(node.children, rest);
}
