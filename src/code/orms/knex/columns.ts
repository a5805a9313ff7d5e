import type { Link } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import type { Expression } from './expression';
import { quotedPart } from './names';
import type { KnexQuery } from './query';
import type { Reader } from './reader';
import type { Located, Scope, Target } from './scope';

/** select('a', 'b'), select(['a', 'b']), select({ alias: 'a' }), select(builder.as('n')), select(raw) */
export function addColumns(query: KnexQuery, given: readonly Located[]): void {
  for (const column of query.reader.names(given)) query.columns.push({ sql: column });
}

const aggregates = /^(count|min|max|sum|avg)(Distinct)?$/;

export function isAggregate(name: string): boolean {
  return aggregates.test(name);
}

/** count(), count('* as total'), count('id', { as: 'n' }), max({ latest: 'created_at' }), countDistinct('a', 'b'), sum(raw) */
export function addAggregate(query: KnexQuery, name: string, given: readonly Located[]): void {
  const { reader } = query;
  const [, method = 'count', isDistinct] = aggregates.exec(name) ?? [];
  const expressions = given.map((each) => reader.expression(each));
  const last = expressions.at(-1);
  const options = expressions.length > 1 && last?.kind === 'object' ? last : undefined;
  const columns = options ? expressions.slice(0, -1) : expressions;
  const alias = options?.entries.find(({ key }) => key === 'as');
  const aliasName = alias && reader.expression(alias.value);
  const call = (column: Expression, as?: string): void => {
    const inner = callSql(reader, method, column, isDistinct !== undefined, as);
    if (inner) query.columns.push({ sql: inner, aggregate: method });
    else reader.note('Columns that are chosen at run time are not included.');
  };
  const [first] = columns;
  if (first === undefined) call({ kind: 'literal', value: '*', source: '*', range: { start: 0, end: 0 } });
  else if (isDistinct && columns.length > 1) {
    const names = columns.flatMap((each) => reader.name(each) ?? []);
    query.columns.push({
      sql: sql`${method}(distinct(${joined(
        names.map((each) => [each]),
        ', ',
      )}))`,
      aggregate: method,
    });
  } else if (first.kind === 'object') {
    for (const { key, value } of first.entries) call(reader.expression(value), key);
  } else call(first, aliasName?.kind === 'literal' ? String(aliasName.value) : undefined);
}

function callSql(
  reader: Reader,
  method: string,
  column: Expression,
  distinct: boolean,
  as?: string,
): SqlText | undefined {
  let name: SqlText | undefined;
  let alias = as;
  if (column.kind === 'literal' && typeof column.value === 'string') {
    const [text = '', behind] = column.value.split(/ as /i);
    alias ??= behind;
    name = [reader.quoted(text)];
  } else if (column.kind === 'array') {
    name = joined(reader.names(column.elements), ', ');
    if (distinct) name = sql`(${name})`;
  } else name = reader.name(column);
  const behind = alias === undefined ? '' : ` as ${reader.quoted(alias)}`;
  return name && sql`${method}(${distinct ? 'distinct ' : ''}${name})${behind}`;
}

/** orderBy('a'), orderBy('a', 'desc', 'last'), orderBy([{ column: 'a', order: 'desc', nulls: 'last' }, 'b']) */
export function addOrder(query: KnexQuery, given: readonly Located[]): void {
  const { reader } = query;
  const [first, second, third] = given.map((each) => reader.expression(each));
  if (first?.kind !== 'array') {
    if (first) order(query, first, second, third);
    return;
  }
  if (first.isOpen) reader.note('An order that is chosen at run time is not included.');
  for (const element of first.elements) {
    const each = reader.expression(element);
    if (each.kind !== 'object') {
      order(query, each);
      continue;
    }
    const part = (name: string): Expression | undefined => {
      const entry = each.entries.find(({ key }) => key === name);
      return entry && reader.expression(entry.value);
    };
    const column = part('column');
    if (column) order(query, column, part('order'), part('nulls'));
    else reader.note('An order that is chosen at run time is not included.');
  }
}

function order(query: KnexQuery, column: Expression, direction?: Expression, nulls?: Expression): void {
  const { reader } = query;
  const isQuery = column.kind === 'query' || column.kind === 'callable';
  const name = isQuery ? sql`(${reader.subQuery(column).sql()})` : reader.name(column);
  if (name === undefined) {
    reader.note('An order that is chosen at run time is not included.');
    return;
  }
  let way: SqlText = ['asc'];
  if (direction?.kind === 'sql') way = direction.sql;
  else if (direction?.kind === 'literal') way = [/^desc$/i.test(String(direction.value)) ? 'desc' : 'asc'];
  else if (direction) reader.note('The direction of the order is known at run time only: taken for ascending.');
  const behind = nulls?.kind === 'literal' && nulls.value && column.kind !== 'sql' ? ` nulls ${nulls.value}` : '';
  query.orders.push(sql`${name} ${way}${behind}`);
}

