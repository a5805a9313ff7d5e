import type { Association, Model } from '../../models/model';
import type { Expression } from '../knex/expression';
import { joined, type SqlText, sql } from '../support/sql-text';
import { detailsOf, relationDetails } from './models';
import { modifyBy } from './modifiers';
import type { Owner } from './owner';
import { ObjectionQuery } from './query';

/** The owner's columns that a relation starts from. */
export function ownColumns({ kind, foreignKey, referenced }: Association): readonly string[] {
  return kind === 'belongsTo' ? foreignKey : referenced;
}

/** The related table's columns. */
export function relatedColumns({ kind, foreignKey, referenced, through }: Association): readonly string[] {
  if (kind === 'belongsTo') return referenced;
  return through ? through.otherReferenced : foreignKey;
}

/** Puts what a relation asks before what the program asked: the join table, the owner's condition, the relation's `modify`. */
export function applyOwner(query: ObjectionQuery, owner: Owner): void {
  if (query.method === 'insert') return;
  const { association } = owner;
  const isWrite = query.method === 'update' || query.method === 'del';
  if (association.through && isWrite) {
    keysOfThrough(query, owner);
    return;
  }
  const before = new ObjectionQuery(query.reader, query.model, query.known);
  before.tableAlias = query.tableAlias;
  before.parents.push(before);
  if (association.through) joinTable(before, association);
  before.wheres.push({ bool: 'and', sql: ownerCondition(before, owner) });
  modifyRelation(before, association);
  before.parents.pop();
  const hadColumns = query.columns.length > 0;
  query.joins.unshift(...before.joins);
  query.wheres.unshift(...before.wheres);
  query.orders.unshift(...before.orders);
  query.columns.unshift(...before.columns);
  query.limit ??= before.limit;
  if (association.through && !hadColumns && before.columns.length === 0) addJoinColumns(query, association);
}

/** The rows of a relation with their join table: `tags.*` and what the join table brings. */
function addJoinColumns(query: ObjectionQuery, association: Association): void {
  if (query.method !== 'select' || !association.through) return;
  const { reader } = query;
  query.columns.push({ sql: [`${reader.quoted(query.tableRef)}.*`] });
  for (const [property, column] of relationDetails(association).extras) {
    query.columns.push({ sql: [reader.quoted(`${association.through.table}.${column} as ${property}`)] });
  }
}

function joinTable(query: ObjectionQuery, association: Association): void {
  const { reader } = query;
  const { through } = association;
  if (!through) return;
  const on = through.otherReferenced.map((column, i) => {
    const other = reader.quoted(`${through.table}.${through.otherKey[i] ?? ''}`);
    return [`${query.column(column)} = ${other}`];
  });
  const table = [reader.quoted(through.table)];
  query.joins.push({ sql: sql`inner join ${table} on ${joined(on, ' and ')}`, table, conditions: on });
}

export function ownerCondition(query: ObjectionQuery, owner: Owner): SqlText {
  const { reader } = query;
  const { association, of } = owner;
  const names = association.through
    ? association.foreignKey.map((column) => reader.quoted(`${association.through?.table ?? ''}.${column}`))
    : relatedColumns(association).map((column) => query.column(column));
  if (of.kind === 'reference') {
    const pairs = ownColumns(association).map((column, i) => [
      `${names[i] ?? ''} = ${reader.quoted(`${of.table}.${column}`)}`,
    ]);
    return joined(pairs, ' and ');
  }
  const left = names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`;
  return sql`${left} in ${ownerValues(query, owner)}`;
}

/** Behind IN: the owners' own columns. */
export function ownerValues(query: ObjectionQuery, owner: Owner): SqlText {
  const { association, model, of } = owner;
  if (of.kind === 'rows') return of.values;
  const { idColumns } = detailsOf(model);
  const own = ownColumns(association);
  if (of.kind === 'ids') {
    if (own.join() === idColumns.join()) return listOf(query, of.ids, own.length);
    const owners = new ObjectionQuery(query.reader, model, query.known);
    owners.wheres.push({
      bool: 'and',
      sql: sql`${owners.columnsSql(idColumns)} in ${listOf(query, of.ids, idColumns.length)}`,
    });
    return ownerSelect(owners, own);
  }
  return of.kind === 'query' ? ownerSelect(of.query.clone(), own) : [];
}

/** `(select "posts"."id" from "posts" where …)` */
function ownerSelect(owners: ObjectionQuery, columns: readonly string[]): SqlText {
  owners.columns = columns.map((column) => ({ sql: [owners.column(column)] }));
  return sql`(${owners.sql()})`;
}

/** One key or a list of them; a key of several columns is a list itself. */
export function listOf(query: ObjectionQuery, ids: Expression, size: number): SqlText {
  const { reader } = query;
  const isOne = ids.kind !== 'array' || (size > 1 && !isListOfLists(query, ids));
  if (!isOne || ids.kind === 'query') return reader.list(ids);
  return ids.kind === 'array' ? sql`(${reader.list(ids)})` : sql`(${reader.parameter(ids)})`;
}

function isListOfLists(query: ObjectionQuery, ids: Expression & { kind: 'array' }): boolean {
  const [first] = ids.elements;
  return first !== undefined && query.reader.expression(first).kind === 'array';
}

/** An UPDATE or DELETE of rows behind a join table takes their keys from a sub-query. */
function keysOfThrough(query: ObjectionQuery, owner: Owner): void {
  const { idColumns } = query.details;
  const inner = new ObjectionQuery(query.reader, query.model, query.known);
  inner.owner = owner;
  inner.wheres = query.wheres;
  inner.columns = idColumns.map((column) => ({ sql: [inner.column(column)] }));
  query.wheres = [{ bool: 'and', sql: sql`${query.columnsSql(idColumns)} in (${inner.sql()})` }];
}

/** What the relation itself asks: `modify: (query) => query.where('approved', true)`. */
export function modifyRelation(query: ObjectionQuery, association: Association): void {
  const { modify } = relationDetails(association);
  if (!modify) return;
  const located = { value: modify.value, scope: { at: modify.at, names: new Map() } };
  const expression = query.reader.expression(located);
  if (expression.kind === 'object')
    query.apply({ name: 'where', range: modify.value.range, arguments: [modify.value] }, located.scope);
  else modifyBy(query, expression, []);
}

export function newQuery(query: ObjectionQuery, model: Model): ObjectionQuery {
  return new ObjectionQuery(query.reader, model, query.known);
}
