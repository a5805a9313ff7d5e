import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isNull, isUnknown, type NamedArgument } from './arguments';
import { keyOf, type Relation, relationOf } from './models';
import { columnOf, columnsOf, tableName } from './names';
import { aliased, both, either, present, type Request } from './request';
import { scalarConditions } from './scalar-filter';
import type { ScalarField, SchemaModel } from './schema';

/** The table that conditions are about, under the name that it has in the statement. */
export interface Scope {
  readonly model: SchemaModel;
  readonly qualifier: string;
  /** Where to-one relations are joined. UPDATE and DELETE join nothing: they ask EXISTS. */
  readonly joins?: SqlText[];
  /** Gets the columns that the conditions ask about. */
  readonly used?: Set<ScalarField>;
}

const openSentence = 'Conditions added at run time are not included.';

/** `where` as one condition; undefined when it asks for nothing. */
export function whereCondition(request: Request, scope: Scope, where: Argument | undefined): SqlText | undefined {
  if (where === undefined) return undefined;
  const conditions = conditionsOf(request, scope, where);
  return conditions.length === 0 ? undefined : both(request.withFoldedSearches(conditions));
}

function conditionsOf(request: Request, scope: Scope, where: Argument): SqlText[] {
  if (isUnknown(where)) request.note('The conditions are known at run time only; none is shown.');
  if (request.reader.isOpen(where)) request.note(openSentence);
  return request.reader.entries(where).flatMap((entry) => present(conditionOf(request, scope, entry)));
}

function conditionOf(request: Request, scope: Scope, { name, keyRange, argument }: NamedArgument): SqlText | undefined {
  const { model, qualifier } = scope;
  switch (name) {
    case 'AND':
      return parts(request, scope, argument, both);
    case 'OR':
      return argument.value.kind === 'array' && argument.value.elements.length === 0 && !argument.value.open
        ? ['1 = 0']
        : parts(request, scope, argument, either);
    case 'NOT':
      return parts(request, scope, argument, (all) => both(all.map((each) => sql`(NOT ${each})`)));
    default:
  }
  const field = model.fields.get(name);
  if (field?.kind === 'scalar') {
    scope.used?.add(field);
    request.named(field.column, keyRange);
    const operand = { text: [columnOf(qualifier, field)], field, model, qualifier };
    const conditions = scalarConditions(request, operand, argument);
    return conditions.length === 0 ? undefined : both(conditions);
  }
  if (field?.kind === 'relation') {
    const relation = relationOf(field, model, request.schema.models);
    for (const key of relation?.own ?? []) scope.used?.add(key);
    if (relation) request.named(relation.to.table, keyRange);
    return relation && relationCondition(request, scope, relation, argument);
  }
  const key = model.uniques.find((unique) => unique.name === name && unique.fields.length > 1);
  if (key) return both(keyConditions(request, scope, key.fields, argument));
  request.note(name === '' ? openSentence : `“${name}” is no field of ${model.name}.`);
  return undefined;
}

/** `authorId_slug: { authorId: 1, slug: 'a' }` */
function keyConditions(request: Request, scope: Scope, fields: readonly string[], argument: Argument): SqlText[] {
  const { model, qualifier } = scope;
  return fields.flatMap((name) => {
    const field = model.fields.get(name);
    if (field?.kind !== 'scalar') return [];
    const given = request.reader.entry(argument, name);
    const value = given ? request.value(given, field) : request.runtime(name);
    return [sql`${columnOf(qualifier, field)} = ${value}`];
  });
}

function parts(
  request: Request,
  scope: Scope,
  argument: Argument,
  combine: (conditions: readonly SqlText[]) => SqlText,
): SqlText | undefined {
  const elements = request.reader.elements(argument);
  if (elements === undefined || request.reader.isOpen(argument)) request.note(openSentence);
  else if (isUnknown(argument)) request.note('A condition for each element of a list is shown once.');
  const conditions = (elements ?? []).flatMap((each) => present(whereCondition(request, scope, each)));
  return conditions.length === 0 ? undefined : combine(request.withFoldedSearches(conditions));
}

function relationCondition(
  request: Request,
  scope: Scope,
  relation: Relation,
  argument: Argument,
): SqlText | undefined {
  if (isNull(argument)) return absent(request, scope, relation);
  if (argument.value.kind !== 'object') {
    request.note(openSentence);
    return undefined;
  }
  const entries = request.reader.entries(argument);
  const hasOperators = entries.some(({ name }) => /^(?:is|isNot|some|every|none)$/.test(name));
  if (entries.length === 0) return undefined;
  if (!relation.field.isList && !hasOperators) return toOne(request, scope, relation, argument, false);
  const conditions = entries.flatMap(({ name, argument: inner }): SqlText[] => {
    if (relation.field.isList) return [toMany(request, scope, relation, name, inner)];
    if (isNull(inner)) {
      const none = absent(request, scope, relation);
      return [name === 'isNot' ? sql`(NOT ${none})` : none];
    }
    return [toOne(request, scope, relation, inner, name === 'isNot')];
  });
  return conditions.length === 0 ? undefined : both(conditions);
}

