import { constantOf, elementsOf, entry, isNullLiteral, sourceOf, stringOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import type { Association, Model, ModelColumn } from '../../models/model';
import { joined, type SqlText, sql } from '../support/sql-text';

export function quote(name: string): string {
  return /^[a-z_][a-z\d_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function bound(value: Value): SqlText {
  const constant = constantOf(value);
  return [{ source: sourceOf(value), range: value.range, ...(constant === undefined ? {} : { constant }) }];
}

export function columnText(model: Model, { column }: Pick<ModelColumn, 'column'>): string {
  return `${quote(model.table)}.${quote(column)}`;
}

/** What expressions ask of the statement that they stand in. */
export interface Scope {
  /** `Post`, as the program names it. */
  modelOf(value: Value): Model | undefined;
  target(model: Model, association: Association): Model | undefined;
  /** The model's table must be in FROM. */
  touch(model: Model): void;
  /** `select(User.id).where(…)` in parentheses; undefined when it is none. */
  subselect(value: Value): SqlText | undefined;
  /** A name that stands for an expression: `kind = case(…)`. */
  followed(value: Value): Value;
}

const comparisons: Readonly<Record<string, string>> = {
  __eq__: '=',
  __ne__: '!=',
  __lt__: '<',
  __le__: '<=',
  __gt__: '>',
  __ge__: '>=',
  like: 'LIKE',
  ilike: 'ILIKE',
  not_like: 'NOT LIKE',
  notlike: 'NOT LIKE',
  not_ilike: 'NOT ILIKE',
  notilike: 'NOT ILIKE',
};

const opposites: Readonly<Record<string, string>> = {
  __eq__: '__ne__',
  __ne__: '__eq__',
  __lt__: '__ge__',
  __ge__: '__lt__',
  __gt__: '__le__',
  __le__: '__gt__',
  in_: 'not_in',
  not_in: 'in_',
  is_: 'is_not',
  is_not: 'is_',
  like: 'not_like',
  ilike: 'not_ilike',
};

const arithmetic: Readonly<Record<string, string>> = { __add__: '+', __sub__: '-', __mul__: '*', __truediv__: '/' };

/** The last call of a chain with what it is called on: `Post.id.in_([1])` → in_, `Post.id`, [[1]]. */
interface Called {
  readonly name: string;
  readonly on: Value;
  readonly values: readonly Value[];
}

function calledOn(value: Value): Called | undefined {
  const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value.kind !== 'chain' || !link?.arguments) return undefined;
  const isWhole = typeof value.root !== 'string' && value.links.length === 1;
  const on = isWhole ? (value.root as Value) : { ...value, links: value.links.slice(0, -1) };
  return { name: link.name === '' ? String(value.root) : link.name, on, values: link.arguments };
}

/** `Post.status`: the model and its property; also of a relationship. */
export function attribute(value: Value, scope: Scope): { readonly model: Model; readonly name: string } | undefined {
  const last = value.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value.kind !== 'chain' || typeof value.root !== 'string' || !last || last.arguments) return undefined;
  const model = scope.modelOf({ ...value, links: value.links.slice(0, -1) });
  return model && { model, name: last.name };
}

export function columnOf(value: Value, scope: Scope) {
  const found = attribute(value, scope);
  const column = found?.model.columns.find(({ property }) => property === found.name);
  return found && column && { model: found.model, column };
}

/** A condition or a value as SQL; undefined for what is not read. */
export function expression(given: Value, scope: Scope): SqlText | undefined {
  const value = scope.followed(given);
  const column = columnOf(value, scope);
  if (column) {
    scope.touch(column.model);
    return [columnText(column.model, column.column)];
  }
  const called = calledOn(value);
  if (!called) return undefined;
  const { name, on, values } = called;
  const [first] = values;
  if (/^(?:and_|or_)$/.test(name)) return several(values, name === 'or_' ? ' OR ' : ' AND ', scope);
  if (/^__(?:and|or)__$/.test(name) && first) return several([on, first], name === '__or__' ? ' OR ' : ' AND ', scope);
  if (name === 'not_' && first) return negated(first, scope);
  if (name === '__invert__') return negated(on, scope);
  if (name === 'label') return expression(on, scope);
  if ((name === 'any' || name === 'has') && attribute(on, scope)) return existing(on, values, scope);
  if (name === 'literal' && first) return bound(first);
  if (name === 'null') return ['NULL'];
  if (name === 'case') return choice(values, scope);
  if (name === 'distinct') {
    const inner = expression(first ?? on, scope);
    return inner && sql`DISTINCT ${inner}`;
  }
  const isFunction = value.kind === 'chain' && value.root === 'func';
  if (isFunction) return functionCall(value, scope);
  const inner = scope.subselect(value);
  if (inner) return inner;
  return operated(called, scope);
}

/** A value that is compared: an expression, or else a parameter. */
function operand(value: Value, scope: Scope): SqlText | undefined {
  return expression(value, scope) ?? (mentionsModel(value, scope) ? undefined : bound(value));
}

function mentionsModel(value: Value, scope: Scope): boolean {
  if (value.kind === 'array') return value.elements.some((one) => mentionsModel(one.value, scope));
  if (value.kind !== 'chain') return false;
  if (attribute({ ...value, links: value.links.slice(0, 1) }, scope)) return true;
  if (typeof value.root !== 'string' && mentionsModel(value.root, scope)) return true;
  return value.links.some(({ arguments: values }) => values?.some((one) => mentionsModel(one, scope)));
}

function several(values: readonly Value[], word: string, scope: Scope): SqlText | undefined {
  const texts = values.map((value) => expression(value, scope));
  if (texts.length === 0 || !texts.every((text) => text !== undefined)) return undefined;
  return texts.length === 1 ? texts[0] : sql`(${joined(texts, word)})`;
}

/** `~(Post.id == 1)` is `id != 1`. */
function negated(given: Value, scope: Scope): SqlText | undefined {
  const value = scope.followed(given);
  const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
  const opposite = opposites[link?.name ?? ''];
  if (value.kind === 'chain' && link && opposite !== undefined)
    return expression({ ...value, links: [...value.links.slice(0, -1), { ...link, name: opposite }] }, scope);
  const inner = expression(value, scope);
  return inner && sql`NOT (${inner})`;
}

/** `Post.comments.any(Comment.body == 'x')` */
function existing(on: Value, values: readonly Value[], scope: Scope): SqlText | undefined {
  const found = attribute(on, scope);
  const association = found?.model.associations.find(({ name }) => name === found.name);
  const target = found && association && scope.target(found.model, association);
  if (!found || !association || !target || values.some(({ kind }) => kind === 'object')) return undefined;
  scope.touch(found.model);
  const inner: Scope = { ...bind(scope), touch: (model) => (model === target ? undefined : scope.touch(model)) };
  const conditions = values.map((value) => expression(value, inner));
  if (!conditions.every((text) => text !== undefined) || association.through) return undefined;
  const all = joined([[keysOf(found.model, association, target)], ...conditions], ' AND ');
  return sql`EXISTS (SELECT 1 FROM ${quote(target.table)} WHERE ${all})`;
}

function bind(scope: Scope): Scope {
  return {
    modelOf: (value) => scope.modelOf(value),
    target: (model, association) => scope.target(model, association),
    touch: (model) => scope.touch(model),
    subselect: (value) => scope.subselect(value),
    followed: (value) => scope.followed(value),
  };
}

/** `posts.id = comments.post_id`: what is referenced stands first. `from`, `to`: names of the tables where they have others. */
export function keysOf(
  of: Model,
  { kind, foreignKey, referenced }: Association,
  target: Model,
  from = quote(of.table),
  to = quote(target.table),
): string {
  const [key, other] = [quote(foreignKey[0] ?? ''), quote(referenced[0] ?? '')];
  return kind === 'belongsTo' ? `${to}.${other} = ${from}.${key}` : `${from}.${other} = ${to}.${key}`;
}

/** `func.count(Post.id).filter(…)` */
function functionCall(value: ChainValue, scope: Scope): SqlText | undefined {
  const [call, filter, ...more] = value.links;
  if (!call?.arguments || more.length > 0) return undefined;
  if (filter && (filter.name !== 'filter' || !filter.arguments)) return undefined;
  const given = call.arguments.map((one) => operand(one, scope));
  const condition = filter?.arguments ? several(filter.arguments, ' AND ', scope) : undefined;
  if (!given.every((one) => one !== undefined) || (filter && !condition)) return undefined;
  const isCount = given.length === 0 && call.name === 'count';
  const text = sql`${call.name}(${isCount ? ['*'] : joined(given, ', ')})`;
  return condition ? sql`${text} FILTER (WHERE ${condition})` : text;
}

/** `case((Post.status == 'a', 1), else_=2)` */
function choice(values: readonly Value[], scope: Scope): SqlText | undefined {
  const options = values.findLast((one) => one.kind === 'object');
  const arms = values
    .filter((one) => one !== options)
    .map((arm) => {
      const [when, then] = elementsOf(arm) ?? [];
      const condition = when && expression(when, scope);
      const result = then && operand(then, scope);
      return condition && result && sql`WHEN ${condition} THEN ${result}`;
    });
  const last = entry(options, 'else_');
  const other = last && operand(last, scope);
  if (arms.length === 0 || !arms.every((arm) => arm !== undefined) || (last && !other)) return undefined;
  return sql`CASE ${joined(arms, ' ')}${other ? sql` ELSE ${other}` : ''} END`;
}

function operated({ name, on, values }: Called, scope: Scope): SqlText | undefined {
  const left = expression(on, scope);
  const [right, other] = values;
  if (!left || !right) return undefined;
  const isNull = isNullLiteral(right) || (right.kind === 'chain' && right.root === 'null');
  if (isNull && /^(?:__eq__|is_)$/.test(name)) return sql`${left} IS NULL`;
  if (isNull && /^(?:__ne__|is_not|isnot)$/.test(name)) return sql`${left} IS NOT NULL`;
  const literal = right.kind === 'literal' && typeof right.value === 'boolean' ? String(right.value) : undefined;
  if (literal && /^(?:is_|is_not|isnot)$/.test(name))
    return sql`${left} ${name === 'is_' ? 'IS' : 'IS NOT'} ${literal}`;
  if (/^(?:in_|not_in|notin_)$/.test(name)) return inList(left, name === 'in_', right, scope);
  if (name === 'between' && other) {
    const [from, to] = [operand(right, scope), operand(other, scope)];
    return from && to && sql`${left} BETWEEN ${from} AND ${to}`;
  }
  if (/^(?:startswith|endswith|contains)$/.test(name) && values.length === 1) {
    const [before, after] = [name === 'startswith' ? '' : "'%' || ", name === 'endswith' ? '' : " || '%'"];
    const given = operand(right, scope);
    return given && sql`${left} LIKE ${before}${given}${after}`;
  }
  const operator = comparisons[name] ?? arithmetic[name];
  const given = operand(right, scope);
  if (operator === undefined || !given) return undefined;
  // Text is put together by another operator.
  if (name === '__add__' && stringOf(right) !== undefined) return sql`(${left} || ${given})`;
  return name in arithmetic ? sql`(${left} ${operator} ${given})` : sql`${left} ${operator} ${given}`;
}

function inList(left: SqlText, isIn: boolean, right: Value, scope: Scope): SqlText | undefined {
  const inner = scope.subselect(scope.followed(right));
  const elements = right.kind === 'array' && !right.open ? elementsOf(right) : undefined;
  const list = inner ?? (elements ? joined(elements.map(bound), ', ') : operand(right, scope));
  if (!list) return undefined;
  const given = inner ? list : sql`(${list})`;
  return isIn ? sql`${left} IN ${given}` : sql`(${left} NOT IN ${given})`;
}
