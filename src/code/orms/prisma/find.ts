import { type SqlText, sql } from '../support/sql-text';
import type { Argument } from './arguments';
import { cursorCondition, cursorFields } from './cursor';
import { uniqueCondition, whereCondition } from './filter';
import { isJoined, sendJoined } from './joined';
import { columnOf, selected, tableName } from './names';
import { keyOrder, type Ordering, orderings, orderText } from './order';
import { both, list, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';
import {
  countColumns,
  namedFields,
  onlyRelation,
  type SelectedRelation,
  type Selection,
  selectionOf,
} from './selection';

/** `WHERE … ORDER BY … LIMIT … OFFSET …` with its joins: what finders, counts and aggregates have in common. */
export interface RowsClause {
  readonly joins: SqlText;
  readonly tail: SqlText;
  readonly hasLimit: boolean;
}

export interface RowsOptions {
  /** What is asked beside `where`: the keys of the rows that it belongs to. */
  readonly condition?: SqlText;
  /** One row is wanted: findFirst. */
  readonly isFirst?: boolean;
  /** Prisma cuts the list itself: relations of many rows. */
  readonly isCutInMemory?: boolean;
  readonly moreJoins?: readonly SqlText[];
  /** A join table stands before the conditions, and `1 = 1` for none. */
  readonly isThrough?: boolean;
  /** GROUP BY and what belongs to it, in the place of the rows' own order. */
  readonly group?: SqlText;
}

export function rowsClause(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  options: RowsOptions = {},
): RowsClause {
  const { reader } = request;
  const take = request.number(reader.entry(args, 'take'));
  const skip = request.number(reader.entry(args, 'skip'));
  const cursor = reader.entry(args, 'cursor');
  const distinct = namedFields(request, model, reader.entry(args, 'distinct'));
  const isBackwards = take?.known !== undefined && take.known < 0;
  const joins: SqlText[] = [];
  const scope = { model, qualifier: model.table, joins };
  let orders = options.group ? [] : orderings(request, scope, reader.entry(args, 'orderBy'), isBackwards);
  const isPaged = take !== undefined || (skip !== undefined && skip.known !== 0) || cursor !== undefined;
  if (orders.length === 0 && isPaged && !options.group) orders = keyOrder(model, model.table, isBackwards);
  joins.push(...(options.moreJoins ?? []));

  const conditions: SqlText[] = [];
  const where = whereCondition(request, scope, reader.entry(args, 'where'));
  if (where) conditions.push(where);
  else if (options.isThrough) conditions.push(['1 = 1']);
  if (options.condition) conditions.push(options.condition);
  const page = cursor && cursorCondition(request, scope, cursor, orders);
  if (page) conditions.push(page);

  const isCut = options.isCutInMemory || (cursor !== undefined && !isStable(model, orders));
  const isDistinct = distinct.length > 0 && !options.isFirst;
  const limit = options.isFirst
    ? request.constant(1)
    : take && (isBackwards ? request.constant(-(take.known ?? 0)) : take.text);
  const isCutHere = isCut || isDistinct;
  const isLimited = limit !== undefined && !isCutHere;
  const offset = skip && !isCutHere ? skip.text : request.constant(0);
  return {
    joins: joins.flat(),
    tail: sql` WHERE ${both(conditions)}${options.group ?? orderText(orders)}${isLimited ? sql` LIMIT ${limit}` : ''} OFFSET ${offset}`,
    hasLimit: isLimited,
  };
}

/** A page can be continued in SQL only where the order is total: it has a unique column, and none that may be null. */
function isStable(model: SchemaModel, orders: readonly Ordering[]): boolean {
  const isUnique = (field: ScalarField | undefined): boolean =>
    model.uniques.some(({ fields }) => fields.length === 1 && fields[0] === field?.name);
  return orders.some(({ field }) => isUnique(field)) && orders.every(({ field }) => field?.isOptional !== true);
}

/** findMany, findFirst, and the rows of a relation: one statement for itself, and those for what comes with the rows. */
export function findMany(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  isFirst: boolean,
  asked: Selection,
): boolean {
  const selection = withArguments(request, model, asked, args);
  const take = request.number(request.reader.entry(args, 'take'));
  // Prisma answers that itself.
  if (take?.known === 0 && !isFirst) return true;
  if (isJoined(request, args)) return sendJoined(request, model, asked, { ...(args && { args }), isFirst });
  const counts = countColumns(request, { model, qualifier: model.table }, selection);
  const clause = rowsClause(request, model, args, { isFirst, moreJoins: counts.joins });
  request.send(selectText(model, selection, counts.columns, clause.joins, clause.tail));
  loadRelations(request, model, selection, false);
  return clause.hasLimit;
}

/** Distinct columns and those of a cursor are selected too. */
function withArguments(
  request: Request,
  model: SchemaModel,
  selection: Selection,
  args: Argument | undefined,
): Selection {
  const { reader } = request;
  const cursor = reader.entry(args, 'cursor');
  const more = [
    ...namedFields(request, model, reader.entry(args, 'distinct')),
    ...(cursor ? cursorFields(request, model, cursor).map(({ field }) => field) : []),
  ];
  return { ...selection, fields: [...new Set([...selection.fields, ...more])] };
}

export function selectText(
  model: SchemaModel,
  selection: Pick<Selection, 'fields'>,
  more: readonly SqlText[],
  joins: SqlText,
  tail: SqlText,
): SqlText {
  const columns = [...selection.fields.map((field): SqlText => [selected(model.table, field)]), ...more];
  return sql`SELECT ${list(columns)} FROM ${tableName(model)}${joins}${tail}`;
}

/** findUnique and its like. */
export function findUnique(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  selection: Selection,
): void {
  const given = request.reader.entry(args, 'where');
  if (isJoined(request, args)) {
    sendJoined(request, model, selection, {
      isFirst: true,
      condition: (scope) => uniqueCondition(request, scope, given),
    });
    return;
  }
  const scope = { model, qualifier: model.table };
  const joins: SqlText[] = [];
  const counts = countColumns(request, scope, selection);
  joins.push(...counts.joins);
  const where = uniqueCondition(request, { ...scope, joins }, given);
  const tail = sql` WHERE ${where} LIMIT ${request.constant(1)} OFFSET ${request.constant(0)}`;
  request.send(selectText(model, selection, counts.columns, joins.flat(), tail));
  loadRelations(request, model, selection, true);
}

/** Rows of which relations are to be loaded. `isOfOne`: those of one row are asked for with `=`, and cut by the database. */
interface Loaded {
  readonly model: SchemaModel;
  readonly selection: Selection;
  readonly path: string;
  readonly isOfOne: boolean;
}

/** The rows of relations, a statement each: first those of the rows themselves, then theirs. */
export function loadRelations(request: Request, model: SchemaModel, selection: Selection, isOfOne: boolean): void {
  let level: Loaded[] = [{ model, selection, path: '', isOfOne }];
  // A selection is written down and ends; one that spreads itself would not.
  for (let depth = 0; level.length > 0 && depth < 20; depth++) {
    level = level.flatMap((of) => of.selection.relations.map((wanted) => loadRelation(request, of, wanted)));
  }
}

function loadRelation(request: Request, of: Loaded, { relation, options, keyRange, then }: SelectedRelation): Loaded {
  const { to, field, other, joinTable } = relation;
  const asked = then ? onlyRelation(to, then) : selectionOf(request, to, options);
  const inner = withArguments(request, to, asked, options);
  const path = of.path === '' ? field.name : `${of.path}.${field.name}`;
  request.loads.push({ path, range: keyRange, ...(inner.asked && { columns: inner.asked }) });
  request.named(to.table, keyRange);
  const counts = countColumns(request, { model: to, qualifier: to.table }, inner);
  const keys = relation.own.map((own) => request.runtime(`${own.name} of ${of.model.name}`));
  let names = other.map((each) => columnOf(to.table, each));
  let fields = inner.fields;
  const columns = [...counts.columns];
  const moreJoins = [...counts.joins];
  if (joinTable) {
    const alias = `t${request.alias()}`;
    const on = names.map((name) => `${columnOf(alias, joinTable.other)} = ${name}`).join(' AND ');
    moreJoins.push([` INNER JOIN ${tableName({ ...relation.from, ...joinTable })} AS ${alias} ON ${on}`]);
    names = [columnOf(alias, joinTable.own)];
    columns.push(names);
  } else fields = [...new Set([...fields, ...other])];
  const clause = rowsClause(request, to, options, {
    condition: keyCondition(names, keys, of.isOfOne),
    isCutInMemory: !of.isOfOne,
    moreJoins,
    isThrough: joinTable !== undefined,
  });
  request.send(selectText(to, { fields }, columns, clause.joins, clause.tail), { isFollowUp: true });
  return { model: to, selection: inner, path, isOfOne: false };
}

export function keyCondition(columns: readonly string[], keys: readonly SqlText[], isOne: boolean): SqlText {
  const each = columns.map((name, i) =>
    isOne || columns.length > 1 ? sql`${name} = ${keys[i] ?? []}` : sql`${name} IN (${keys[i] ?? []})`,
  );
  return both(each);
}
