import { stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Association } from '../../models/model';
import type { ModelFacts } from './models';
import { columnOf, quotedName, type Relation } from './relation';
import type { Walker } from './walker';

type Word = 'INNER JOIN' | 'LEFT OUTER JOIN';

/** `joins(:author, comments: :author)`, `joins('INNER JOIN …')`; undefined when one is not known. */
export function joinsOf(relation: Relation, given: readonly Value[], word: Word, walker: Walker): string[] | undefined {
  const joins: string[] = [];
  const add = (value: Value, from: ModelFacts): boolean => {
    const text = stringOf(value);
    if (text !== undefined && !text.startsWith(':')) {
      joins.push(text);
      return true;
    }
    if (text !== undefined) return named(text.slice(1), from) !== undefined;
    if (value.kind === 'array') return !value.open && value.elements.every(({ value: one }) => add(one, from));
    if (value.kind !== 'object' || value.open) return false;
    return value.entries.every(({ key, value: inner }) => {
      const target = typeof key === 'string' ? named(key, from) : undefined;
      return target !== undefined && add(inner, target);
    });
  };
  const named = (name: string, from: ModelFacts): ModelFacts | undefined => {
    const association = from.model.associations.find((one) => one.name === name);
    const target = association && walker.models.named(association.target);
    if (!target) return undefined;
    const texts = joinTexts(from, association, target, word, walker.scopeConditions(target, relation.text));
    for (const text of texts) if (!relation.joins.includes(text) && !joins.includes(text)) joins.push(text);
    return target;
  };
  return given.every((value) => add(value, relation.facts)) ? joins : undefined;
}

export function joinTexts(
  from: ModelFacts,
  association: Association,
  target: ModelFacts,
  word: Word,
  conditions: readonly string[],
): string[] {
  const { kind, foreignKey, referenced, through, details } = association;
  const [key = '', other = ''] = [foreignKey[0], referenced[0]];
  const table = quotedName(target.model.table);
  const also = conditions.map((text) => `${text} AND `).join('');
  if (through) {
    const middle = quotedName(through.table);
    const [otherKey = '', otherReferenced = ''] = [through.otherKey[0], through.otherReferenced[0]];
    return [
      `${word} ${middle} ON ${middle}.${quotedName(key)} = ${columnOf(from, other)}`,
      `${word} ${table} ON ${also}${columnOf(target, otherReferenced)} = ${middle}.${quotedName(otherKey)}`,
    ];
  }
  if (kind === 'belongsTo') return [`${word} ${table} ON ${also}${columnOf(target, other)} = ${columnOf(from, key)}`];
  const isOfType = typeof details?.typeColumn === 'string';
  const type = isOfType ? `${columnOf(target, String(details.typeColumn))} = '${String(details.typeName)}' AND ` : '';
  return [`${word} ${table} ON ${also}${type}${columnOf(target, key)} = ${columnOf(from, other)}`];
}
