import type { TextRange } from '../../../nouns/text-range';
import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import { KnexQuery } from '../knex/query';
import type { Reader } from '../knex/reader';
import type { Scope } from '../knex/scope';
import { type SqlText, sql } from '../support/sql-text';
import type { ModelFacts } from './models';
import { isSingle, type Relation } from './relations';

/** A knex builder for a model's table. */
export function tableQuery(reader: Reader, { table }: ModelFacts, range: TextRange): KnexQuery {
  const query = new KnexQuery(reader);
  query.table = { kind: 'literal', value: table, source: table, range };
  return query;
}

/** `.query((qb) => …)`, `.query({ where: { … }, limit: 3 })`, `.query('whereIn', 'id', ids)` */
export function applyQuery(query: KnexQuery, link: Link, scope: Scope): void {
  const { reader } = query;
  const [first, ...rest] = link.arguments ?? [];
  if (first === undefined) return;
  const expression = reader.expression({ value: first, scope });
  if (expression.kind === 'callable') reader.call(expression.callable, [query], query);
  else if (expression.kind === 'object') {
    for (const { key, value } of expression.entries) {
      const list = value.value.kind === 'array' ? value.value.elements.map((each) => each.value) : [value.value];
      query.apply({ name: key, range: link.range, arguments: list }, value.scope);
    }
    if (expression.isOpen) reader.note('Conditions added at run time are not included.');
  } else if (expression.kind === 'literal' && typeof expression.value === 'string') {
    query.apply({ name: expression.value, range: link.range, arguments: rest }, scope);
  } else reader.note('Conditions added at run time are not included.');
}

/** orderBy('-created_at') → ORDER BY "posts"."created_at" DESC */
export function applyOrder(query: KnexQuery, model: ModelFacts, link: Link, scope: Scope): void {
  const { reader } = query;
  const [sort, order] = (link.arguments ?? []).map((value) => reader.expression({ value, scope }));
  if (sort && sort.kind !== 'literal') {
    reader.note('An order that is chosen at run time is not included.');
    return;
  }
  const text = sort?.value === undefined || sort.value === null ? model.idAttribute : String(sort.value);
  const name = text.replace(/^-/, '');
  const isDescending = order?.kind === 'literal' ? /^desc$/i.test(String(order.value)) : text.startsWith('-');
  const column = reader.quoted(name.includes('.') ? name : `${model.table}.${name}`);
  query.orders.push([`${column} ${isDescending ? 'desc' : 'asc'}`]);
}

/** `select distinct "comments".* from "comments" where "comments"."post_id" in ($1)`, with the join table's columns. */
export function relationSelect(
  query: KnexQuery,
  relation: Relation,
  asked: {
    /** What the parents' key is compared with: `($1)` for many, `$1` for one. */
    readonly values: SqlText;
    readonly isMany: boolean;
    readonly constrain?: (query: KnexQuery) => void;
    readonly columns?: readonly SqlText[];
  },
): void {
  const { reader } = query;
  const { target, joinTable, pivotColumns, foreignKey, otherKey, through, type } = relation;
  if (joinTable !== undefined) addJoins(query, relation);
  asked.constrain?.(query);
  if (asked.columns) query.columns.push(...asked.columns.map((column) => ({ sql: column })));
  if (query.columns.length === 0) {
    query.isDistinct = true;
    query.columns.push({ sql: [reader.quoted(`${target.table}.*`)] });
  }
  if (joinTable !== undefined) {
    const ids = through ? [through.idAttribute] : [];
    const names = [...ids, foreignKey, ...(type === 'belongsToMany' && otherKey ? [otherKey] : []), ...pivotColumns];
    for (const name of names) {
      query.columns.push({ sql: [reader.quoted(`${joinTable}.${name} as _pivot_${name}`)] });
    }
  }
  if (isSingle(relation) && !asked.isMany) query.limit = [{ source: '1', constant: 1, range: relation.range }];
  const key = reader.quoted(keyColumn(relation));
  query.wheres.push({
    bool: 'and',
    sql: asked.isMany ? sql`${key} in ${asked.values}` : sql`${key} = ${asked.values}`,
  });
  if (relation.morph) addMorph(query, relation, relation.morph);
}

function addMorph(
  query: KnexQuery,
  { target, range }: Relation,
  morph: { readonly key: string; readonly value: string },
): void {
  const column = query.reader.quoted(`${target.table}.${morph.key}`);
  const parameter = [{ source: `'${morph.value}'`, constant: morph.value, range }];
  query.wheres.push({ bool: 'and', sql: sql`${column} = ${parameter}` });
}

/** The column that tells whose a related row is. */
function keyColumn({ type, parent, target, joinTable, foreignKey, parentKey, targetKey }: Relation): string {
  if (joinTable !== undefined)
    return type === 'belongsTo' ? `${parent.table}.${parentKey}` : `${joinTable}.${foreignKey}`;
  return `${target.table}.${type === 'belongsTo' ? targetKey : foreignKey}`;
}

function addJoins(query: KnexQuery, relation: Relation): void {
  const { type, target, parent, joinTable = '', foreignKey, otherKey = '', targetKey, through } = relation;
  if (type === 'belongsToMany') addJoin(query, joinTable, `${joinTable}.${otherKey}`, `${target.table}.${targetKey}`);
  else if (type === 'belongsTo') {
    addJoin(query, joinTable, `${joinTable}.${foreignKey}`, `${target.table}.${targetKey}`);
    addJoin(query, parent.table, `${joinTable}.${through?.idAttribute}`, `${parent.table}.${through?.foreignKey}`);
  } else addJoin(query, joinTable, `${joinTable}.${through?.idAttribute}`, `${target.table}.${through?.foreignKey}`);
}

function addJoin(query: KnexQuery, table: string, left: string, right: string): void {
  const { reader } = query;
  const name = [reader.quoted(table)];
  const on = [`${reader.quoted(left)} = ${reader.quoted(right)}`];
  query.joins.push({ sql: sql`inner join ${name} on ${on}`, table: name, conditions: [on] });
}

/** The relation's own `.query(…)`, `.where(…)`, `.orderBy(…)`. */
export function applyConstraints(query: KnexQuery, { constraints, at, target }: Relation): void {
  const scope: Scope = { at, names: new Map() };
  for (const link of constraints) applyBuilderLink(query, target, link, scope);
}

/** False when it is no method that adds to the query. */
export function applyBuilderLink(query: KnexQuery, model: ModelFacts, link: Link, scope: Scope): boolean {
  if (link.name === 'query') applyQuery(query, link, scope);
  else if (link.name === 'where') query.apply(link, scope);
  else if (link.name === 'orderBy') applyOrder(query, model, link, scope);
  else return false;
  return true;
}

export function option(reader: Reader, options: Expression | undefined, name: string): Expression | undefined {
  const entry = options?.kind === 'object' ? options.entries.find(({ key }) => key === name) : undefined;
  return entry && reader.expression(entry.value);
}
