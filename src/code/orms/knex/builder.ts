import type { Link } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import {
  addAggregate,
  addColumns,
  addGroups,
  addJsonColumn,
  addOrder,
  addWindow,
  isAggregate,
  isJsonColumn,
  isWindow,
} from './columns';
import { applyCondition, applyModifier, isCondition } from './conditions';
import type { Expression } from './expression';
import { applyJoin, isJoin, rawOf } from './joins';
import { statementSql } from './predicates';
import type { KnexQuery } from './query';
import { rowExpression } from './rows';
import type { Located, Scope } from './scope';
import { addCounters, setReturning, setUpdates } from './writes';

type Step = (query: KnexQuery, given: readonly Located[], link: Link) => void;

/** Methods that change nothing in the SQL. */
const silent = new Set(
  `transacting connection timeout debug queryContext options on once comment hintComment
  withUserParams`.split(/\s+/),
);

/** A name that only builders have as a method, or that they have too: `where`, `leftJoin`, `first`. */
export function isBuilderMethod(name: string): boolean {
  const isOwn = name !== '' && Object.hasOwn(steps, name);
  return isOwn || isCondition(name) || isJoin(name) || isAggregate(name) || isWindow(name) || isJsonColumn(name);
}

/** Adds what one method of the builder adds; false when knex's builder has no such method. */
export function applyLink(query: KnexQuery, link: Link, scope: Scope): boolean {
  const { name } = link;
  if (link.arguments === undefined) return flag(query, name);
  const given = link.arguments.map((value): Located => ({ value, scope }));
  if (isCondition(name)) return applyCondition(query, name, given);
  if (isJoin(name)) applyJoin(query, name, given);
  else if (isAggregate(name)) {
    query.nameRange = link.range;
    addAggregate(query, name, given);
  } else if (isWindow(name)) addWindow(query, name, given);
  else if (isJsonColumn(name)) addJsonColumn(query, name, given);
  else if (Object.hasOwn(steps, name)) steps[name]?.(query, given, link);
  else return silent.has(name);
  return true;
}

/** `.or.where(…)`, `.not.where(…)`, `.and` */
function flag(query: KnexQuery, name: string): boolean {
  if (name === 'or') query.setBool('or');
  else if (name === 'not') query.setNot();
  else return name === 'and';
  return true;
}

const table: Step = (query, [first, second]) => {
  if (first) query.table = query.reader.expression(first);
  const options = second && query.reader.expression(second);
  if (options?.kind === 'object') query.only = options.entries.some(({ key }) => key === 'only');
};

const columns: Step = (query, given) => addColumns(query, given);

const remove: Step = (query, [returning], { range }) => {
  query.method = 'del';
  query.nameRange = range;
  if (returning) setReturning(query, query.reader.expression(returning));
};

const modify: Step = (query, given) => applyModifier(query, given);

const steps: Readonly<Record<string, Step>> = {
  table,
  from: table,
  into: table,
  '': table,
  fromRaw: (query, [text, ...bindings]) => {
    const raw = text && rawOf(query.reader, text, bindings);
    if (raw) query.table = { kind: 'sql', sql: raw, range: text.value.range };
    else query.reader.unknown('The table is known at run time only.');
  },
  withSchema: (query, [schema]) => {
    const name = schema && query.reader.expression(schema);
    if (name?.kind === 'literal') query.schema = name.value === undefined ? undefined : String(name.value);
    else query.reader.note('The schema is known at run time only.');
  },
  as: (query, [alias]) => {
    const name = alias && query.reader.expression(alias);
    if (name?.kind === 'literal') query.alias = String(name.value);
  },
  select: columns,
  column: columns,
  columns,
  distinct: (query, given) => {
    query.isDistinct = true;
    addColumns(query, given);
  },
  distinctOn: (query, given) => {
    query.distinctOn = joined(query.reader.names(given), ', ');
  },
  first: (query, given, { range }) => {
    addColumns(query, given);
    query.method = 'first';
    query.nameRange = range;
    query.limit = [{ source: '1', constant: 1, range }];
  },
  pluck: (query, given, { range }) => {
    query.method = 'pluck';
    query.nameRange = range;
    addColumns(query, given);
  },
  limit: (query, [value]) => {
    const given = value && query.reader.expression(value);
    if (given && !(given.kind === 'literal' && Number.isNaN(Number(given.value ?? 'none')))) {
      query.limit = query.reader.parameter(given);
    }
  },
  offset: (query, [value]) => {
    const given = value && query.reader.expression(value);
    const isNone = given === undefined || (given.kind === 'literal' && !Number(given.value));
    query.offset = isNone ? undefined : query.reader.parameter(given);
  },
  groupBy: (query, given) => addGroups(query, given),
  groupByRaw: (query, [text, ...bindings]) => pushRaw(query, query.groups, text, bindings),
  orderBy: (query, given) => addOrder(query, given),
  orderByRaw: (query, [text, ...bindings]) => pushRaw(query, query.orders, text, bindings),
  modify,
  clone: () => {},
  with: (query, given) => addWith(query, given),
  withRecursive: (query, given) => addWith(query, given, { isRecursive: true }),
  withMaterialized: (query, given) => addWith(query, given, { how: 'materialized ' }),
  withNotMaterialized: (query, given) => addWith(query, given, { how: 'not materialized ' }),
  union: (query, given) => addUnions(query, 'union', given),
  unionAll: (query, given) => addUnions(query, 'union all', given),
  intersect: (query, given) => addUnions(query, 'intersect', given),
  except: (query, given) => addUnions(query, 'except', given),
  forUpdate: (query, given) => setLock(query, 'for update', given),
  forShare: (query, given) => setLock(query, 'for share', given),
  forNoKeyUpdate: (query, given) => setLock(query, 'for no key update', given),
  forKeyShare: (query, given) => setLock(query, 'for key share', given),
  skipLocked: (query) => {
    query.waitMode = 'skip locked';
  },
  noWait: (query) => {
    query.waitMode = 'nowait';
  },
  insert: (query, [values, returning], { range }) => {
    query.method = 'insert';
    query.nameRange = range;
    query.insert = values && rowExpression(query.reader, values);
    if (returning) setReturning(query, query.reader.expression(returning));
  },
  onConflict: (query, given) => {
    query.onConflict = { target: conflictTarget(query, given[0] && query.reader.expression(given[0])) };
  },
  ignore: () => {},
  merge: (query, [updates]) => {
    const given = updates && query.reader.expression(updates);
    query.onConflict = { target: query.onConflict?.target, merge: given ? { updates: given } : {} };
  },
  update: (query, given, { range }) => {
    query.nameRange = range;
    setUpdates(query, given);
  },
  increment: (query, given, { range }) => {
    query.nameRange = range;
    addCounters(query, '+', given);
  },
  decrement: (query, given, { range }) => {
    query.nameRange = range;
    addCounters(query, '-', given);
  },
  updateFrom: (query, [name]) => {
    query.updateFrom = name && query.reader.name(query.reader.expression(name));
  },
  using: (query, given) => {
    query.using = query.reader.names(given);
  },
  returning: (query, [names]) => {
    if (names) setReturning(query, query.reader.expression(names));
  },
  del: remove,
  delete: remove,
  truncate: (query, [name], { range }) => {
    query.method = 'truncate';
    query.nameRange = range;
    if (name) query.table = query.reader.expression(name);
  },
  columnInfo: (query, _given, { range }) => {
    query.method = 'columnInfo';
    query.nameRange = range;
  },
  clear: (query, [what]) => {
    const part = what && query.reader.expression(what);
    if (part?.kind === 'literal') clear(query, String(part.value));
  },
  clearSelect: (query) => clear(query, 'select'),
  clearWhere: (query) => clear(query, 'where'),
  clearOrder: (query) => clear(query, 'order'),
  clearGroup: (query) => clear(query, 'group'),
  clearHaving: (query) => clear(query, 'having'),
  clearCounters: (query) => query.counters.clear(),
};

