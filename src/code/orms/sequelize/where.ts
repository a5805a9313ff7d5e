import { isEmpty, joined, type SqlText, sql } from '../support/sql-text';
import {
  constant,
  type Datum,
  type Dict,
  dict,
  isNull,
  isSqlMethod,
  type Key,
  keysOf,
  type List,
  list,
  member,
  Op,
  op,
  textOf,
} from './datum';
import type { Attribute, SequelizeModel } from './declared';
import { quoted } from './quote';
import { comparatorOf, jsonPath, sqlMethod } from './sql-methods';
import { boundValue, escaped, isArrayType, isJson, isTruthy } from './values';

export interface WhereOptions {
  readonly model?: SequelizeModel | undefined;
  /** The table's alias, quoted: `"Post"`. */
  readonly prefix?: string | undefined;
  /** Equal values are sent beside the statement. */
  readonly isBound?: boolean;
  /** Of a JSON column whose own operators are asked: `{ meta: { [Op.contains]: … } }`. */
  readonly isInsideJson?: boolean;
}

/** `{ status: 'a', [Op.or]: [x, y] }` → (x OR y) AND "status" = 'a'. Sequelize's whereItemsQuery and what it calls. */
export function conditions(where: Datum | undefined, options: WhereOptions, binding = ' AND '): SqlText {
  if (where === undefined || where.kind === 'undefined' || isNull(where)) return [];
  // Whole conditions of the run time: the call's notes say that they are missing.
  if (where.kind === 'run time') return [];
  if (where.kind === 'dict') {
    const items = keysOf(where).map((key) => itemCondition(key, where.entries.get(key), options));
    return joined(items.filter(isThere), binding);
  }
  return itemCondition(undefined, where, options);
}

export function isNullText(text: SqlText): boolean {
  return text.length === 1 && text[0] === 'NULL';
}

function isThere(text: SqlText): boolean {
  return !isEmpty(text);
}

type AnyKey = Key | Datum | undefined;

export function itemCondition(key: AnyKey, value: Datum | undefined, options: WhereOptions): SqlText {
  if (value === undefined || value.kind === 'undefined') return [];
  const jsonKey = typeof key === 'string' ? jsonColumn(key, value, options) : undefined;
  if (jsonKey !== undefined) return itemCondition(jsonKey.field, jsonKey.value, options);
  const field = fieldOf(key, options);
  const only = value.kind === 'dict' ? keysOf(value) : [];
  if (key === undefined && value.kind === 'dict' && only.length === 1) {
    return itemCondition(only[0], value.entries.get(only[0] ?? ''), options);
  }
  const plainValue = (): SqlText => (options.isBound ? boundValue(value, field) : escaped(value, field));
  if (isNull(value)) return keyValue(key, ['NULL'], 'IS', options);
  if (!isTruthy(value)) return keyValue(key, plainValue(), '=', options);
  if (isSqlMethod(value) && !(key !== undefined && value.kind === 'fn')) return sqlMethod(value, options);
  if (key === undefined && value.kind === 'list') return group(op('and'), value, options);
  if (key === Op.or || key === Op.and || key === Op.not) return group(key, value, options);
  const or = member(value, op('or'));
  if (or !== undefined) return bind(' OR ', key, or, options);
  const and = member(value, op('and'));
  if (and !== undefined) return bind(' AND ', key, and, options);
  const isList = value.kind === 'list' || (value.kind === 'run time' && value.isArray === true);
  if (isList && isArrayType(field?.type)) return keyValue(key, plainValue(), '=', options);
  if (value.kind === 'dict' && isJson(field?.type) && !options.isInsideJson) return json(key, value, options);
  if (value.kind === 'dict' && only.length > 1) return bind(' AND ', key, value, options);
  if (isList) return comparison(key, field, op('in'), value, options);
  if (value.kind === 'dict') {
    const operator = only[0];
    const isKnown = typeof operator === 'symbol' && comparatorOf(operator) !== undefined;
    if (typeof operator === 'symbol' && (operator === Op.col || isKnown)) {
      return comparison(key, field, operator, value.entries.get(operator) ?? value, options);
    }
    return only.length === 0 ? [] : comparison(key, field, op('eq'), value, options);
  }
  return keyValue(key, plainValue(), '=', options);
}

