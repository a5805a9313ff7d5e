import { type SqlText, sql } from '../support/sql-text';
import type { Argument } from './arguments';
import { type Scope, whereCondition } from './filter';
import { type Relation, scalar, scalarsOf } from './models';
import { columnOf, selected, tableName } from './names';
import { keyOrder, type Ordering, orderings, orderText } from './order';
import { aliased, both, list, present, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';
import { namedFields, onlyRelation, type SelectedRelation, type Selection, selectionOf } from './selection';

const data = '__prisma_data__';

/** With the preview feature relationJoins the rows of relations come in the same statement, unless a page of them is continued. */
export function isJoined(request: Request, args: Argument | undefined): boolean {
  return request.relationJoins && !hasCursor(request, args, 0);
}

function hasCursor(request: Request, options: Argument | undefined, depth: number): boolean {
  const { reader } = request;
  if (options === undefined || depth > 10) return false;
  if (reader.entry(options, 'cursor')) return true;
  return ['select', 'include'].some((name) => {
    const asked = reader.entry(options, name);
    return asked !== undefined && reader.entries(asked).some(({ argument }) => hasCursor(request, argument, depth + 1));
  });
}

export interface JoinedRows {
  readonly args?: Argument;
  readonly isFirst?: boolean;
  /** In the place of `where`: the row's key. */
  readonly condition?: (scope: Scope) => SqlText;
}

/** `SELECT …, "Post_author".__prisma_data__ AS author FROM "Post" AS t0 LEFT JOIN LATERAL (…)`; gives whether it has a limit. */
export function sendJoined(request: Request, model: SchemaModel, selection: Selection, rows: JoinedRows): boolean {
  const alias = nextAlias(request);
  const { args } = rows;
  const joins: SqlText[] = [];
  const scope = { model, qualifier: alias, joins };
  const page = pageOf(request, scope, args, rows.isFirst === true);
  const where = rows.condition
    ? rows.condition(scope)
    : whereCondition(request, scope, request.reader.entry(args, 'where'));
  const nested = selection.relations.map((wanted) => lateral(request, alias, wanted, selection, ''));
  const counts = countLaterals(request, alias, selection);
  const columns = [
    ...[...new Set([...selection.fields, ...page.distinct])].map((field): SqlText => [selected(alias, field)]),
    ...nested.map(({ name, property }): SqlText => [`${columnOf(name, data)} AS ${aliased(property)}`]),
    ...present(counts.object && sql`${counts.object} AS _count`),
  ];
  const from = sql` FROM ${tableName(model)} AS ${alias}${joins.flat()}${nested.flatMap(({ join }) => join)}${counts.joins.flat()}`;
  request.send(sql`SELECT ${page.distinctOn}${list(columns)}${from}${where ? sql` WHERE ${where}` : ''}${page.tail}`);
  return page.hasLimit;
}

function nextAlias(request: Request): string {
  return `t${request.alias()}`;
}

interface Page {
  readonly orders: readonly Ordering[];
  readonly distinct: readonly ScalarField[];
  readonly distinctOn: SqlText;
  /** ORDER BY, LIMIT and OFFSET. */
  readonly tail: SqlText;
  readonly hasLimit: boolean;
}

function pageOf(
  request: Request,
  scope: Scope & { joins: SqlText[] },
  args: Argument | undefined,
  isFirst: boolean,
): Page {
  const { reader } = request;
  const take = request.number(reader.entry(args, 'take'));
  const skip = request.number(reader.entry(args, 'skip'));
  const isBackwards = take?.known !== undefined && take.known < 0;
  let orders = orderings(request, scope, reader.entry(args, 'orderBy'), isBackwards);
  const isPaged = take !== undefined || (skip !== undefined && skip.known !== 0);
  if (orders.length === 0 && isPaged) orders = keyOrder(scope.model, scope.qualifier, isBackwards);
  const distinct = namedFields(request, scope.model, reader.entry(args, 'distinct'));
  // DISTINCT ON wants its columns to lead the order; else Prisma tells the rows apart itself.
  const isLeading =
    orders.length === 0 ||
    distinct.every((field) => orders.slice(0, distinct.length).some((order) => order.field === field));
  const isNative = distinct.length > 0 && isLeading && request.schema.previewFeatures.has('nativeDistinct');
  const isCutHere = distinct.length === 0 || isNative;
  const known = isBackwards ? request.constant(-(take?.known ?? 0)) : take?.text;
  const limit = isFirst ? request.constant(1) : isCutHere ? known : undefined;
  const offset = isCutHere && skip && skip.known !== 0 ? sql` OFFSET ${skip.text}` : '';
  const names = distinct.map((field) => columnOf(scope.qualifier, field)).join(', ');
  return {
    orders,
    distinct,
    distinctOn: [isNative ? `DISTINCT ON (${names}) ` : ''],
    tail: sql`${orderText(orders)}${limit ? sql` LIMIT ${limit}` : ''}${offset}`,
    hasLimit: limit !== undefined,
  };
}

interface Lateral {
  /** "Post_author" */
  readonly name: string;
  readonly property: string;
  readonly join: SqlText;
}

function lateral(
  request: Request,
  parent: string,
  wanted: SelectedRelation,
  around: Selection,
  above: string,
): Lateral {
  const { relation, options, keyRange, then } = wanted;
  const { to, field } = relation;
  const selection = then ? onlyRelation(to, then) : selectionOf(request, to, options);
  const path = above === '' ? field.name : `${above}.${field.name}`;
  request.loads.push({ path, range: keyRange, ...(selection.asked && { columns: selection.asked }) });
  const name = lateralName(relation);
  const isCounted = around.counts.some((count) => isCountedWith(count, wanted));
  const aggregated = `COALESCE(JSONB_AGG(${data}), '[]') AS ${data}${isCounted ? `, COUNT(${data}) AS ${countName(relation)}` : ''}`;
  const parts = { request, parent, relation, selection, options, path };
  const rows = relation.joinTable
    ? sql`SELECT ${aggregated} FROM ${throughJoinTable(parts)}`
    : field.isList
      ? sql`SELECT ${aggregated} FROM ${manyRows(parts)}`
      : oneRow(parts);
  return { name, property: field.name, join: sql` LEFT JOIN LATERAL (${rows}) AS ${aliased(name)} ON true` };
}

/** The row as JSON, and the joins that its own relations need. */
function object(
  request: Request,
  model: SchemaModel,
  alias: string,
  selection: Selection,
  path: string,
): { json: SqlText; joins: SqlText } {
  const asked = selection.asked?.flatMap((name) => scalar(model, name) ?? []) ?? scalarsOf(model);
  const nested = selection.relations.map((wanted) => lateral(request, alias, wanted, selection, path));
  const counts = countLaterals(request, alias, selection);
  const member = (field: ScalarField): SqlText => [`'${field.name}', ${jsonValue(alias, field)}`];
  // A relation stands where `select` names it, behind the key that this row holds of it.
  const related = (position: number): SqlText[] =>
    selection.relations.flatMap((wanted, i): SqlText[] => {
      if ((wanted.position ?? asked.length) !== position) return [];
      const keys = wanted.relation.key === 'here' ? wanted.relation.own : [];
      const { name, property } = nested[i] ?? { name: '', property: '' };
      return [...keys.map(member), [`'${property}', ${columnOf(name, data)}`]];
    });
  const pairs = [
    ...asked.flatMap((field, i) => [...related(i), member(field)]),
    ...related(asked.length),
    ...present(counts.object && sql`'_count', ${counts.object}`),
  ];
  return {
    json: sql`JSONB_BUILD_OBJECT(${list(pairs)}) AS ${data}`,
    joins: [...nested.flatMap(({ join }) => join), ...counts.joins.flat()],
  };
}

/** Numbers that JSON would round go as text. */
function jsonValue(alias: string, field: ScalarField): string {
  return `${columnOf(alias, field)}${/^(?:BigInt|Decimal)$/.test(field.type) ? '::text' : ''}`;
}

interface RelatedRows {
  readonly request: Request;
  /** Alias of the row around. */
  readonly parent: string;
  readonly relation: Relation;
  readonly selection: Selection;
  readonly options: Argument | undefined;
  readonly path: string;
}

function linked(parent: string, { own, other }: Relation, alias: string): SqlText {
  return both(own.map((field, i): SqlText => [`${columnOf(parent, field)} = ${columnOf(alias, other[i] ?? field)}`]));
}

function oneRow({ request, parent, relation, selection, options, path }: RelatedRows): SqlText {
  const alias = nextAlias(request);
  const joins: SqlText[] = [];
  const { json, joins: nested } = object(request, relation.to, alias, selection, path);
  const asked = whereCondition(
    request,
    { model: relation.to, qualifier: alias, joins },
    request.reader.entry(options, 'where'),
  );
  const where = both([linked(parent, relation, alias), ...present(asked)]);
  return sql`SELECT ${json} FROM ${tableName(relation.to)} AS ${alias}${nested}${joins.flat()} WHERE ${where} LIMIT ${request.constant(1)}`;
}

/** Three selects in each other: the rows, each as JSON, and those that are wanted. */
function manyRows({ request, parent, relation, selection, options, path }: RelatedRows): SqlText {
  const [root, inner, middle, outer] = [nextAlias(request), nextAlias(request), nextAlias(request), nextAlias(request)];
  const { to } = relation;
  const { json, joins } = object(request, to, inner, selection, path);
  const used = new Set<ScalarField>();
  const middleJoins: SqlText[] = [];
  const scope = { model: to, qualifier: middle, joins: middleJoins, used };
  const page = pageOf(request, scope, options, false);
  const where = whereCondition(request, scope, request.reader.entry(options, 'where'));
  const more = moreColumns(inner, selection, page, used);
  const rows = sql`SELECT ${root}.* FROM ${tableName(to)} AS ${root} WHERE ${linked(parent, relation, root)}`;
  const each = sql`SELECT ${json}${more} FROM (${rows}) AS ${inner}${joins}`;
  const wanted = sql`SELECT ${page.distinctOn}${middle}.${data} FROM (${each}) AS ${middle}${middleJoins.flat()}${where ? sql` WHERE ${where}` : ''}${page.tail}`;
  return sql`(${wanted}) AS ${outer}`;
}

function throughJoinTable({ request, parent, relation, selection, options, path }: RelatedRows): SqlText {
  const { to, from, joinTable } = relation;
  if (joinTable === undefined) return [];
  const [join, joined, outer, root, inner] = Array.from({ length: 5 }, () => nextAlias(request)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const { json, joins } = object(request, to, inner, selection, path);
  const used = new Set<ScalarField>();
  const outerJoins: SqlText[] = [];
  const scope = { model: to, qualifier: joined, joins: outerJoins, used };
  const page = pageOf(request, scope, options, false);
  const asked = whereCondition(request, scope, request.reader.entry(options, 'where'));
  for (const field of relation.other) used.add(field);
  const more = moreColumns(inner, selection, page, used);
  const [key] = relation.other;
  const [own] = relation.own;
  if (key === undefined || own === undefined) return [];
  const rows = sql`SELECT ${root}.* FROM ${tableName(to)} AS ${root} WHERE ${columnOf(join, joinTable.other)} = ${columnOf(root, key)}`;
  const each = sql`SELECT ${json}${more} FROM (${rows}) AS ${inner}${joins}`;
  const table = tableName({ ...from, ...joinTable });
  const where = both([[`${columnOf(join, joinTable.own)} = ${columnOf(parent, own)}`], ...present(asked)]);
  const wanted = sql`SELECT ${page.distinctOn}${joined}.${data} FROM ${table} AS ${join} LEFT JOIN LATERAL (${each}) AS ${joined} ON true${outerJoins.flat()} WHERE ${where}${page.tail}`;
  return sql`(${wanted}) AS ${outer}`;
}

/** What order, conditions and relations of the rows need beside the JSON. */
function moreColumns(alias: string, selection: Selection, page: Page, used: ReadonlySet<ScalarField>): SqlText {
  const ordered = page.orders.flatMap(({ field }) => field ?? []);
  const keys = selection.relations.flatMap(({ relation }) => relation.own);
  const fields = [...new Set([...ordered, ...used, ...keys, ...page.distinct])];
  return fields.map((field) => `, ${columnOf(alias, field)}`);
}

/** `_count` as one JSON object, a lateral join for each number. */
function countLaterals(
  request: Request,
  parent: string,
  { counts, relations }: Selection,
): { object?: SqlText; joins: SqlText[] } {
  if (counts.length === 0) return { joins: [] };
  const joins: SqlText[] = [];
  const pairs = counts.map((count): SqlText => {
    const { relation, where } = count;
    const { to, own, other, joinTable, field, from } = relation;
    if (relations.some((wanted) => isCountedWith(count, wanted))) {
      return [`'${field.name}', COALESCE(${columnOf(lateralName(relation), countName(relation))}, 0)`];
    }
    const [alias, table] = [nextAlias(request), nextAlias(request)];
    const name = countName(relation);
    const inner: SqlText[] = [];
    let link = linked(parent, relation, table);
    if (joinTable) {
      const join = nextAlias(request);
      inner.push([
        ` LEFT JOIN ${tableName({ ...from, ...joinTable })} AS ${join} ON ${columnOf(join, joinTable.other)} = ${columnOf(table, other[0] ?? '')}`,
      ]);
      link = [`${columnOf(join, joinTable.own)} = ${columnOf(parent, own[0] ?? '')}`];
    }
    const asked = whereCondition(request, { model: to, qualifier: table, joins: inner }, where);
    const rows = sql`SELECT COUNT(*) AS ${aliased(name)} FROM ${tableName(to)} AS ${table}${inner.flat()} WHERE ${both([link, ...present(asked)])}`;
    joins.push(sql` LEFT JOIN LATERAL (${rows}) AS ${alias} ON true`);
    return [`'${field.name}', COALESCE(${columnOf(alias, name)}, 0)`];
  });
  return { object: sql`JSONB_BUILD_OBJECT(${list(pairs)})`, joins };
}

function lateralName({ from, field, joinTable }: Relation): string {
  return `${from.name}_${field.name}${joinTable ? '_m2m' : ''}`;
}

function countName({ field }: Relation): string {
  return `_aggr_count_${field.name}`;
}

/** All rows of the relation are there anyway: they are counted where they are put together. */
function isCountedWith(count: Selection['counts'][number], { relation, options }: SelectedRelation): boolean {
  if (relation.field.name !== count.relation.field.name) return false;
  const entries = options?.value.kind === 'object' ? options.value.entries : [];
  if (entries.some(({ key }) => /^(?:take|skip|distinct|cursor)$/.test(String(key)))) return false;
  const where = entries.find(({ key }) => key === 'where')?.value;
  return withoutPlaces(where) === withoutPlaces(count.where?.value);
}

function withoutPlaces(value: unknown): string | undefined {
  return JSON.stringify(value, (key: string, each: unknown) => (/range$/i.test(key) ? undefined : each));
}