/** `reviewer: null` */
function absent(request: Request, scope: Scope, relation: Relation): SqlText {
  const { joins, qualifier } = scope;
  if (relation.key === 'here') {
    return both(relation.own.map((field) => [`${columnOf(qualifier, field)} IS NULL`]));
  }
  if (joins === undefined) {
    const columns = relation.other.map((field) => columnOf(relation.to.table, field));
    const known = columns.map((name) => `${name} IS NOT NULL`).join(' AND ');
    return [
      `${columnsOf(qualifier, relation.own)} NOT IN (SELECT ${columns.join(', ')} FROM ${tableName(relation.to)} WHERE ${known})`,
    ];
  }
  const alias = `j${request.alias()}`;
  joins.push(leftJoin(scope, relation, alias));
  return both(relation.other.map((field) => [`${columnOf(alias, field)} IS NULL`]));
}

export function leftJoin(scope: Pick<Scope, 'qualifier'>, relation: Relation, alias: string): SqlText {
  const on = `${columnsOf(alias, relation.other)} = ${columnsOf(scope.qualifier, relation.own)}`;
  return [` LEFT JOIN ${tableName(relation.to)} AS ${aliased(alias)} ON ${on}`];
}

function toOne(request: Request, scope: Scope, relation: Relation, where: Argument, isNegated: boolean): SqlText {
  const { joins } = scope;
  if (joins === undefined) {
    const alias = `t${request.alias()}`;
    const own: SqlText[] = [];
    const inner = whereCondition(request, { model: relation.to, qualifier: alias, joins: own }, where) ?? ['1 = 1'];
    return sql`${isNegated ? 'NOT ' : ''}EXISTS (${subselect(scope, relation, alias, own, inner)})`;
  }
  const alias = `j${request.alias()}`;
  joins.push(leftJoin(scope, relation, alias));
  const inner = whereCondition(request, { model: relation.to, qualifier: alias, joins }, where) ?? ['1 = 1'];
  const key = keyOf(relation.to).map((field) => columnOf(alias, field));
  if (isNegated) return either([sql`(NOT ${inner})`, ...key.map((name) => [`${name} IS NULL`])]);
  return both([inner, ...key.map((name) => [`${name} IS NOT NULL`])]);
}

function toMany(request: Request, scope: Scope, relation: Relation, operator: string, where: Argument): SqlText {
  const number = request.alias();
  const alias = `t${number}`;
  const joins: SqlText[] = [];
  let qualifier = alias;
  if (relation.joinTable) {
    qualifier = `j${number}`;
    const on = `${columnsOf(qualifier, relation.other)} = ${columnOf(alias, relation.joinTable.other)}`;
    joins.push([` INNER JOIN ${tableName(relation.to)} AS ${qualifier} ON ${on}`]);
  }
  const inner = whereCondition(request, { model: relation.to, qualifier, joins }, where) ?? ['1 = 1'];
  const asked = operator === 'every' ? sql`(NOT ${inner})` : inner;
  return sql`${operator === 'some' ? '' : 'NOT '}EXISTS (${subselect(scope, relation, alias, joins, asked)})`;
}

function subselect(
  scope: Scope,
  relation: Relation,
  alias: string,
  joins: readonly SqlText[],
  inner: SqlText,
): SqlText {
  const { joinTable } = relation;
  const table = joinTable ? tableName({ ...relation.from, ...joinTable }) : tableName(relation.to);
  const columns = joinTable ? [columnOf(alias, joinTable.own)] : relation.other.map((field) => columnOf(alias, field));
  const own = columnsOf(scope.qualifier, relation.own);
  const link = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
  const where = both([inner, [`${own} = ${link}`], ...columns.map((name) => [`${name} IS NOT NULL`])]);
  return sql`SELECT ${columns.join(', ')} FROM ${table} AS ${alias}${joins.flat()} WHERE ${where}`;
}

/** `where: { id: 1 }` of findUnique: the key, and what is asked beside it (`1 = 1` when nothing is). */
export function uniqueCondition(request: Request, scope: Scope, where: Argument | undefined): SqlText {
  if (where === undefined || isUnknown(where)) {
    request.note('The key is known at run time only; the primary key is shown.');
    const key = keyOf(scope.model).map(
      (field) => sql`${columnOf(scope.qualifier, field)} = ${request.runtime(field.name)}`,
    );
    return both([both(key), ['1 = 1']]);
  }
  if (request.reader.isOpen(where)) request.note(openSentence);
  const entries = request.reader.entries(where);
  const isKey = ({ name }: NamedArgument): boolean => scope.model.uniques.some((unique) => unique.name === name);
  const keys = entries.filter(isKey).flatMap((entry) => present(conditionOf(request, scope, entry)));
  const rest = entries.filter((entry) => !isKey(entry)).flatMap((entry) => present(conditionOf(request, scope, entry)));
  return both([both(keys), rest.length === 0 ? ['1 = 1'] : both(rest)]);
}
