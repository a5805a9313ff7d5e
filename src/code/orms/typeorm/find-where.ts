import { elementsOf, isNullLiteral, isObject, settledEntries } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { quoted, quotedTable, type StatementText } from '../support/statement-text';
import {
  columnAt,
  columnsOf,
  columnWithRole,
  type Entity,
  type EntityRelation,
  isToOneOwner,
  junctionOf,
  relationAt,
} from './entity';
import type { Operators } from './operators';

export interface WhereScope {
  readonly text: StatementText;
  readonly operators: Operators;
  note(text: string): void;
  /** The object or list that a name stands for. */
  follow(value: Value): Value;
  /** Joins a relation for a condition on its rows and gives its alias. */
  joinFor(relation: EntityRelation, alias: string): string;
}

/** Reads `where: { status: 'draft', author: { email: Like('a%') } }`, and lists of alternatives. */
export class FindWhere {
  readonly #scope: WhereScope;
  readonly equals: { property: string; value: Value }[] = [];
  isOnlyEquals = true;
  /** Conditions on how many related rows there are; they stand before the others. */
  readonly counts: string[] = [];

  constructor(scope: WhereScope) {
    this.#scope = scope;
  }

  read(where: Value, entity: Entity, alias: string): string {
    return this.#where(where, entity, alias, '', true);
  }

  #where(given: Value, entity: Entity, alias: string, prefix: string, isTop = false): string {
    const where = this.#scope.follow(given);
    const alternatives = elementsOf(where);
    if (alternatives !== undefined) {
      if (isTop) this.isOnlyEquals = false;
      if (where.kind === 'array' && where.open) this.#scope.note('Conditions added at run time are not included.');
      const texts = alternatives.map((each) => this.#where(each, entity, alias, prefix)).filter((text) => text !== '');
      return texts.length === 0 ? '' : `(${texts.map((text) => `(${text})`).join(' OR ')})`;
    }
    if (!isObject(where)) {
      this.#scope.note('Conditions that are made at run time are not included.');
      this.isOnlyEquals = false;
      return '';
    }
    if (where.open) {
      this.#scope.note('Conditions added at run time are not included.');
      this.isOnlyEquals = false;
    }
    const parts: string[] = [];
    for (const { key, keyRange, value } of settledEntries(where)) {
      if (typeof key !== 'string') {
        this.#scope.note('A condition on a property that is chosen at run time is not included.');
        continue;
      }
      if (isNullLiteral(value)) {
        this.#scope.note(`TypeORM leaves out or refuses ${key}: null; IsNull() asks for it.`);
        continue;
      }
      const column = columnAt(entity, prefix + key);
      if (column !== undefined) this.#scope.text.place(column.column, keyRange);
      const part = this.#property(prefix + key, value, entity, alias, isTop);
      if (part !== '') parts.push(part);
    }
    return parts.length === 0 ? '' : `((${parts.join(') AND (')}))`;
  }

  #property(path: string, value: Value, entity: Entity, alias: string, isTop: boolean): string {
    if (columnAt(entity, path) !== undefined) {
      if (isTop && this.#scope.operators.operator(value) === undefined) this.equals.push({ property: path, value });
      else this.isOnlyEquals = false;
      return this.#scope.operators.condition(`${alias}.${path}`, value);
    }
    this.isOnlyEquals = false;
    if (entity.embeddeds.has(path)) return this.#where(value, entity, alias, `${path}.`);
    const relation = relationAt(entity, path);
    if (relation === undefined) {
      this.#scope.note(`${entity.name} has no property ${path} that is known.`);
      return '';
    }
    const operator = this.#scope.operators.operator(value);
    if (operator !== undefined) {
      if (/^(?:Less|More)Than/.test(operator.name)) this.#count(relation, operator.name, operator.arguments[0], alias);
      else if (isToOneOwner(relation)) return this.#scope.operators.condition(`${alias}.${path}`, value);
      return '';
    }
    if (!isObject(value)) {
      const joined = this.#scope.joinFor(relation, alias);
      if (elementsOf(value) !== undefined) return this.#where(value, relation.target, joined, '');
      this.#scope.note(`The conditions on ${path} are made at run time and are not included.`);
      return '';
    }
    if (value.entries.length === 0) return '';
    const [only] = settledEntries(value);
    if (isTop && settledEntries(value).length === 1 && only !== undefined && columnsOf(entity, path).length === 1) {
      const [key] = columnsOf(entity, path);
      if (key?.referenced === only.key)
        this.equals.push({ property: key.isVirtual ? key.column : key.path, value: only.value });
    }
    return this.#where(value, relation.target, this.#scope.joinFor(relation, alias), '');
  }

  /** `{ comments: MoreThan(3) }` counts the related rows. */
  #count(relation: EntityRelation, name: string, value: Value | undefined, alias: string): void {
    const operators: Readonly<Record<string, string>> = {
      LessThan: '<',
      LessThanOrEqual: '<=',
      MoreThan: '>',
      MoreThanOrEqual: '>=',
    };
    const through = junctionOf(relation);
    const joins = relation.inverse?.joinColumns ?? [];
    const table = through ? quotedTable(through.junction) : quotedTable(relation.target);
    const short = quoted(through?.junction.table ?? relation.target.table);
    const on = through
      ? through.near.map(({ column, referenced }) => `${short}.${quoted(column)} = ${alias}.${referenced}`)
      : joins.map(({ column, referenced }) => `${short}.${quoted(column)} = ${alias}.${referenced}`);
    const deleted = through ? undefined : columnWithRole(relation.target, 'delete date');
    const where = [on.join(' AND '), ...(deleted ? [`${short}.${quoted(deleted.column)} IS NULL`] : [])];
    const condition = where.length === 1 ? where[0] : `( ${where.join(' ) AND ( ')} )`;
    const given = value === undefined ? 'NULL' : this.#scope.text.value(value);
    this.counts.push(`(SELECT COUNT(*) FROM ${table} ${short} WHERE ${condition}) ${operators[name]} ${given}`);
  }
}
