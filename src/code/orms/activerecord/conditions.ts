import { elementsOf, entry, isNullLiteral } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { OrmCall } from '../orm';
import { columnOf, quotedName, type Relation } from './relation';
import { sqlTextOf, wordOf } from './symbols';
import type { Walker, WalkScope } from './walker';

export interface Conditions {
  readonly texts: readonly string[];
  readonly equals: OrmCall['equals'];
  readonly isOnlyEquals: boolean;
  readonly notes: readonly string[];
}

export const runtimeNote = 'Conditions added at run time are not included.';

/** `where(author_id: 1)`, `where('views > ?', 10)`, `where.not(state: nil)`. */
export function conditionsOf(
  relation: Relation,
  values: readonly Value[],
  walker: Walker,
  scope: WalkScope,
  isNegated = false,
): Conditions {
  const [first] = values;
  const found: { texts: string[]; equals: OrmCall['equals'][number][]; isOnlyEquals: boolean; notes: string[] } = {
    texts: [],
    equals: [],
    isOnlyEquals: !isNegated,
    notes: [],
  };
  if (first?.kind === 'object') {
    addObject(first, columnOf(relation.facts, ''), relation);
    // Not all of them together.
    if (isNegated && found.texts.length > 1)
      found.texts = [`NOT (${conditionsOf(relation, values, walker, scope).texts.join(' AND ')})`];
  } else {
    const text = first && textOf(relation, first.kind === 'array' ? (elementsOf(first) ?? []) : values);
    found.isOnlyEquals = false;
    if (text === undefined) found.notes.push(runtimeNote);
    else found.texts.push(isNegated ? `NOT (${text})` : `(${text})`);
  }
  return found;

  function addObject(object: Extract<Value, { kind: 'object' }>, prefix: string, of: Relation): void {
    if (object.open) {
      found.notes.push(runtimeNote);
      found.isOnlyEquals = false;
    }
    for (const { key, value } of object.entries) {
      if (typeof key !== 'string') {
        found.notes.push(runtimeNote);
        found.isOnlyEquals = false;
      } else if (value.kind === 'object') addObject(value, tablePrefix(key), of);
      else addEntry(key, value, prefix, of);
    }
  }

  /** `where(users: { name: 'x' })`, by the table's or the association's name. */
  function tablePrefix(name: string): string {
    found.isOnlyEquals = false;
    const association = relation.facts.model.associations.find((one) => one.name === name);
    const target = association && walker.models.named(association.target);
    return `${quotedName(target?.model.table ?? name)}.""`;
  }

  function addEntry(name: string, value: Value, prefix: string, { facts, text }: Relation): void {
    const association = facts.model.associations.find((one) => one.name === name && one.kind === 'belongsTo');
    const property = association?.foreignKey[0] ?? facts.enums.get(name)?.column ?? name;
    const [table, column] = property.includes('.') ? property.split('.') : [undefined, property];
    const left = `${table === undefined ? prefix.slice(0, -2) : `${quotedName(table)}.`}${quotedName(column ?? '')}`;
    const list = elementsOf(value);
    if (isNullLiteral(value)) {
      found.texts.push(`${left} IS ${isNegated ? 'NOT ' : ''}NULL`);
      found.isOnlyEquals = false;
    } else if (list && !(value.kind === 'array' && value.open)) {
      found.isOnlyEquals = false;
      const some = list.filter((one) => !isNullLiteral(one));
      const items = some.map((one) => text.parameter(walker.parameter(enumerated(facts, property, one))));
      if (some.length < list.length) {
        const known = items.length === 1 ? `${left} = ${items[0]}` : `${left} IN (${items.join(', ')})`;
        found.texts.push(`${isNegated ? 'NOT ' : ''}(${items.length === 0 ? '' : `${known} OR `}${left} IS NULL)`);
      } else if (items.length === 0) found.texts.push(isNegated ? '1=1' : '1=0');
      else if (items.length === 1) found.texts.push(`${left} ${isNegated ? '!=' : '='} ${items[0]}`);
      else found.texts.push(`${left} ${isNegated ? 'NOT IN' : 'IN'} (${items.join(', ')})`);
    } else if (value.kind === 'chain' && value.root === 'Range') addRange(left, value.links[0]?.arguments ?? [], text);
    else if (facts.unresolved.has(name)) addOwner(name, value, prefix.slice(0, -2), text);
    else addValue(left, property, enumerated(facts, property, value), association !== undefined, text);
  }

  /** `where(reactable: topic)` of a polymorphic relation. */
  function addOwner(name: string, value: Value, table: string, text: Relation['text']): void {
    const state = value.kind === 'chain' ? walker.valueOf(value, scope, text) : undefined;
    found.isOnlyEquals = false;
    if (state?.kind !== 'row' || isNegated) {
      found.notes.push(runtimeNote);
      return;
    }
    const { range } = value;
    const type = text.parameter({ source: state.facts.model.name, constant: state.facts.model.name, range });
    const id = text.parameter({ source: `${state.name}.${state.facts.primaryKey}`, range });
    found.texts.push(`${table}${quotedName(`${name}_type`)} = ${type}`, `${table}${quotedName(`${name}_id`)} = ${id}`);
  }

  function addRange(left: string, [begin, end, exclusive]: readonly Value[], text: Relation['text']): void {
    found.isOnlyEquals = false;
    const low = begin && !isNullLiteral(begin) ? text.parameter(walker.parameter(begin)) : undefined;
    const high = end && !isNullLiteral(end) ? text.parameter(walker.parameter(end)) : undefined;
    const isExclusive = exclusive?.kind === 'literal' && exclusive.value === true;
    const not = isNegated ? 'NOT ' : '';
    if (low !== undefined && high !== undefined && !isExclusive)
      found.texts.push(isNegated ? `NOT (${left} BETWEEN ${low} AND ${high})` : `${left} BETWEEN ${low} AND ${high}`);
    else {
      const parts = [
        ...(low === undefined ? [] : [`${left} >= ${low}`]),
        ...(high === undefined ? [] : [`${left} ${isExclusive ? '<' : '<='} ${high}`]),
      ];
      if (parts.length > 0) found.texts.push(isNegated ? `${not}(${parts.join(' AND ')})` : parts.join(' AND '));
    }
  }

  function addValue(left: string, property: string, value: Value, isRow: boolean, text: Relation['text']): void {
    const state = value.kind === 'chain' ? walker.valueOf(value, scope, text) : undefined;
    if (state?.kind === 'relation') {
      found.isOnlyEquals = false;
      found.texts.push(`${left} ${isNegated ? 'NOT IN' : 'IN'} (${walker.subquery(state)})`);
      return;
    }
    const parameter = walker.parameter(value);
    const source = isRow ? { ...parameter, source: `${parameter.source}.id` } : parameter;
    found.texts.push(`${left} ${isNegated ? '!=' : '='} ${text.parameter(source)}`);
    found.equals.push({ property, value });
  }

  /** `('title = ? AND views > :least', title, least: 10)` */
  function textOf({ text }: Relation, [template, ...given]: readonly Value[]): string | undefined {
    const written = template && writtenText(template, text);
    if (written === undefined) return undefined;
    let next = 0;
    const [named] = given;
    return written.replace(/\?|(?<!:):([a-z_]\w*)/g, (place, name: string | undefined) => {
      const value = name === undefined ? given[next++] : entry(named, name);
      if (!value) return place;
      const list = elementsOf(value);
      if (list) return list.map((one) => text.parameter(walker.parameter(one))).join(', ');
      return text.parameter(walker.parameter(value));
    });
  }

  function writtenText(template: Value, text: Relation['text']): string | undefined {
    const constant = sqlTextOf(template);
    if (constant !== undefined) return constant;
    if (template.kind !== 'template' || template.values.some((one) => walker.isOpenText(one))) return undefined;
    return template.strings.reduce((all, part, i) => {
      const value = template.values[i - 1];
      return i === 0 ? part : `${all}${value ? text.parameter(walker.parameter(value)) : ''}${part}`;
    }, '');
  }
}

