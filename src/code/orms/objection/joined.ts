import type { Association, Model } from '../../models/model';
import { joined, type SqlText, sql } from '../support/sql-text';
import type { GraphNode } from './graph';
import { detailsOf, relationDetails } from './models';
import { modifyNode } from './modifiers';
import { addKey, ObjectionQuery } from './query';
import { modifyRelation, ownColumns, relatedColumns } from './related';
import { selectionOf, selectsAll } from './selections';

/** A table of the joined graph: the root or a relation's rows. */
interface Table {
  readonly model: Model;
  /** What stands before its columns: `author`, `comments:author`. */
  readonly alias: string;
  /** What was selected of it. */
  readonly query: ObjectionQuery;
  readonly association?: Association;
  readonly isRoot: boolean;
  /** Names of the relations down to it. */
  readonly path: readonly string[];
}

/** withGraphJoined: a join for each relation, and every column under `relation:column`. */
export function joinedGraph(query: ObjectionQuery, nodes: readonly GraphNode[]): void {
  const root: Table = { model: query.model, alias: query.tableRef, query: query.clone(), isRoot: true, path: [] };
  const tables = [root, ...joinAll(query, root, nodes, query.joinType)];
  if (selectsAll(query)) query.columns = query.columns.filter((each) => selectionOf(each.sql)?.column !== '*');
  for (const table of tables) query.columns.push(...columnsOf(query, table).map((text) => ({ sql: text })));
}

/** joinRelated: the joins alone. */
export function joinAll(
  query: ObjectionQuery,
  parent: Table,
  nodes: readonly GraphNode[],
  joinType: string,
): readonly Table[] {
  return nodes.flatMap((node): Table[] => {
    const association = parent.model.associations.find(({ name }) => name === node.relation);
    const model = association && query.known.target(association);
    if (!model) {
      query.reader.note(`The relation ${node.relation} of ${parent.model.name} is not known.`);
      return [];
    }
    const name = query.aliases.get(node.name) ?? node.name;
    const alias = parent.isRoot ? name : `${parent.alias}:${name}`;
    const path = [...parent.path, node.name];
    const inner = selected(query, model, node, path);
    const table: Table = { model, alias, query: inner.own, association, isRoot: false, path };
    join(query, { parent: parent.alias, table, node, joinType, joinedQuery: inner.joined });
    return [table, ...joinAll(query, table, node.children, joinType)];
  });
}

export function rootOf(query: ObjectionQuery): Table {
  return { model: query.model, alias: query.tableRef, query, isRoot: true, path: [] };
}

/** What is joined: the table itself, or a sub-query where modifiers ask for less; and the columns that the program chose. */
function selected(
  query: ObjectionQuery,
  model: Model,
  node: GraphNode,
  path: readonly string[],
): { readonly own: ObjectionQuery; readonly joined: ObjectionQuery } {
  const own = new ObjectionQuery(query.reader, model, query.known);
  modifyNode(query, own, node, path);
  return { own, joined: own.clone() };
}

function join(
  query: ObjectionQuery,
  asked: {
    readonly parent: string;
    readonly table: Table;
    readonly node: GraphNode;
    readonly joinType: string;
    readonly joinedQuery: ObjectionQuery;
  },
): void {
  const { reader } = query;
  const { parent, table, node, joinType, joinedQuery } = asked;
  const { alias, association, model } = table;
  if (!association) return;
  for (const column of keysOf(model, association, node)) addKey(joinedQuery, column);
  modifyRelation(joinedQuery, association);
  modifyRelation(table.query, association);
  const name = detailsOf(model).tableName;
  const target: SqlText = joinedQuery.isWholeTable
    ? [reader.quoted(name === alias ? name : `${schemaBefore(query, name)} as ${alias}`)]
    : sql`(${joinedQuery.sql()}) as ${reader.quoted(alias)}`;
  const { through } = association;
  if (!through) {
    const on = relatedColumns(association).map((column, i) => {
      const own = reader.quoted(`${parent}.${ownColumns(association)[i] ?? ''}`);
      return [`${reader.quoted(`${alias}.${column}`)} = ${own}`];
    });
    push(query, joinType, target, on);
    return;
  }
  const between = `${alias}_join`;
  const toOwner = association.foreignKey.map((column, i) => [
    `${reader.quoted(`${between}.${column}`)} = ${reader.quoted(`${parent}.${association.referenced[i] ?? ''}`)}`,
  ]);
  push(query, joinType, [reader.quoted(`${schemaBefore(query, through.table)} as ${between}`)], toOwner);
  const toTarget = through.otherKey.map((column, i) => [
    `${reader.quoted(`${between}.${column}`)} = ${reader.quoted(`${alias}.${through.otherReferenced[i] ?? ''}`)}`,
  ]);
  push(query, joinType, target, toTarget);
}

function schemaBefore(query: ObjectionQuery, table: string): string {
  return query.schema === undefined ? table : `${query.schema}.${table}`;
}

function push(query: ObjectionQuery, joinType: string, table: SqlText, on: readonly SqlText[]): void {
  query.joins.push({ sql: sql`${joinType} join ${table} on ${joined(on, ' and ')}`, table, conditions: on });
}

/** The columns that a join needs even if the program selects others: the key, the relation's own, and those of the relations below. */
function keysOf(model: Model, association: Association, node: GraphNode): readonly string[] {
  const below = node.children.flatMap(({ relation }) => {
    const found = model.associations.find(({ name }) => name === relation);
    return found ? ownColumns(found) : [];
  });
  return [...new Set([...detailsOf(model).idColumns, ...relatedColumns(association), ...below])];
}

function columnsOf(query: ObjectionQuery, { model, alias, query: own, association, isRoot }: Table): SqlText[] {
  const { reader } = query;
  const details = detailsOf(model);
  const named = (column: string): SqlText => [
    reader.quoted(`${alias}.${column} as ${isRoot ? column : `${alias}:${column}`}`),
  ];
  if (selectsAll(own)) {
    const extras = association ? [...relationDetails(association).extras] : [];
    const between = extras.map(
      ([property, column]): SqlText => [reader.quoted(`${alias}_join.${column} as ${alias}:${property}`)],
    );
    if (!details.hasAllColumns) {
      reader.note(`objection asks the database for the columns of ${model.name} and selects each of them.`);
      return [[`${reader.quoted(alias)}.*`], ...between];
    }
    return [...model.columns.map(({ column }) => named(column)), ...between];
  }
  const chosen = own.columns.flatMap((each) => selectionOf(each.sql)?.name ?? []);
  const ids = details.idColumns.filter((id) => !chosen.includes(id));
  return [...(isRoot ? [] : chosen), ...ids].map(named);
}
