import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isUnknown, parameterOf } from './arguments';
import { leftJoin, type Scope } from './filter';
import { keyOf, type Relation, relationOf } from './models';
import { columnOf, columnsOf, tableName } from './names';
import { aliased, list, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

export interface Ordering {
  /** `"Post".title ASC` without the direction. */
  readonly by: SqlText;
  readonly direction: 'ASC' | 'DESC';
  readonly nulls?: 'FIRST' | 'LAST';
  /** When it is a column of the table itself. */
  readonly field?: ScalarField;
}

/** `orderBy`, and the joins that it needs. A negative `take` reads backwards. */
export function orderings(
  request: Request,
  scope: Scope & { readonly joins: SqlText[] },
  orderBy: Argument | undefined,
  isBackwards: boolean,
): Ordering[] {
  if (orderBy === undefined) return [];
  const elements = request.reader.elements(orderBy);
  if (elements === undefined || request.reader.isOpen(orderBy)) {
    request.note('What the rows are sorted by is known at run time only.');
  }
  const found = (elements ?? []).flatMap((each) => orderingsOf(request, scope, each, scope));
  return isBackwards ? found.map(reversed) : found;
}

export function keyOrder(model: SchemaModel, qualifier: string, isBackwards: boolean): Ordering[] {
  return keyOf(model).map((field) => ({
    by: [columnOf(qualifier, field)],
    direction: isBackwards ? 'DESC' : 'ASC',
    field,
  }));
}

function reversed(ordering: Ordering): Ordering {
  const { nulls } = ordering;
  return {
    ...ordering,
    direction: ordering.direction === 'ASC' ? 'DESC' : 'ASC',
    ...(nulls && { nulls: nulls === 'FIRST' ? 'LAST' : 'FIRST' }),
  };
}

export function orderText(orders: readonly Ordering[]): SqlText {
  if (orders.length === 0) return [];
  const each = orders.map(({ by, direction, nulls }) => sql`${by} ${direction}${nulls ? ` NULLS ${nulls}` : ''}`);
  return sql` ORDER BY ${list(each)}`;
}

function orderingsOf(
  request: Request,
  scope: Scope & { readonly joins: SqlText[] },
  orderBy: Argument,
  root: Scope,
): Ordering[] {
  const { model, qualifier } = scope;
  if (isUnknown(orderBy)) request.note('What the rows are sorted by is known at run time only.');
  return request.reader.entries(orderBy).flatMap(({ name, keyRange, argument }): Ordering[] => {
    const field = model.fields.get(name);
    if (field?.kind === 'scalar') {
      request.named(field.column, keyRange);
      const own = scope === root ? { field } : {};
      return [{ by: [columnOf(qualifier, field)], ...directionOf(request, argument), ...own }];
    }
    if (field?.kind === 'relation') {
      const relation = relationOf(field, model, request.schema.models);
      if (relation === undefined) return [];
      if (field.isList) return countOrder(request, scope, relation, argument);
      const alias = `orderby_${orderNumber(scope.joins)}`;
      scope.joins.push(leftJoin(scope, relation, alias));
      return orderingsOf(request, { model: relation.to, qualifier: alias, joins: scope.joins }, argument, root);
    }
    if (name === '_relevance') return relevance(request, scope, argument);
    request.note('What the rows are sorted by is known at run time only.');
    return [];
  });
}

function orderNumber(joins: readonly SqlText[]): number {
  return joins.length + 1;
}

function directionOf(request: Request, argument: Argument): Pick<Ordering, 'direction' | 'nulls'> {
  const { value } = argument;
  if (value.kind === 'object') {
    const sort = request.reader.entry(argument, 'sort');
    const nulls = request.reader.entry(argument, 'nulls')?.value;
    return {
      ...(sort ? directionOf(request, sort) : { direction: 'ASC' }),
      ...(nulls?.kind === 'literal' && { nulls: nulls.value === 'first' ? 'FIRST' : 'LAST' }),
    };
  }
  const word = value.kind === 'literal' ? value.value : value.kind === 'chain' ? value.links.at(-1)?.name : undefined;
  if (word !== 'asc' && word !== 'desc') request.note('Whether it is sorted up or down is known at run time only.');
  return { direction: word === 'desc' ? 'DESC' : 'ASC' };
}

/** `orderBy: { comments: { _count: 'desc' } }` */
function countOrder(
  request: Request,
  scope: Scope & { readonly joins: SqlText[] },
  relation: Relation,
  argument: Argument,
): Ordering[] {
  const count = request.reader.entry(argument, '_count');
  if (count === undefined) return [];
  const alias = `orderby_${orderNumber(scope.joins)}_${relation.to.name}`;
  scope.joins.push(countJoin(scope, relation, alias, 'orderby_aggregator', ['1 = 1'], []));
  const number = columnOf(alias, 'orderby_aggregator');
  return [{ by: sql`COALESCE(${number}, ${request.constant(0)})`, ...directionOf(request, count) }];
}

/** The number of related rows for each key, joined to the row. */
export function countJoin(
  scope: Pick<Scope, 'qualifier'>,
  { from, to, own, other, joinTable }: Relation,
  alias: string,
  name: string,
  where: SqlText,
  joins: readonly SqlText[],
): SqlText {
  const table = joinTable ? tableName({ ...from, ...joinTable }) : tableName(to);
  const qualifier = joinTable?.table ?? to.table;
  const keys = joinTable ? [joinTable.own] : other.map(({ column }) => column);
  const grouped = keys.map((key) => columnOf(qualifier, key)).join(', ');
  const counted = joinTable ? `COUNT(${grouped})` : 'COUNT(*)';
  const source = joinTable
    ? `${tableName(to)} LEFT JOIN ${table} ON ${columnsOf(to.table, other)} = ${columnOf(qualifier, joinTable.other)}`
    : table;
  const on = own
    .map((field, i) => `${columnOf(scope.qualifier, field)} = ${columnOf(alias, keys[i] ?? '')}`)
    .join(' AND ');
  return sql` LEFT JOIN (SELECT ${grouped}, ${counted} AS ${aliased(name)} FROM ${source}${joins.flat()} WHERE ${where} GROUP BY ${grouped}) AS ${aliased(alias)} ON ${on}`;
}

/** `orderBy: { _relevance: { fields: ['title'], search: 'word', sort: 'desc' } }` */
function relevance(request: Request, { model, qualifier }: Scope, argument: Argument): Ordering[] {
  const { reader } = request;
  const fields = reader.entry(argument, 'fields');
  const search = reader.entry(argument, 'search');
  const sort = reader.entry(argument, 'sort');
  if (!fields || !search || !sort) return [];
  const names = fields.value.kind === 'array' ? (reader.elements(fields) ?? []) : [fields];
  const columns = names.flatMap(({ value }) => {
    const field = value.kind === 'literal' ? model.fields.get(String(value.value)) : undefined;
    return field?.kind === 'scalar' ? [columnOf(qualifier, field)] : [];
  });
  const by = sql`ts_rank(to_tsvector(concat_ws(' ', ${columns.join(', ')})), to_tsquery(${[parameterOf(search)]}))`;
  return [{ by, ...directionOf(request, sort) }];
}