/** `where(kind: :like)` of `enum kind: { like: 0 }` asks for 0. */
function enumerated({ enums }: Relation['facts'], column: string, value: Value): Value {
  const found = enums.get(wordOf(value) ?? '');
  return found?.column === column ? { ...found.value, range: value.range } : value;
}

/** `order(:created_at)`, `order(created_at: :desc, id: :asc)`, `order('views DESC')`. */
export function ordersOf(relation: Relation, values: readonly Value[]): Relation['orders'] | undefined {
  const orders = values.map((value): Relation['orders'] | undefined => {
    const text = sqlTextOf(value);
    if (text?.startsWith(':')) return [both(columnOf(relation.facts, text.slice(1)), 'ASC')];
    if (text !== undefined) return [{ text }];
    if (value.kind !== 'object' || value.open) return undefined;
    return value.entries.map(({ key, value: direction }) =>
      both(
        orderedBy(relation.facts, String(typeof key === 'string' ? key : '')),
        /desc/i.test(wordOf(direction) ?? '') ? 'DESC' : 'ASC',
      ),
    );
  });
  return orders.some((one) => one === undefined) ? undefined : orders.flatMap((one) => one ?? []);
}

/** A name that is no column is one of the list: `order(count_all: :desc)`. */
function orderedBy(facts: Relation['facts'], name: string): string {
  const { columns } = facts.model;
  const isColumn = columns.length === 0 || columns.some(({ column }) => column === name);
  return isColumn ? columnOf(facts, name) : quotedName(name);
}

function both(column: string, direction: 'ASC' | 'DESC'): Relation['orders'][number] {
  return { text: `${column} ${direction}`, reversed: `${column} ${direction === 'ASC' ? 'DESC' : 'ASC'}` };
}
