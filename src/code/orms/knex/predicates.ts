import { joined, type SqlText, sql } from '../support/sql-text';
import type { Expression } from './expression';
import type { Reader } from './reader';

/** What WHERE, HAVING and ON share: the text of one condition; undefined when its column or operator is known at run time only. */

/** `"a"`, `("a", "b")` */
export function columnSql(reader: Reader, column: Expression): SqlText | undefined {
  if (column.kind !== 'array') return reader.name(column);
  const names = reader.names(column.elements);
  return names.length > 0 && !column.isOpen ? sql`(${joined(names, ', ')})` : undefined;
}

export function inSql(reader: Reader, column: Expression, values: Expression, not: boolean): SqlText | undefined {
  if (values.kind === 'array' && values.elements.length === 0 && !values.isOpen) {
    const { range } = values;
    const constant = not ? 1 : 0;
    return sql`1 = ${[{ source: String(constant), constant, range }]}`;
  }
  const name = columnSql(reader, column);
  return name && sql`${name} ${not ? 'not in ' : 'in '}${reader.list(values)}`;
}

export function nullSql(reader: Reader, column: Expression, not: boolean): SqlText | undefined {
  const name = reader.name(column);
  return name && sql`${name} is ${not ? 'not null' : 'null'}`;
}

export function betweenSql(reader: Reader, column: Expression, values: Expression, not: boolean): SqlText | undefined {
  const name = reader.name(column);
  const [from, to] = pair(reader, values);
  return name && sql`${name} ${not ? 'not between' : 'between'} ${from} and ${to}`;
}

function pair(reader: Reader, values: Expression): readonly [SqlText, SqlText] {
  if (values.kind === 'array' && values.elements.length === 2) {
    const [from = [], to = []] = values.elements.map((each) => reader.parameter(reader.expression(each)));
    return [from, to];
  }
  const { range } = values;
  const source = 'source' in values ? values.source : 'range';
  return [[{ source: `${source}[0]`, range }], [{ source: `${source}[1]`, range }]];
}

export function existsSql(reader: Reader, query: Expression, not: boolean): SqlText | undefined {
  const text = statementSql(reader, query);
  return text && sql`${not ? 'not exists' : 'exists'} (${text})`;
}

/** A sub-query or raw SQL without parentheses around it. */
export function statementSql(reader: Reader, expression: Expression): SqlText | undefined {
  if (expression.kind === 'sql') return expression.sql;
  if (expression.kind === 'query' || expression.kind === 'callable') return reader.subQuery(expression).sql();
  return undefined;
}

/** `"title" like $1`; `asColumn`: the other side is a name. */
export function comparedSql(
  reader: Reader,
  column: Expression,
  operator: Expression | string,
  value: Expression,
  asColumn: boolean,
): SqlText | undefined {
  const name = columnSql(reader, column);
  const text = typeof operator === 'string' ? [operator] : operatorSql(operator);
  const right = asColumn ? otherName(reader, value) : reader.parameter(value);
  return name && text && right && sql`${name} ${text} ${right}`;
}

function otherName(reader: Reader, value: Expression): SqlText | undefined {
  if (value.kind === 'query') return sql`(${value.query.sql()})`;
  return reader.name(value);
}

function operatorSql(operator: Expression): SqlText | undefined {
  if (operator.kind === 'sql') return operator.sql;
  return operator.kind === 'literal' && typeof operator.value === 'string' ? [operator.value.toLowerCase()] : undefined;
}

/** knex compares the text of a JSON path's value unless the value is a number. */
export function jsonPathSql(
  reader: Reader,
  column: Expression,
  path: Expression,
  operator: Expression,
  value: Expression,
): SqlText | undefined {
  const name = reader.name(column);
  const text = operatorSql(operator);
  const number = value.kind === 'literal' && typeof value.value !== 'boolean' ? Number(value.value ?? Number.NaN) : 0;
  const isInteger = Math.trunc(number) !== 0 && !Number.isNaN(number);
  const cast = isInteger ? '::int' : number ? '::float' : " #>> '{}'";
  return (
    name &&
    text &&
    sql`jsonb_path_query_first(${name}, ${reader.parameter(path)})${cast} ${text} ${reader.parameter(value)}`
  );
}

/** `{ featured: true }` is sent as one JSON text. */
export function jsonParameter(reader: Reader, value: Expression): SqlText {
  const isJson = value.kind === 'object' || value.kind === 'array';
  return isJson ? [{ source: value.source, range: value.range }] : reader.parameter(value);
}
