import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import type { KnexQuery } from '../knex/query';
import type { Reader } from '../knex/reader';
import type { Located, Scope } from '../knex/scope';
import type { OrmCall } from '../orm';
import { type SqlText, sql } from '../support/sql-text';
import { type Asked, askedOf, eagerStatements } from './eager';
import type { BookshelfModels } from './models';
import { addKey, saved } from './saves';
import { option, relationSelect, tableQuery } from './selects';
import type { Subject } from './walk';

/** What one call sends. */
export interface Sending {
  readonly operation: OrmCall['operation'];
  readonly isMany: boolean;
  readonly statements: readonly { readonly sql: SqlText; readonly isFollowUp?: true }[];
  readonly loads: readonly Asked[];
  readonly query: KnexQuery;
}

interface Context {
  readonly subject: Subject;
  readonly link: Link;
  readonly scope: Scope;
  readonly reader: Reader;
  readonly models: BookshelfModels;
}

/** Undefined when the method does not exist there. */
export function sendingOf(context: Context): Sending | undefined {
  const { subject, link } = context;
  switch (link.name) {
    case 'fetch':
      return fetch(context, subject.isCollection);
    case 'fetchAll':
      return subject.isCollection ? undefined : fetch(context, true);
    case 'fetchOne':
      return fetch(context, false);
    case 'refresh':
      return fetch(context, false);
    case 'fetchPage':
      return fetchPage(context);
    case 'count':
      return count(context);
    case 'save':
      return subject.isCollection ? undefined : saved(context);
    case 'create':
      return create(context);
    case 'destroy':
      return destroy(context);
    case 'load':
      return load(context);
    default:
      return pivot(context);
  }
}

function given({ link, scope, reader }: Context): Expression[] {
  return (link.arguments ?? []).map((value) => reader.expression({ value, scope }));
}

function select(context: Context, query: KnexQuery, isMany: boolean, options: Expression | undefined): KnexQuery {
  const { subject, reader } = context;
  const { model, relation } = subject;
  if (option(reader, options, 'transacting')) {
    const lock = option(reader, options, 'lock');
    if (lock?.kind === 'literal' && lock.value === 'forUpdate') query.lock = ['for update'];
    if (lock?.kind === 'literal' && lock.value === 'forShare') query.lock = ['for share'];
  }
  const schema = option(reader, options, 'withSchema');
  if (schema?.kind === 'literal') query.schema = String(schema.value);
  const asked = option(reader, options, 'columns');
  const columns = asked && columnsOf(reader, asked);
  if (relation) {
    relationSelect(query, relation.relation, {
      values: relation.key,
      isMany: false,
      ...(columns ? { columns } : {}),
    });
  } else if (columns) query.columns.push(...columns.map((column) => ({ sql: column })));
  else if (query.columns.length === 0) query.columns.push({ sql: [reader.quoted(`${model.table}.*`)] });
  if (!isMany) {
    if (!relation) addAttributes(context, query);
    query.limit = [{ source: '1', constant: 1, range: context.link.range }];
  }
  return query;
}

function columnsOf(reader: Reader, asked: Expression): readonly SqlText[] {
  if (asked.kind === 'array') return reader.names(asked.elements);
  const name = reader.name(asked);
  if (!name) reader.note('Columns that are chosen at run time are not included.');
  return name ? [name] : [];
}

/** What the object was made with is what it is looked for by; by its key alone after it was loaded. */
function addAttributes({ subject, reader, link }: Context, query: KnexQuery): void {
  const { model, attributes, row } = subject;
  const condition = (name: string, value: SqlText): void => {
    query.wheres.push({ bool: 'and', sql: sql`${reader.quoted(`${model.table}.${name}`)} = ${value}` });
  };
  if (row !== undefined) {
    condition(model.idAttribute, [{ source: `${row}.${model.idAttribute}`, range: link.range }]);
    return;
  }
  if (subject.hasUnknownAttributes) reader.note('Conditions added at run time are not included.');
  const all = new Map(attributes.flatMap(({ entries }) => entries.map(({ key, value }) => [key, value] as const)));
  for (const [name, value] of all) {
    const expression = reader.expression(value);
    if (expression.kind === 'object' || (expression.kind === 'literal' && expression.value === undefined)) continue;
    condition(name, reader.parameter(expression));
    query.equals.push({ property: name, value: value.value });
  }
}