/** groupBy('a', 'b'), groupBy(['a']), groupBy(raw): behind raw SQL knex looks at nothing. */
export function addGroups(query: KnexQuery, given: readonly Located[]): void {
  const [first] = given;
  const isRaw = first && query.reader.expression(first).kind === 'sql';
  query.groups.push(...query.reader.names(isRaw ? [first] : given));
}

const windows: Readonly<Record<string, string>> = { rank: 'rank', denseRank: 'dense_rank', rowNumber: 'row_number' };

export function isWindow(name: string): boolean {
  return name in windows;
}

/** rowNumber('rn', 'created_at', 'author_id'), rank('r', (w) => w.orderBy('views').partitionBy('author_id')), denseRank('d', raw) */
export function addWindow(query: KnexQuery, name: string, given: readonly Located[]): void {
  const { reader } = query;
  const [alias, second, third] = given.map((each) => reader.expression(each));
  const window = new Window(reader);
  let over: SqlText;
  if (second?.kind === 'sql') over = second.sql;
  else {
    if (second?.kind === 'callable') reader.call(second.callable, [window], window);
    else {
      if (second) window.add(window.orders, second);
      if (third) window.add(window.partitions, third);
    }
    over = window.sql();
  }
  const behind = alias?.kind === 'literal' && alias.value ? ` as ${reader.quoted(String(alias.value))}` : '';
  query.columns.push({ sql: sql`${windows[name] ?? name}() over (${over})${behind}` });
}

class Window implements Target {
  readonly orders: SqlText[] = [];
  readonly partitions: SqlText[] = [];

  constructor(private readonly reader: Reader) {}

  apply(link: Link, scope: Scope): boolean {
    const list = link.name === 'orderBy' ? this.orders : link.name === 'partitionBy' ? this.partitions : undefined;
    if (list === undefined || link.arguments === undefined) return false;
    const [column, direction] = link.arguments.map((value) => this.reader.expression({ value, scope }));
    if (column) this.add(list, column, direction);
    return true;
  }

  add(list: SqlText[], column: Expression, direction?: Expression): void {
    const { reader } = this;
    if (column.kind === 'array') {
      for (const element of column.elements) this.add(list, reader.expression(element));
    } else if (column.kind === 'object') {
      const [name, order] = ['column', 'order'].map((key) => column.entries.find((entry) => entry.key === key)?.value);
      if (name) this.add(list, reader.expression(name), order && reader.expression(order));
    } else {
      const name = reader.name(column);
      const way = direction?.kind === 'literal' && direction.value ? ` ${direction.value}` : '';
      if (name) list.push(sql`${name}${way}`);
      else reader.note('An order that is chosen at run time is not included.');
    }
  }

  sql(): SqlText {
    const partitions = this.partitions.length > 0 ? sql`partition by ${joined(this.partitions, ', ')} ` : [];
    return sql`${partitions}order by ${joined(this.orders, ', ')}`;
  }
}

const jsonFunctions: Readonly<Record<string, string>> = {
  jsonExtract: 'jsonb_path_query',
  jsonSet: 'jsonb_set',
  jsonInsert: 'jsonb_insert',
  jsonRemove: '#-',
};

export function isJsonColumn(name: string): boolean {
  return name in jsonFunctions;
}

/** jsonExtract('meta', '$.lang', 'lang'), jsonExtract([[…], […]]), jsonSet('meta', '$.seen', true, 'seen'), jsonRemove('meta', '$.x') */
export function addJsonColumn(query: KnexQuery, method: string, given: readonly Located[]): void {
  const { reader } = query;
  const [column, path, ...rest] = given.map((each) => reader.expression(each));
  if (column?.kind === 'array') {
    for (const element of column.elements) {
      const inner = reader.expression(element);
      if (inner.kind === 'array') addJsonColumn(query, method, inner.elements);
    }
    return;
  }
  const name = column && reader.name(column);
  if (!name || !path) return;
  const [value, alias] = /Set$|Insert$/.test(method) ? rest : [undefined, rest[0]];
  const text =
    method === 'jsonRemove'
      ? sql`${name} #- ${reader.parameter(path)}`
      : sql`${jsonFunctions[method] ?? ''}(${name}, ${reader.parameter(path)}${value ? sql`, ${reader.parameter(value)}` : ''})`;
  const as =
    alias?.kind === 'literal' && typeof alias.value === 'string'
      ? ` as ${quotedPart(alias.value, reader.mapName)}`
      : '';
  query.columns.push({ sql: sql`${text}${as}` });
}