function pushRaw(query: KnexQuery, list: SqlText[], text: Located | undefined, bindings: readonly Located[]): void {
  const raw = text && rawOf(query.reader, text, bindings);
  if (raw) list.push(raw);
  else query.reader.note('An order or a group that is chosen at run time is not included.');
}

/** with('recent', builder), with('recent', ['id', 'title'], raw), with('recent', (qb) => …) */
function addWith(
  query: KnexQuery,
  given: readonly Located[],
  { how = '', isRecursive = false }: { how?: string; isRecursive?: boolean } = {},
): void {
  const { reader } = query;
  const [alias, second, third] = given.map((each) => reader.expression(each));
  const body = third ?? second;
  const name = alias && reader.name(alias);
  const statement = body && statementSql(reader, body);
  if (name === undefined || statement === undefined) {
    reader.unknown('A common table expression is known at run time only.');
    return;
  }
  const names = third && second?.kind === 'array' ? sql`(${joined(reader.names(second.elements), ', ')})` : '';
  query.withs.push({ isRecursive, sql: sql`${name}${names} as ${how}(${statement})` });
}

/** union(builder, …), union([builder, …], true), union((qb) => …) */
function addUnions(query: KnexQuery, clause: string, given: readonly Located[]): void {
  const { reader } = query;
  const all = given.map((each) => reader.expression(each));
  const last = all.at(-1);
  const hasWrap = last?.kind === 'literal' && typeof last.value === 'boolean';
  const wrap = hasWrap && last.value === true;
  const parts = (hasWrap ? all.slice(0, -1) : all).flatMap((each): Expression[] =>
    each.kind === 'array' ? each.elements.map((element) => reader.expression(element)) : [each],
  );
  for (const part of parts) {
    const text = statementSql(reader, part);
    if (text) query.unions.push({ clause, sql: text, wrap });
    else reader.note('A part of the UNION is known at run time only and not included.');
  }
}

function setLock(query: KnexQuery, lock: string, given: readonly Located[]): void {
  const tables = query.reader.names(given.filter(({ value }) => value.kind !== 'chain'));
  query.lock = tables.length > 0 ? sql`${lock} of ${joined(tables, ', ')}` : [lock];
}

function conflictTarget(query: KnexQuery, target: Expression | undefined): SqlText | undefined {
  if (target === undefined) return undefined;
  if (target.kind === 'sql') return target.sql;
  const name = query.reader.name(target);
  if (name) return sql`(${name})`;
  query.reader.unknown('The columns of the conflict are known at run time only.');
  return undefined;
}

function clear(query: KnexQuery, part: string): void {
  if (part === 'select' || part === 'columns') query.columns = [];
  else if (part === 'with') query.withs = [];
  else if (part === 'join') query.joins = [];
  else if (part === 'union') query.unions = [];
  else if (part === 'where') {
    query.wheres = [];
    query.equals = [];
    query.isOnlyEquals = true;
  } else if (part === 'group') query.groups = [];
  else if (part === 'order') query.orders = [];
  else if (part === 'having') query.havings = [];
  else if (part === 'limit') query.limit = undefined;
  else if (part === 'offset') query.offset = undefined;
  else if (part.startsWith('counter')) query.counters.clear();
}
