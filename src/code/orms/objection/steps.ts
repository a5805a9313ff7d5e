import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import type { Located, Scope } from '../knex/scope';
import { joined, sql } from '../support/sql-text';
import { findById, findByIds, first, page, range } from './find-steps';
import { graphOf } from './graph';
import { joinRelated, withGraph } from './graph-steps';
import { modifyBy } from './modifiers';
import type { ObjectionQuery } from './query';
import type { Step } from './step';
import { counter, graphWrite, insert, patch, patchAndFetch, patchById, remove } from './write-steps';

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
  const callable = known.classes.builderMethod(details.modelClass, name);
  if (callable) reader.call(callable, given, query);
  return callable !== undefined;
}

/** Methods that change nothing in the SQL. */
const silent = new Set(
  `throwIfNotFound castTo context mergeContext runBefore runAfter onError skipUndefined allowGraph debug findOptions traverse
  traverseAsync pick omit transacting timeout childQueryOf internalOptions resultModelClass toKnexQuery execute modelClass
  withGraphOptions bindKnex onBuildKnex mapJson`.split(/\s+/),
);

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

function applyAll(query: ObjectionQuery, modifiers: readonly Expression[]): void {
  for (const modifier of modifiers) modifyBy(query, modifier, []);
}