function fetch(context: Context, isMany: boolean): Sending {
  const { subject, reader, models } = context;
  const [options] = given(context);
  const query = select(context, subject.query, isMany, options);
  const loads = askedOf(reader, option(reader, options, 'withRelated'));
  const eager = eagerStatements(reader, models, subject.model, loads);
  return {
    operation: isMany ? 'find' : 'find one',
    isMany,
    loads,
    query,
    statements: [{ sql: query.sql() }, ...followUps(eager)],
  };
}

function followUps(statements: readonly SqlText[]) {
  return statements.map((text) => ({ sql: text, isFollowUp: true as const }));
}

/** The page, how many there are in all, then the relations. */
function fetchPage(context: Context): Sending {
  const { subject, reader, models, link } = context;
  const [options] = given(context);
  const { model } = subject;
  const counter = subject.query.clone();
  const query = select(context, subject.query, true, options);
  const part = (name: string): Expression | undefined => option(reader, options, name);
  const limit = part('limit');
  const offset = part('offset');
  const constant = (value: number): SqlText => [{ source: String(value), constant: value, range: link.range }];
  if (limit || offset) {
    query.limit = limit ? reader.parameter(limit) : constant(10);
    query.offset = offset && !(offset.kind === 'literal' && !offset.value) ? reader.parameter(offset) : undefined;
  } else {
    const size = part('pageSize');
    query.limit = size ? reader.parameter(size) : constant(10);
    query.offset = offsetOf(part('page'), size);
  }
  const loads = askedOf(reader, part('withRelated'));
  const eager = followUps(eagerStatements(reader, models, model, loads));
  const page = { sql: query.sql() };
  const base = { operation: 'find' as const, isMany: true, loads, query };
  const noCount = part('disableCount');
  if (noCount?.kind === 'literal' && noCount.value === true) return { ...base, statements: [page, ...eager] };
  const groups = counter.groups;
  counter.orders = [];
  counter.groups = [];
  counter.columns = [];
  const key = groups.length > 0 ? groups : [[reader.quoted(`${model.table}.${model.idAttribute}`)]];
  const list = key.flatMap((text, i) => (i === 0 ? text : [', ', ...text]));
  if (subject.relation)
    relationSelect(counter, subject.relation.relation, { values: subject.relation.key, isMany: false });
  counter.isDistinct = false;
  counter.limit = undefined;
  counter.columns = [{ sql: key.length > 1 ? sql`count(distinct(${list}))` : sql`count(distinct ${list})` }];
  return { ...base, statements: [page, { sql: counter.sql() }, ...eager] };
}

/** page 3 of 20 → OFFSET 40; none for the first page. */
function offsetOf(page: Expression | undefined, size: Expression | undefined): SqlText | undefined {
  if (!page || (page.kind === 'literal' && Number(page.value) <= 1)) return undefined;
  const source = (each: Expression | undefined): string => (each && 'source' in each ? each.source : '10');
  if (page.kind === 'literal' && (!size || size.kind === 'literal')) {
    const constant = (Number(page.value) - 1) * Number(size?.kind === 'literal' ? size.value : 10);
    return [{ source: String(constant), constant, range: page.range }];
  }
  return [{ source: `(${source(page)} - 1) * ${source(size)}`, range: page.range }];
}

function count(context: Context): Sending {
  const { subject, reader } = context;
  const [column] = given(context);
  const { query, relation } = subject;
  if (relation?.relation.type === 'hasMany' && !relation.relation.through) {
    const key = reader.quoted(relation.relation.foreignKey);
    query.wheres.push({ bool: 'and', sql: sql`${key} = ${relation.key}` });
  }
  const name = column?.kind === 'literal' && typeof column.value === 'string' ? column.value : '*';
  query.columns.push({ sql: [`count(${reader.quoted(name)}) as "count"`], aggregate: 'count' });
  return { operation: 'count', isMany: false, loads: [], query, statements: [{ sql: query.sql() }] };
}

