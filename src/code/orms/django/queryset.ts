import { numberOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { OrmCall } from '../orm';
import { joined, type SqlText, sql, statementsOf } from '../support/sql-text';
import { parameter, quote } from './lookups';
import { addedLater, columnOf, namesIn, type Query } from './query';

/** `afirst` and its like are the same, waited for. */
const asyncNames =
  /^a(?=(?:get|first|last|count|exists|create|delete|update|get_or_create|update_or_create|bulk_create|in_bulk|aggregate|iterator)$)/;

/** Reads the steps of a queryset from link `from` on; undefined when it is none. */
export function readSteps(query: Query, chain: ChainValue, from: number): OrmCall | undefined {
  let last: Link | undefined;
  for (let index = from; index < chain.links.length; index++) {
    const link = chain.links[index];
    if (!link) break;
    if (!link.arguments) {
      if (!/^\d+$/.test(link.name) || !last) return undefined;
      query.limit = 1;
      if (link.name !== '0') query.offset = Number(link.name);
      return finish(query, 'find one', false, last);
    }
    const ended = terminal(query, { ...link, name: link.name.replace(asyncNames, '') }, chain);
    if (ended === 'no query') return undefined;
    if (ended) return ended;
    step(query, link);
    if (link.name !== 'slice') last = link;
  }
  if (chain.open) query.notes.push(addedLater);
  return last && finish(query, 'find', true, last);
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
    case 'only':
    case 'defer':
    case 'select_for_update':
      if (/only|defer|for_update/.test(link.name)) query.unknown(`${link.name}() is not read.`);
      return;
    case 'filter':
      query.filter(values, false);
      return;
    case 'exclude':
      query.filter(values, true);
      return;
    case 'order_by': {
      const names = namesIn(values);
      if (names) query.order = names;
      else query.unknown('The order is decided at run time.');
      return;
    }
    case 'reverse':
      query.isReversed = !query.isReversed;
      return;
    case 'distinct':
      query.isDistinct = true;
      if (values.length > 0) query.unknown('DISTINCT ON is not read.');
      return;
    case 'select_related':
    case 'prefetch_related': {
      for (const value of values) {
        const [name] = namesIn([value]) ?? [];
        if (name === undefined) query.notes.push('Relations named at run time are not included.');
        else if (link.name === 'select_related') query.select(name, link.range);
        else query.prefetch(name, link.range);
      }
      return;
    }
    case 'values':
    case 'values_list': {
      const names = namesIn(values.filter(({ kind }) => kind !== 'object'));
      const found = names?.map((name) => query.resolve(name, 'LEFT OUTER'));
      if (!found || found.some((one) => !one || one.rest !== undefined)) query.unknown('The columns are not known.');
      query.columns =
        found && found.length > 0
          ? found.flatMap((one) => one?.column ?? [])
          : query.model.columns.map(({ column }) => `${query.alias}.${quote(column)}`);
      return;
    }
    case 'slice': {
      const [start, end] = values;
      const first = start?.kind === 'literal' && start.value === undefined ? undefined : start;
      const [from, to] = [numberOf(first) ?? 0, numberOf(end)];
      if (first && numberOf(first) === undefined) {
        query.offset = first;
        if (end) query.limit = end;
      } else {
        if (from > 0) query.offset = from;
        if (end) query.limit = to === undefined ? end : to - from;
      }
      return;
    }
    default:
      query.unknown(`${link.name}() is not read.`);
  }
}