/** `'meta.theme': 'dark'` of a JSON column is `meta: { theme: 'dark' }`. */
function jsonColumn(key: string, value: Datum, { model }: WhereOptions): { field: string; value: Datum } | undefined {
  const [first = '', ...path] = key.split('.');
  const attribute = path.length > 0 ? model?.attributes.get(first) : undefined;
  if (!attribute || !isJson(attribute.type)) return undefined;
  const nested = path.reduceRight<Datum>((inner, name) => dict([[name, inner]]), value);
  return { field: attribute.field, value: nested };
}

function fieldOf(key: AnyKey, { model }: WhereOptions): Attribute | undefined {
  if (typeof key !== 'string' || model === undefined) return undefined;
  return model.attributes.get(key) ?? [...model.attributes.values()].find((each) => each.field === key);
}

/** `[Op.or]: [{ a }, { b, c }]` → ("a" = 1 OR ("b" = 2 AND "c" = 3)) */
function group(key: symbol, value: Datum, options: WhereOptions): SqlText {
  const binding = key === Op.or ? ' OR ' : ' AND ';
  const inner =
    value.kind === 'list'
      ? joined(
          value.items
            .map((item) => {
              const text = conditions(item, options);
              const isSeveral =
                (item.kind === 'list' && item.items.length > 1) || (item.kind === 'dict' && keysOf(item).length > 1);
              return isThere(text) && isSeveral ? sql`(${text})` : text;
            })
            .filter(isThere),
          binding,
        )
      : conditions(value, options, binding);
  if (isEmpty(inner)) return key === Op.and || mayHoldMore(value) ? [] : ['0 = 1'];
  return key === Op.not ? sql`NOT (${inner})` : sql`(${inner})`;
}

function mayHoldMore(value: Datum): boolean {
  return value.kind === 'run time' || ((value.kind === 'dict' || value.kind === 'list') && value.isOpen === true);
}

/** `{ [Op.gte]: 1, [Op.lt]: 5 }` of one column → ("n" >= 1 AND "n" < 5) */
function bind(binding: string, key: AnyKey, value: Datum, options: WhereOptions): SqlText {
  const items =
    value.kind === 'dict'
      ? keysOf(value).map((each) => itemCondition(key, dict([[each, value.entries.get(each) ?? value]]), options))
      : value.kind === 'list'
        ? value.items.map((item) => itemCondition(key, item, options))
        : [itemCondition(key, value, options)];
  const there = items.filter(isThere);
  return there.length === 0 ? [] : sql`(${joined(there, binding)})`;
}

function json(key: AnyKey, value: Dict, options: WhereOptions): SqlText {
  const column = keyText(key, options);
  const items: SqlText[] = [];
  for (const each of keysOf(value)) {
    const inner = value.entries.get(each) ?? value;
    if (typeof each === 'symbol') {
      items.push(itemCondition(key, dict([[each, inner]]), { ...options, isInsideJson: true }));
    } else {
      traverse(items, column, inner, [each]);
    }
  }
  const text = joined(items.filter(isThere), ' AND ');
  return items.length > 1 ? sql`(${text})` : text;
}

function traverse(items: SqlText[], column: SqlText, value: Datum, path: readonly string[]): void {
  const [last = '', cast] = (path.at(-1) ?? '').split('::');
  const names = [...path.slice(0, -1), last];
  if (value.kind === 'dict') {
    for (const key of keysOf(value)) {
      const inner = value.entries.get(key) ?? value;
      if (typeof key === 'symbol') {
        const isJsonText = key === Op.contains && (textOf(inner) !== undefined || inner.kind === 'run time');
        const left = castOf(jsonPath(column, names, isJsonText), inner, cast);
        items.push(itemCondition({ kind: 'literal', text: left }, dict([[key, inner]]), {}));
      } else {
        traverse(items, column, inner, [...names, key]);
      }
    }
    return;
  }
  const left: Datum = { kind: 'literal', text: castOf(jsonPath(column, names), value, cast) };
  items.push(itemCondition(left, dict([[op('eq'), value]]), {}));
}