/** `post.comments().create({ body })`, with the join table's row where there is one. */
function create(context: Context): Sending | undefined {
  const { subject, link, scope, reader } = context;
  const { relation, model } = subject;
  const [value] = link.arguments ?? [];
  if (!value) return undefined;
  const expression = reader.expression({ value, scope });
  const attributes = expression.kind === 'object' ? [expression] : [];
  const inner: Subject = {
    model,
    query: tableQuery(reader, model, link.range),
    isCollection: false,
    attributes,
    hasUnknownAttributes: expression.kind !== 'object',
  };
  const through = relation?.relation.joinTable;
  const foreign =
    relation && through === undefined ? new Map([[relation.relation.foreignKey, relation.key]]) : undefined;
  const made = saved({ ...context, subject: inner, link: { ...link, arguments: [] } }, foreign);
  if (!relation || through === undefined || !made) return made;
  const key: SqlText = [{ source: `${relation.relation.targetKey} of ${model.table}`, range: link.range }];
  return { ...made, statements: [...made.statements, { sql: pivotInsert(context, key), isFollowUp: true }] };
}

function destroy(context: Context): Sending {
  const { query } = context.subject;
  addKey(context, query);
  query.method = 'del';
  return { operation: 'delete', isMany: false, loads: [], query, statements: [{ sql: query.sql() }] };
}

/** `post.load(['author'])` */
function load(context: Context): Sending {
  const { subject, reader, models } = context;
  const loads = askedOf(reader, given(context)[0]);
  const eager = eagerStatements(reader, models, subject.model, loads);
  return {
    operation: 'load',
    isMany: true,
    loads,
    query: subject.query,
    statements: eager.map((text) => ({ sql: text })),
  };
}

/** attach, detach, updatePivot: the join table's rows. */
function pivot(context: Context): Sending | undefined {
  const { subject, link, reader } = context;
  const relation = subject.relation?.relation;
  if (!relation?.joinTable || !subject.relation) return undefined;
  const [ids] = given(context);
  const query = subject.query;
  const base = { isMany: ids?.kind === 'array', loads: [], query };
  if (link.name === 'attach') {
    const list = ids?.kind === 'array' ? ids.elements.map((each) => reader.expression(each)) : ids ? [ids] : [];
    const statements = list.map((each) => ({ sql: pivotInsert(context, reader.parameter(each), each) }));
    return { ...base, operation: 'insert', statements };
  }
  const own = sql`${reader.quoted(relation.foreignKey)} = ${subject.relation.key}`;
  const table = reader.quoted(relation.joinTable);
  if (link.name === 'detach') {
    const list = ids?.kind === 'array' ? ids.elements.map((each) => reader.expression(each)) : ids ? [ids] : [];
    const other = reader.quoted(relation.otherKey ?? '');
    const statements = list.map((each) => ({
      sql: sql`delete from ${table} where ${own} and ${other} = ${reader.parameter(each)}`,
    }));
    const all = [{ sql: sql`delete from ${table} where ${own}` }];
    return { ...base, operation: 'delete', statements: list.length > 0 ? statements : all };
  }
  const sets = ids?.kind === 'object' ? ids.entries : [];
  if (sets.length === 0) reader.unknown('The columns that are set are known at run time only.');
  const texts = sets.map(({ key, value }: { key: string; value: Located }): SqlText => {
    return sql`${reader.quoted(key)} = ${reader.parameter(reader.expression(value))}`;
  });
  const list = texts.flatMap((text, i) => (i === 0 ? text : [', ', ...text]));
  return { ...base, operation: 'update', statements: [{ sql: sql`update ${table} set ${list} where ${own}` }] };
}

/** `insert into "posts_tags" ("post_id", "tag_id") values ($1, $2)`; attributes of the join table's row in an object. */
function pivotInsert({ subject, reader }: Context, key: SqlText, given?: Expression): SqlText {
  const { relation } = subject;
  if (!relation) return [];
  const own: [string, SqlText][] = [[relation.relation.foreignKey, relation.key]];
  const more: [string, SqlText][] =
    given?.kind === 'object'
      ? given.entries.map((each) => [each.key, reader.parameter(reader.expression(each.value))])
      : [[relation.relation.otherKey ?? '', key]];
  const all = [...new Map([...own, ...more])];
  const names = all.map(([name]) => reader.quoted(name)).join(', ');
  const values = all.flatMap(([, value], i) => (i === 0 ? value : [', ', ...value]));
  return sql`insert into ${reader.quoted(relation.relation.joinTable ?? '')} (${names}) values (${values})`;
}
