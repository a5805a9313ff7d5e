import { sourceOf } from '../../facts/value-access';
import { isEmpty, type SqlText, sql } from '../support/sql-text';
import type { Expression } from './expression';
import {
  betweenSql,
  comparedSql,
  existsSql,
  inSql,
  jsonParameter,
  jsonPathSql,
  nullSql,
  statementSql,
} from './predicates';
import { bare, type Condition, type KnexQuery } from './query';
import { rawSql } from './raw';
import type { Located } from './scope';

/**
 * `where`, `orWhereNotIn`, `andWhereJsonObject`, `havingBetween`, …: which clause, how it is joined, whether it is negated,
 * and what is asked.
 */
const names = /^(and|or)?(where|having)(.*)$/i;

export function isCondition(name: string): boolean {
  return names.test(name);
}

/** False when knex has no such method. */
export function applyCondition(query: KnexQuery, name: string, given: readonly Located[]): boolean {
  const [, bool, clause = '', rest = ''] = names.exec(name) ?? [];
  if (bool?.toLowerCase() === 'or') query.setBool('or');
  if (/Not/.test(rest)) query.setNot();
  const isWhere = clause.toLowerCase() === 'where';
  return addCondition(query, isWhere ? query.wheres : query.havings, rest.replace('Not', ''), given);
}

/** For a library that has a condition of its own. */
export function pushWhere(query: KnexQuery, text: SqlText): void {
  query.wheres.push({ bool: query.takeBool(), sql: query.takeNot() ? sql`not ${text}` : text });
}

function addCondition(query: KnexQuery, list: Condition[], kind: string, given: readonly Located[]): boolean {
  const { reader } = query;
  const [first, second, third, fourth] = given.map((each) => reader.expression(each));
  if (first === undefined) return given.length === 0 && kind === '';
  if (kind === '' || kind === 'Column' || kind === 'Wrapped') {
    basic(query, list, given, kind === 'Column');
    return true;
  }
  query.isOnlyEquals = false;
  const not = query.takeNot();
  const negated = (text: SqlText | undefined): SqlText | undefined => text && (not ? sql`not ${text}` : text);
  const make = (): SqlText | undefined => {
    switch (kind) {
      case 'In':
        return second && inSql(reader, first, second, not);
      case 'Null':
        return nullSql(reader, first, not);
      case 'Between':
        return second && betweenSql(reader, first, second, not);
      case 'Exists':
        return existsSql(reader, first, not);
      case 'Like':
      case 'ILike':
        return second && comparedSql(reader, first, `${not ? 'not ' : ''}${kind.toLowerCase()}`, second, false);
      case 'Raw':
        return negated(first.kind === 'sql' ? first.sql : rawSql(reader, given[0], given.slice(1)));
      case 'JsonObject': {
        const name = reader.name(first);
        return name && second && sql`${name} ${not ? '!=' : '='} ${jsonParameter(reader, second)}`;
      }
      case 'JsonPath':
        return second && third && fourth && jsonPathSql(reader, first, second, third, fourth);
      case 'JsonSupersetOf':
      case 'JsonSubsetOf': {
        const name = reader.name(first);
        const operator = kind === 'JsonSupersetOf' ? '@>' : '<@';
        return negated(name && second && sql`${name} ${operator} ${jsonParameter(reader, second)}`);
      }
      default:
        return undefined;
    }
  };
  add(query, list, make());
  return /^(?:In|Null|Between|Exists|I?Like|Raw|Json(?:Object|Path|SupersetOf|SubsetOf))$/.test(kind);
}

function add(query: KnexQuery, list: Condition[], text: SqlText | undefined): void {
  const bool = query.takeBool();
  if (bool === 'or') forgetEquals(query);
  if (text === undefined) query.reader.note('Conditions added at run time are not included.');
  else if (!isEmpty(text)) list.push({ bool, sql: text });
  if (text === undefined) query.isOnlyEquals = false;
}

function forgetEquals(query: KnexQuery): void {
  query.equals = [];
  query.isOnlyEquals = false;
}

