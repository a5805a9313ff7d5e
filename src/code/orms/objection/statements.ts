import type { TextRange } from '../../../nouns/text-range';
import type { Association, Model } from '../../models/model';
import type { Expression } from '../knex/expression';
import type { GeneratedParameter } from '../orm';
import { joined, type SqlText, sql } from '../support/sql-text';
import type { GraphNode } from './graph';
import { graphSql } from './graph-writes';
import { detailsOf } from './models';
import { modifyNode } from './modifiers';
import type { Owner } from './owner';
import { addKey, ObjectionQuery } from './query';
import { listOf, ownColumns, ownerCondition, ownerValues, relatedColumns } from './related';
import { selectionOf } from './selections';

export interface Sent {
  readonly sql: SqlText;
  readonly isFollowUp?: true;
}

/** Everything that a builder sends, in order. */
export function statementsOf(query: ObjectionQuery): readonly Sent[] {
  const { task, owner } = query;
  switch (task.kind) {
    case 'result size':
      return [{ sql: query.countSql() }];
    case 'range':
      return [{ sql: query.sql() }, ...fetched(query), { sql: query.countSql() }];
    case 'insert and fetch':
      return [...inserted(query), { sql: fetchedById(query, undefined), isFollowUp: true }, ...fetched(query)];
    case 'update and fetch':
      return [{ sql: query.sql() }, { sql: fetchedById(query, task.id), isFollowUp: true }, ...fetched(query)];
    case 'relate':
      return owner ? [{ sql: relateSql(query, owner, task.ids, task.range) }] : [];
    case 'unrelate':
      return owner ? [{ sql: unrelateSql(query, owner) }] : [];
    case 'graph':
      return graphSql(query, task);
    case 'plain':
      if (query.method === 'insert') return inserted(query);
      return query.method === 'select' ? [{ sql: query.sql() }, ...fetched(query)] : [{ sql: query.sql() }];
  }
}

/** One query for each relation of the graph, level by level. */
export function fetched(query: ObjectionQuery): Sent[] {
  if (query.isJoined) return [];
  const sent: Sent[] = [];
  let level = below(query.model, query.graph, []);
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { model, node, path } of level) {
      const association = model.associations.find(({ name }) => name === node.relation);
      const target = association && query.known.target(association);
      if (!association || !target) {
        query.reader.note(`The relation ${node.relation} of ${model.name} is not known.`);
        continue;
      }
      sent.push({ sql: relationSql(query, { model, node, path, association, target }), isFollowUp: true });
      next.push(...below(target, node.children, path));
    }
    level = next;
  }
  return sent;
}

interface Level {
  readonly model: Model;
  readonly node: GraphNode;
  /** Names of the relations down to it. */
  readonly path: readonly string[];
}

function below(model: Model, nodes: readonly GraphNode[], path: readonly string[]): Level[] {
  return nodes.map((node) => ({ model, node, path: [...path, node.name] }));
}

/** `select "comments".* from "comments" where "comments"."post_id" in ($1)` */
function relationSql(
  root: ObjectionQuery,
  { model, node, path, association, target }: Level & { readonly association: Association; readonly target: Model },
): SqlText {
  const query = new ObjectionQuery(root.reader, target, root.known);
  query.schema = root.schema;
  const source = `${ownColumns(association).join(', ')} of ${detailsOf(model).tableName}`;
  const values: SqlText = ['(', { source, range: node.range }, ')'];
  query.owner = { model, association, of: { kind: 'rows', values } };
  modifyNode(root, query, node, path);
  query.graph = node.children;
  const whole = query.prepared();
  if (association.through) {
    association.foreignKey.forEach((column, i) => {
      const name = root.reader.quoted(`${association.through?.table ?? ''}.${column} as objectiontmpjoin${i}`);
      whole.columns.push({ sql: [name] });
    });
  }
  if (whole.columns.some((each) => selectionOf(each.sql))) {
    for (const column of relatedColumns(association)) addKey(whole, column);
  }
  return whole.plainSql();
}

/** The rows that were just written, by their keys. */
function fetchedById(query: ObjectionQuery, id: Expression | undefined): SqlText {
  const rows = new ObjectionQuery(query.reader, query.model, query.known);
  rows.schema = query.schema;
  const { idColumns } = query.details;
  const range = query.nameRange ?? { start: 0, end: 0 };
  const key: GeneratedParameter = { source: `${idColumns.join(', ')} of ${query.details.tableName}`, range };
  const isInsert = query.method === 'insert';
  if (isInsert) rows.wheres.push({ bool: 'and', sql: sql`${rows.columnsSql(idColumns)} in (${[key]})` });
  else {
    for (const column of idColumns) {
      const value = id ? query.reader.parameter(id) : [key];
      rows.wheres.push({ bool: 'and', sql: sql`${rows.column(column)} = ${value}` });
    }
  }
  return rows.sql();
}

