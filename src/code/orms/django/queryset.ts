import { entry, isTrue, numberOf, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { OrmCall } from '../orm';
import { type SqlText, statementsOf } from '../support/sql-text';
import { addedLater } from './conditions';
import { namesIn, type Query } from './query';
import { annotate, selectValues } from './values';
import { aggregated, combine, counted } from './whole';
import { bulkInsert, bulkUpdate, insert, remove, update, updateOrCreate } from './writes';

/** `afirst` and its like are the same, waited for. */
const asyncNames =
  /^a(?=(?:get|first|last|count|exists|create|delete|update|get_or_create|update_or_create|bulk_create|bulk_update|in_bulk|aggregate|iterator|latest|earliest)$)/;

/** A queryset as it is written: what begins it, and its steps. */
export interface Written {
  /** The same query again, before its steps; `prefix`: of the aliases where it stands in another statement. */
  make(prefix?: string): Query;
  readonly links: readonly Link[];
  readonly chain: ChainValue;
}

/** What a queryset asks for, sent by its last step or when its rows are read; undefined when it is none. */
export function readSteps({ make, links, chain }: Written): OrmCall | undefined {
  const query = make();
  let last: Link | undefined;
  for (const [index, link] of links.entries()) {
    if (!link.arguments) {
      if (!/^\d+$/.test(link.name) || !last) return undefined;
      query.limit = 1;
      if (link.name !== '0') query.offset = Number(link.name);
      return finish(query, 'find one', false, last);
    }
    const again = (prefix?: string) => {
      const same = make(prefix);
      for (const before of links.slice(0, index)) step(same, before);
      return same;
    };
    const ended = terminal(query, { ...link, name: link.name.replace(asyncNames, '') }, chain, again);
    if (ended === 'no query') return undefined;
    if (ended) return ended;
    step(query, link);
    if (link.name !== 'slice') last = link;
  }
  if (chain.open) query.notes.push(addedLater);
  return last && finish(query, 'find', true, last);
}

/** A queryset that is no call of its own: `post__in=Post.objects.filter(…)`. */
export function readQueryset({ make, links, chain }: Written, prefix: string | undefined): Query | undefined {
  const query = make(prefix);
  if (links.length === 0 || links.some((link) => !link.arguments || isTerminal(link.name))) return undefined;
  for (const link of links) step(query, link);
  if (chain.open) query.notes.push(addedLater);
  return query;
}

function isTerminal(name: string): boolean {
  return /^a?(?:get|first|last|count|exists|create|delete|update|aggregate|get_or_create|update_or_create|bulk_create|bulk_update|in_bulk|latest|earliest)$/.test(
    name,
  );
}

function finish(query: Query, operation: OrmCall['operation'], isMany: boolean, { range }: Link): OrmCall {
  const rows = query.isUnknown ? [] : [{ sql: query.rows() }, ...query.followUps()];
  return query.call({ operation, isMany, nameRange: range, statements: statementsOf(rows) });
}

function step(query: Query, link: Link): void {
  const values = link.arguments ?? [];
  switch (link.name) {
    case 'all':
    case 'using':
    case 'iterator':
      return;
    case 'only':
    case 'defer':
      narrow(query, link);
      return;
    case 'select_for_update':
      lock(query, values.at(-1));
      return;
    case 'filter':
      query.filter(values, false);
      return;
    case 'exclude':
      query.filter(values, true);
      return;
    case 'order_by':
      query.order = values;
      if (values.some(({ kind }) => kind === 'runtime' || kind === 'array'))
        query.unknown('The order is decided at run time.');
      return;
    case 'reverse':
      query.isReversed = !query.isReversed;
      return;
    case 'distinct':
      distinct(query, values);
      return;
    case 'annotate':
    case 'alias':
      annotate(query, values, link.name === 'annotate');
      return;
    case 'select_related':
    case 'prefetch_related':
      for (const value of values) related(query, link, value);
      return;
    case 'values':
    case 'values_list':
      selectValues(query, values);
      return;
    case 'union':
    case 'intersection':
    case 'difference':
      combine(query, link);
      return;
    case 'slice':
      slice(query, values);
      return;
    default:
      query.unknown(`${link.name}() is not read.`);
  }
}

/** `only('title')`, `defer('body')`: the key is always read. */
function narrow(query: Query, { name, arguments: values = [] }: Link): void {
  const names = namesIn(values);
  const found = names?.map((each) => query.tables.resolve(each));
  if (!found?.every((one) => one?.isOwn && one.rest === undefined)) {
    query.unknown(`The fields of ${name}() are not read.`);
    return;
  }
  const properties = new Set(found.map((one) => one?.property));
  query.only = query.model.columns
    .filter(({ property, isPrimaryKey }) => isPrimaryKey || properties.has(property) === (name === 'only'))
    .map(({ property }) => property);
}

/** `select_for_update(skip_locked=True, of=('self',))` */
function lock(query: Query, options: Value | undefined): void {
  const tables = entry(options, 'of');
  const names = tables?.kind === 'array' ? namesIn(tables.elements.map(({ value }) => value)) : [];
  const aliases = names?.map((name) => (name === 'self' ? query.alias : query.tables.related(name)?.at(-1)?.alias));
  if (!aliases?.every((alias) => alias !== undefined)) {
    query.unknown('What is locked is not read.');
    return;
  }
  const of = aliases.length === 0 ? '' : ` OF ${aliases.join(', ')}`;
  const wait = isTrue(entry(options, 'nowait'))
    ? ' NOWAIT'
    : isTrue(entry(options, 'skip_locked'))
      ? ' SKIP LOCKED'
      : '';
  query.lock = `FOR ${isTrue(entry(options, 'no_key')) ? 'NO KEY ' : ''}UPDATE${of}${wait}`;
}

function distinct(query: Query, values: readonly Value[]): void {
  const found = namesIn(values)?.map((name) => query.tables.resolve(name));
  if (!found?.every((one) => one && one.rest === undefined)) query.unknown('DISTINCT ON is not read.');
  const columns = (found ?? []).flatMap((one) => (one ? [one.text] : []));
  query.distinct = [values.length === 0 ? 'DISTINCT ' : `DISTINCT ON (${columns.join(', ')}) `];
}

/** `'author'`, `Prefetch('comments', queryset=…)` */
function related(query: Query, link: Link, value: Value): void {
  const name = stringOf(value);
  const call = value.kind === 'chain' ? value.links.at(-1) : undefined;
  const isPrefetch = value.kind === 'chain' && (value.root === 'Prefetch' || call?.name === 'Prefetch');
  const path = stringOf(call?.arguments?.[0]) ?? stringOf(entry(call?.arguments?.at(-1), 'lookup'));
  if (name !== undefined && link.name === 'select_related') query.select(name, link.range);
  else if (name !== undefined) query.prefetch(name, link.range);
  else if (isPrefetch && path !== undefined) {
    const options = call?.arguments?.findLast((one) => one.kind === 'object');
    const second = call?.arguments?.[1];
    const queryset = entry(options, 'queryset') ?? (second === options ? undefined : second);
    const before = query.loads.length;
    query.prefetch(path, link.range, queryset);
    // Under another name, the relation itself is not loaded.
    if (entry(options, 'to_attr')) query.loads.length = before;
  } else query.notes.push('Relations named at run time are not included.');
}

function slice(query: Query, [start, end]: readonly Value[]): void {
  const first = start?.kind === 'literal' && start.value === undefined ? undefined : start;
  const [from, to] = [numberOf(first) ?? 0, numberOf(end)];
  if (first && numberOf(first) === undefined) {
    query.offset = first;
    if (end) query.limit = end;
    return;
  }
  if (from > 0) query.offset = from;
  if (end) query.limit = to === undefined ? end : to - from;
}

type Again = (prefix?: string) => Query;

function terminal(query: Query, link: Link, chain: ChainValue, again: Again): OrmCall | 'no query' | undefined {
  const values = link.arguments ?? [];
  const { range } = link;
  const one = (operation: OrmCall['operation'], text: () => SqlText, isMany = false) => {
    const sent = query.isUnknown
      ? []
      : [{ sql: text() }, ...(isMany || operation === 'find one' ? query.followUps() : [])];
    return query.call({ operation, isMany, nameRange: range, statements: statementsOf(sent) });
  };
  // Without a condition that is not known it would be another statement: one of all rows.
  if (/^(?:update|delete)$/.test(link.name) && (chain.open || query.notes.includes(addedLater))) query.isUnknown = true;
  switch (link.name) {
    case 'get':
      query.filter(values, false);
      query.order = [];
      return one('find one', () => query.rows(21));
    case 'first':
    case 'last':
      if (link.name === 'last') query.isReversed = !query.isReversed;
      return one('find one', () => query.rows(1, true));
    case 'latest':
    case 'earliest':
      query.order = values;
      if (link.name === 'latest') query.isReversed = !query.isReversed;
      return one('find one', () => query.rows(1));
    case 'count':
      return one('count', () => counted(query));
    case 'exists':
    case 'contains':
      return one('exists', () => query.exists());
    case 'aggregate':
      return one('aggregate', () => aggregated(query, values));
    case 'create':
      return insert(query, link);
    case 'get_or_create':
      query.filter(values.map(withoutDefaults), false);
      query.order = [];
      query.notes.push('The INSERT that follows where nothing is found is not shown.');
      return one('upsert', () => query.rows(21));
    case 'update_or_create':
      query.filter(values.map(withoutDefaults), false);
      return updateOrCreate(query, link);
    case 'bulk_create':
      return bulkInsert(query, link);
    case 'bulk_update':
      return bulkUpdate(query, link);
    case 'update':
      return update(query, link, again);
    case 'delete':
      if (chain.links.at(-1)?.range.start !== range.start) return 'no query';
      return remove(query, link, again);
    case 'in_bulk':
      if (values.length > 0) query.filter([named('pk__in', values[0])], false);
      return one('find', () => query.rows(), true);
    case 'add':
    case 'remove':
    case 'set':
    case 'clear':
    case 'raw':
    case 'as_manager':
    case 'none':
      return 'no query';
    default:
      return undefined;
  }
}

function named(key: string, value: Value | undefined): Value {
  const range = value?.range ?? { start: 0, end: 0 };
  return { kind: 'object', entries: value ? [{ key, keyRange: range, value }] : [], range };
}

function withoutDefaults(value: Value): Value {
  if (value.kind !== 'object') return value;
  return { ...value, entries: value.entries.filter(({ key }) => !/^(?:create_)?defaults$/.test(String(key))) };
}
