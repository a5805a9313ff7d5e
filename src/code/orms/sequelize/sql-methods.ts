import { joined, type SqlText, sql } from '../support/sql-text';
import { type Datum, type Fn, isSqlMethod, type Json, Op, type SqlMethod, type Where } from './datum';
import type { SequelizeModel } from './declared';
import { quoted, quotedPath, quotedText } from './quote';
import { escaped } from './values';
import { conditions, isNullText, itemCondition } from './where';

export interface Inside {
  readonly model?: SequelizeModel | undefined;
  readonly prefix?: string | undefined;
}

/** `fn('lower', col('title'))` → lower("title"); `literal(…)` is as the program writes it. */
export function sqlMethod(value: SqlMethod, inside: Inside = {}): SqlText {
  switch (value.kind) {
    case 'literal':
      return value.text;
    case 'col':
      return [value.name.startsWith('*') ? '*' : quotedPath(value.name)];
    case 'fn':
      return functionCall(value, inside);
    case 'cast': {
      const inner = value.value.kind === 'dict' ? conditions(value.value, {}) : escaped(value.value);
      return sql`CAST(${inner} AS ${value.type.trim().toUpperCase()})`;
    }
    case 'where':
      return whereText(value, inside);
    case 'json':
      return jsonCondition(value);
  }
}

function functionCall({ name, parameters }: Fn, inside: Inside): SqlText {
  const given = parameters.map((each) => {
    if (each.kind === 'dict') return conditions(each, {});
    if (isSqlMethod(each)) return sqlMethod(each, inside);
    return escaped(each);
  });
  return sql`${name}(${joined(given, ', ')})`;
}

/** The text of a comparison with an operator or with what the program writes: `'>='`. */
export const comparators: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '!=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  not: 'IS NOT',
  is: 'IS',
  in: 'IN',
  notIn: 'NOT IN',
  like: 'LIKE',
  notLike: 'NOT LIKE',
  iLike: 'ILIKE',
  notILike: 'NOT ILIKE',
  startsWith: 'LIKE',
  endsWith: 'LIKE',
  substring: 'LIKE',
  regexp: '~',
  notRegexp: '!~',
  iRegexp: '~*',
  notIRegexp: '!~*',
  between: 'BETWEEN',
  notBetween: 'NOT BETWEEN',
  overlap: '&&',
  contains: '@>',
  contained: '<@',
  adjacent: '-|-',
  strictLeft: '<<',
  strictRight: '>>',
  noExtendRight: '&<',
  noExtendLeft: '&>',
  any: 'ANY',
  all: 'ALL',
  match: '@@',
};

export function comparatorOf(key: string | symbol): string | undefined {
  return typeof key === 'symbol' ? comparators[key.description ?? ''] : undefined;
}

function whereText({ left, comparator, right }: Where, inside: Inside): SqlText {
  const text = comparatorOf(comparator) ?? (typeof comparator === 'string' ? comparator : '=');
  const key = escaped(left.kind === 'constant' ? { kind: 'col', name: String(left.value) } : left);
  if (right.kind === 'dict') return itemCondition(left, right, { model: inside.model });
  if (comparator === Op.between || comparator === Op.notBetween) {
    const [from, to] = right.kind === 'list' ? right.items : [];
    return sql`${key} ${text} ${escaped(from)} AND ${escaped(to)}`;
  }
  const value = escaped(right);
  if (!isNullText(value)) return sql`${key} ${text} ${value}`;
  return sql`${key} ${text === '=' ? 'IS' : text === '!=' ? 'IS NOT' : text} ${value}`;
}

/** `sequelize.json('meta.theme', 'dark')` → ("meta"#>>'{theme}') = 'dark' */
function jsonCondition({ path, value }: Json): SqlText {
  if (path.kind === 'dict') {
    const texts = leaves(path, []).map(([names, leaf]) => sql`${extraction(names)} = ${escaped(leaf)}`);
    return joined(texts, ' AND ');
  }
  const text = path.kind === 'constant' ? String(path.value) : '';
  const isExpression = /[(>@?|]/.test(text);
  const key = isExpression ? [text] : extraction(text.split('.'));
  return value === undefined ? key : sql`${key} = ${escaped(value)}`;
}

function leaves(value: Datum, path: readonly string[]): [string[], Datum][] {
  if (value.kind !== 'dict') return [[[...path], value]];
  return [...value.entries].flatMap(([key, each]) => leaves(each, [...path, String(key)]));
}

function extraction([column = '', ...path]: readonly string[]): SqlText {
  return jsonPath([quoted(column)], path);
}

/** `("meta"#>>'{size,width}')` */
export function jsonPath(column: SqlText, path: readonly string[], isJson = false): SqlText {
  return sql`(${column}${isJson ? '#>' : '#>>'}${quotedText(`{${path.join(',')}}`)})`;
}