/** An INSERT, with the join table's row or the owner's key where it is made through a relation. */
function inserted(query: ObjectionQuery): Sent[] {
  const { owner, reader } = query;
  if (!owner) return [{ sql: query.sql() }];
  const { association } = owner;
  const range = query.nameRange ?? { start: 0, end: 0 };
  const own = ownKeys(query, owner, range);
  if (association.kind === 'belongsTo') {
    const key: GeneratedParameter = {
      source: `${association.referenced.join(', ')} of ${query.details.tableName}`,
      range,
    };
    return [{ sql: query.sql() }, { sql: setOwner(query, owner, [key]), isFollowUp: true }];
  }
  if (!association.through) {
    const columns = association.foreignKey.map((column, i) => [column, own[i] ?? []] as const);
    query.addedColumns = new Map([...query.addedColumns, ...columns]);
    return [{ sql: query.sql() }];
  }
  const key: SqlText = [
    { source: `${association.through.otherReferenced.join(', ')} of ${query.details.tableName}`, range },
  ];
  const { foreignKey, through } = association;
  const columns = [...foreignKey, ...through.otherKey].map((column) => [reader.quoted(column)]);
  const values = joined([...own, ...through.otherKey.map(() => key)], ', ');
  const text = sql`insert into ${reader.quoted(through.table)} (${joined(columns, ', ')}) values (${values}) returning ${joinReturning(query, association)}`;
  return [{ sql: query.sql() }, { sql: text, isFollowUp: true }];
}

/** Behind an INSERT into a join table. */
export function joinReturning(query: ObjectionQuery, { through }: Association): SqlText {
  return joined(
    (through?.otherKey ?? []).map((column) => [query.reader.quoted(column)]),
    ', ',
  );
}

/** The one owner's key, as parameters. */
function ownKeys(query: ObjectionQuery, owner: Owner, range: TextRange): SqlText[] {
  const { of, association } = owner;
  return ownColumns(association).map((column, i): SqlText => {
    if (of.kind !== 'ids') return [{ source: `${column} of ${detailsOf(owner.model).tableName}`, range }];
    const part = of.ids.kind === 'array' ? of.ids.elements[i] : undefined;
    return query.reader.parameter(part ? query.reader.expression(part) : of.ids);
  });
}

/** relate(2): the join table's row, or the foreign key on either side. */
function relateSql(query: ObjectionQuery, owner: Owner, ids: Expression | undefined, range: TextRange): SqlText {
  const { reader } = query;
  const { association } = owner;
  const one: Expression = { kind: 'runtime', source: 'id', range, isArray: false };
  // Rows that were read before: their keys are known at run time only.
  const isUnknown = !ids || ids.kind === 'query' || (ids.kind === 'array' && ids.elements.length === 0);
  const given = isUnknown ? one : ids;
  if (association.kind === 'belongsTo') return setOwner(query, owner, reader.parameter(given));
  const own = ownKeys(query, owner, range);
  if (!association.through) {
    const update = writeOf(query, query.model);
    update.updates = association.foreignKey.map((column, i) => ({ column, value: own[i] ?? [] }));
    const { idColumns } = query.details;
    update.wheres.unshift({
      bool: 'and',
      sql: sql`${update.columnsSql(idColumns)} in ${listOf(query, given, idColumns.length)}`,
    });
    return update.sql();
  }
  const { foreignKey, through } = association;
  const columns = [...foreignKey, ...through.otherKey].map((column) => [reader.quoted(column)]);
  const list = given.kind === 'array' ? given.elements.map((each) => reader.expression(each)) : [given];
  const rows = list.map((each) => sql`(${joined([...own, reader.parameter(each)], ', ')})`);
  return sql`insert into ${reader.quoted(through.table)} (${joined(columns, ', ')}) values ${joined(rows, ', ')} returning ${joinReturning(query, association)}`;
}

function writeOf(query: ObjectionQuery, model: Model): ObjectionQuery {
  const update = new ObjectionQuery(query.reader, model, query.known);
  update.method = 'update';
  if (model === query.model) update.wheres = [...query.wheres];
  return update;
}

/** `update "posts" set "author_id" = $1 where "posts"."id" in ($2)` */
function setOwner(query: ObjectionQuery, owner: Owner, value: SqlText): SqlText {
  const update = writeOf(query, owner.model);
  update.wheres = [];
  update.updates = owner.association.foreignKey.map((column) => ({ column, value }));
  const { idColumns } = detailsOf(owner.model);
  const rows: SqlText =
    owner.of.kind === 'ids'
      ? listOf(query, owner.of.ids, idColumns.length)
      : [
          '(',
          {
            source: `${idColumns.join(', ')} of ${detailsOf(owner.model).tableName}`,
            range: query.nameRange ?? { start: 0, end: 0 },
          },
          ')',
        ];
  update.wheres.push({ bool: 'and', sql: sql`${update.columnsSql(idColumns)} in ${rows}` });
  return update.sql();
}

function unrelateSql(query: ObjectionQuery, owner: Owner): SqlText {
  const { reader } = query;
  const { association } = owner;
  const none: SqlText = [{ source: 'null', constant: null, range: query.nameRange ?? { start: 0, end: 0 } }];
  if (association.kind === 'belongsTo') return setOwner(query, owner, none);
  if (!association.through) {
    const update = writeOf(query, query.model);
    update.updates = association.foreignKey.map((column) => ({ column, value: none }));
    update.wheres.push({ bool: 'and', sql: ownerCondition(update, owner) });
    return update.sql();
  }
  const { through, foreignKey } = association;
  const table = reader.quoted(through.table);
  const own = joined(
    foreignKey.map((column) => [reader.quoted(`${through.table}.${column}`)]),
    ', ',
  );
  const inner = new ObjectionQuery(reader, query.model, query.known);
  inner.owner = owner;
  inner.wheres = [...query.wheres];
  inner.columns = through.otherReferenced.map((column) => ({ sql: [inner.column(column)] }));
  const other = joined(
    through.otherKey.map((column) => [reader.quoted(`${through.table}.${column}`)]),
    ', ',
  );
  return sql`delete from ${table} where ${other} in (${inner.sql()}) and ${own} in ${ownerValues(query, owner)}`;
}