/** where(true), where(callback), where({ … }), where(raw), where(column, value), where(column, operator, value) */
function basic(query: KnexQuery, list: Condition[], given: readonly Located[], asColumn: boolean): void {
  const { reader } = query;
  const [first, second, third] = given.map((each) => reader.expression(each)) as [Expression, ...Expression[]];
  if (given.length === 1) {
    if (first.kind === 'object') objectConditions(query, list, first, asColumn);
    else if (first.kind === 'callable') {
      const not = query.takeNot();
      query.isOnlyEquals = false;
      add(query, list, wrapped(query, first, not));
    } else if (first.kind === 'literal' && typeof first.value === 'boolean') {
      add(
        query,
        list,
        sql`1 = ${[{ source: String(first.value), constant: first.value ? 1 : 0, range: first.range }]}`,
      );
    } else {
      const text = statementSql(reader, first);
      query.isOnlyEquals = false;
      add(query, list, text && (query.takeNot() ? sql`not ${text}` : text));
    }
    return;
  }
  if (third === undefined && second) compare(query, list, first, '=', second, asColumn, given[1]);
  else if (second && third) compare(query, list, first, second, third, asColumn, given[2]);
}

function compare(
  query: KnexQuery,
  list: Condition[],
  column: Expression,
  operator: Expression | '=',
  value: Expression,
  asColumn: boolean,
  given: Located | undefined,
): void {
  const { reader } = query;
  const text = operator === '=' ? '=' : operator.kind === 'literal' ? String(operator.value).toLowerCase().trim() : '';
  const isNull = value.kind === 'literal' && value.value === null;
  // As knex does it, the operator alone decides here: whereNot('id', 'in', ids) is IN.
  if (/^(?:not )?(?:in|between)$/.test(text) || (isNull && /^is(?: not)?$/.test(text))) {
    query.takeNot();
    if (/^not |^is not$/.test(text)) query.setNot();
  }
  if (isNull && (operator === '=' || text === 'is' || text === 'is not')) {
    query.isOnlyEquals = false;
    add(query, list, nullSql(reader, column, query.takeNot()));
  } else if (text === 'in' || text === 'not in') {
    query.isOnlyEquals = false;
    add(query, list, inSql(reader, column, value, query.takeNot()));
  } else if (text === 'between' || text === 'not between') {
    query.isOnlyEquals = false;
    add(query, list, betweenSql(reader, column, value, query.takeNot()));
  } else {
    const not = query.takeNot();
    const isEqual = text === '=' && !not && !asColumn && given !== undefined && 'source' in value;
    const compared = comparedSql(reader, column, operator, value, asColumn);
    if (isEqual && column.kind === 'literal' && compared) {
      query.equals.push({ property: String(column.value).split('.').at(-1) ?? '', value: given.value });
    } else query.isOnlyEquals = false;
    add(query, list, compared && (not ? sql`not ${compared}` : compared));
  }
}

/** where({ a: 1, b: null }); after `or` they stand in parentheses. */
function objectConditions(
  query: KnexQuery,
  list: Condition[],
  object: Expression & { kind: 'object' },
  asColumn: boolean,
): void {
  const { reader } = query;
  if (object.isOpen) {
    reader.note('Conditions added at run time are not included.');
    query.isOnlyEquals = false;
  }
  const bool = query.takeBool();
  const not = query.takeNot();
  const target: Condition[] = bool === 'or' ? [] : list;
  for (const { key, value, range = object.range } of object.entries) {
    if (not) query.setNot();
    const column: Expression = { kind: 'literal', value: key, source: key, range };
    const expression = reader.expression(value);
    if (expression.kind === 'literal' && expression.value === undefined) continue;
    compare(query, target, column, '=', expression, asColumn, value);
  }
  if (target === list) return;
  forgetEquals(query);
  if (target.length > 0) list.push({ bool, sql: sql`(${bare(target)})` });
}

/** where((qb) => …): what the callback adds, in parentheses; nothing when it adds nothing. Knex takes the wheres for HAVING too. */
function wrapped(query: KnexQuery, callback: Expression & { kind: 'callable' }, not: boolean): SqlText | undefined {
  const inner = query.fresh();
  query.reader.call(callback.callable, [inner], inner);
  const conditions = inner.wheres;
  if (conditions.length === 0) return [];
  return sql`${not ? 'not ' : ''}(${bare(conditions)})`;
}

/** `.modify(paginate, page)`: the function acts on the builder itself. */
export function applyModifier(query: KnexQuery, given: readonly Located[]): void {
  const [first, ...rest] = given;
  if (first === undefined) return;
  const expression = query.reader.expression(first);
  if (expression.kind === 'callable') query.reader.call(expression.callable, [query, ...rest], query);
  else query.reader.note(`What ${sourceOf(first.value)} adds is not included.`);
}