/** A number of a JSON document is compared as a number. */
function castOf(path: SqlText, value: Datum, cast: string | undefined): SqlText {
  const first = value.kind === 'list' ? value.items[0] : value;
  const type = first?.kind === 'constant' ? typeof first.value : '';
  const name = cast ?? (type === 'number' ? 'double precision' : type === 'boolean' ? 'boolean' : undefined);
  return name === undefined ? path : sql`CAST(${path} AS ${name.toUpperCase()})`;
}

function comparison(
  key: AnyKey,
  field: Attribute | undefined,
  given: symbol,
  value: Datum,
  options: WhereOptions,
): SqlText {
  const operator = given === Op.not ? negation(value) : given;
  const comparator = comparatorOf(operator) ?? '=';
  const write = (text: SqlText, by = comparator) => keyValue(key, text, by, options);
  switch (operator) {
    case Op.in:
    case Op.notIn:
      return membership(value, field, operator, write);
    case Op.any:
    case Op.all: {
      const values = member(value, op('values'));
      const inner =
        values?.kind === 'list'
          ? sql`VALUES ${joined(
              values.items.map((item) => sql`(${escaped(item)})`),
              ', ',
            )}`
          : escaped(value, field);
      return write(sql`(${inner})`, `= ${comparator}`);
    }
    case Op.between:
    case Op.notBetween: {
      const [from, to] = value.kind === 'list' ? value.items : [value, value];
      return write(sql`${escaped(from, field)} AND ${escaped(to, field)}`);
    }
    case Op.col:
      return write([dotted(textOf(value) ?? '')], '=');
    case Op.startsWith:
    case Op.endsWith:
    case Op.substring:
      return write(pattern(operator, value));
  }
  const column = member(value, op('col'));
  if (column !== undefined) return write([dotted(textOf(column) ?? '')]);
  for (const name of ['any', 'all'] as const) {
    const inner = member(value, op(name));
    if (inner !== undefined) return write(sql`(${escaped(inner, field)})`, `${comparator} ${name.toUpperCase()}`);
  }
  if (isNull(value)) return write(['NULL'], nullComparator(comparator));
  return write(escaped(value, field));
}

function negation(value: Datum): symbol {
  if (value.kind === 'list' || (value.kind === 'run time' && value.isArray)) return op('notIn');
  const isKeyword = value.kind === 'constant' && (value.value === null || typeof value.value === 'boolean');
  return op(isKeyword ? 'not' : 'ne');
}

function nullComparator(comparator: string): string {
  return comparator === '=' ? 'IS' : comparator === '!=' ? 'IS NOT' : comparator;
}

function membership(
  value: Datum,
  field: Attribute | undefined,
  operator: symbol,
  write: (text: SqlText) => SqlText,
): SqlText {
  if (value.kind === 'literal') return write(value.text);
  const items: List = value.kind === 'list' ? value : list([value]);
  if (items.items.length > 0) {
    return write(
      sql`(${joined(
        items.items.map((item) => escaped(item, isArrayType(field?.type) ? undefined : field)),
        ', ',
      )})`,
    );
  }
  return operator === Op.in ? write(['(NULL)']) : [];
}

function pattern(operator: symbol, value: Datum): SqlText {
  const before = operator === Op.startsWith ? '' : '%';
  const after = operator === Op.endsWith ? '' : '%';
  if (value.kind === 'run time') return [{ source: `${before}${value.source}${after}`, range: value.range }];
  if (value.kind === 'constant') return escaped(constant(`${before}${value.value}${after}`));
  return escaped(value);
}

/** `a.b.c` → `"a->b"."c"` */
function dotted(name: string): string {
  const parts = name.split('.');
  const names = parts.length > 2 ? [parts.slice(0, -1).join('->'), parts.at(-1) ?? ''] : parts;
  return names.map(quoted).join('.');
}

function keyValue(key: AnyKey, value: SqlText, comparator: string, options: WhereOptions): SqlText {
  if (key === undefined) return value;
  return sql`${keyText(key, options)} ${comparator} ${value}`;
}

function keyText(key: AnyKey, { prefix }: WhereOptions): SqlText {
  if (key === undefined || typeof key === 'symbol') return [];
  const before = prefix === undefined ? '' : `${prefix}.`;
  if (typeof key !== 'string') return isSqlMethod(key) ? sql`${before}${sqlMethod(key)}` : escaped(key);
  if (/^\$.*\$$/.test(key)) return [dotted(key.slice(1, -1))];
  return [before + quoted(key)];
}