function terminal(query: Query, link: Link, chain: ChainValue): OrmCall | 'no query' | undefined {
  const values = link.arguments ?? [];
  const { range } = link;
  const one = (operation: OrmCall['operation'], text: () => SqlText, isMany = false) =>
    query.call({
      operation,
      isMany,
      nameRange: range,
      statements: query.isUnknown ? [] : statementsOf([{ sql: text() }, ...query.followUps()]),
    });
  // Without a condition that is not known it would be another statement: one of all rows.
  if (/^(?:update|delete)$/.test(link.name) && (chain.open || query.notes.includes(addedLater))) query.isUnknown = true;
  switch (link.name) {
    case 'get':
      query.filter(values, false);
      query.order = [];
      return one('find one', () => sql`SELECT ${query.selectList()} ${query.source()} LIMIT 21`);
    case 'first':
    case 'last':
      if (link.name === 'last') query.isReversed = !query.isReversed;
      return one('find one', () => query.rows(1, true));
    case 'count':
      if (query.limit !== undefined || query.isDistinct) query.unknown('A count of a part is not read.');
      return one('count', () => sql`SELECT COUNT(*) AS "__count" ${query.source()}`);
    case 'exists':
    case 'contains':
      return one('exists', () => sql`SELECT 1 AS "a" ${query.source()} LIMIT 1`);
    case 'aggregate':
      query.unknown('aggregate() is not read.');
      return one('aggregate', () => []);
    case 'create':
      return insert(query, link);
    case 'get_or_create':
    case 'update_or_create':
      query.filter(values.map(withoutDefaults), false);
      query.order = [];
      query.notes.push('The INSERT that follows where nothing is found is not shown.');
      return one('upsert', () => sql`SELECT ${query.selectList()} ${query.source()} LIMIT 21`);
    case 'bulk_create':
    case 'bulk_update':
      query.unknown('The rows are given at run time.');
      return one(link.name === 'bulk_create' ? 'insert' : 'update', () => [], true);
    case 'update':
      return update(query, link);
    case 'delete':
      if (chain.links.at(-1)?.range.start !== range.start) return 'no query';
      if (query.model.associations.some(({ kind }) => /^has|Many$/.test(kind)))
        query.notes.push('Rows that belong to the deleted ones are looked for and deleted by statements of their own.');
      return one('delete', () => sql`DELETE ${query.source()}`, true);
    case 'in_bulk':
      query.filter(values.length > 0 ? [named('pk__in', values[0])] : [], false);
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

/** Values by column: `author=user` is author_id. */
function assigned(query: Query, values: readonly Value[]): { column: string; text: SqlText }[] {
  return values.flatMap((value) => {
    if (value.kind !== 'object') return [];
    if (value.open) query.notes.push('Values added at run time are not included.');
    return value.entries.flatMap(({ key, value: given }) => {
      const name = String(key);
      const association = query.model.associations.find((one) => one.name === name && one.kind === 'belongsTo');
      const column = columnOf(query.model, name)?.column ?? association?.foreignKey[0];
      if (column === undefined) query.unknown(`${name} is no field of ${query.model.name} that is known.`);
      return column === undefined ? [] : [{ column, text: parameter(given) }];
    });
  });
}

function insert(query: Query, { arguments: values = [], range }: Link): OrmCall {
  const given = assigned(query, values);
  const columns = query.model.columns.filter((one) => !one.isGenerated);
  const key = columnOf(query.model, 'pk');
  const texts = columns.map(
    ({ column, property }) =>
      given.find((one) => one.column === column)?.text ?? ([{ source: `default of ${property}`, range }] as SqlText),
  );
  const names = columns.map(({ column }) => quote(column)).join(', ');
  const back = key?.isGenerated ? ` RETURNING ${query.alias}.${quote(key.column)}` : '';
  const text = sql`INSERT INTO ${query.alias} (${names}) VALUES (${joined(texts, ', ')})${back}`;
  return query.call({
    operation: 'insert',
    isMany: false,
    nameRange: range,
    statements: statementsOf([{ sql: text }]),
  });
}

function update(query: Query, { arguments: values = [], range }: Link): OrmCall {
  const set = assigned(query, values).map(({ column, text }) => sql`${quote(column)} = ${text}`);
  const source = query.source();
  if (set.length === 0 || values.some(hasExpression)) query.unknown('What is set is decided by an expression.');
  const from = typeof source[0] === 'string' ? source[0] : '';
  if (/ JOIN /.test(from)) query.unknown('An UPDATE over joined tables is not read.');
  const where = query.where.length === 0 ? [] : sql` WHERE ${joined(query.where, ' AND ')}`;
  const text = sql`UPDATE ${query.alias} SET ${joined(set, ', ')}${where}`;
  return query.call({ operation: 'update', isMany: true, nameRange: range, statements: statementsOf([{ sql: text }]) });
}

/** `F('views') + 1` */
function hasExpression(value: Value): boolean {
  return (
    value.kind === 'object' &&
    value.entries.some(({ value: one }) => one.kind === 'chain' && (typeof one.root !== 'string' || one.root === 'F'))
  );
}
