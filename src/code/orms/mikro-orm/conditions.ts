import { constantOf, elementsOf, isNullLiteral, isObject, settledEntries } from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';
import type { CallContext } from '../orm';
import type { LibraryCall } from '../support/library-calls';
import { followed } from '../support/program-values';
import { parameterOf, quoted, type StatementText } from '../support/statement-text';
import { isToMany, isToOne, type MikroEntity, type Prop, primaryColumns, primaryProps, propOf } from './entity';
import { groups, infix, isOperators, ofCollections } from './operators';
import { libraryCall } from './program';
import { SelectQuery } from './select-query';
import { isList, isRegExp, isScalar } from './value-kinds';

/** Reads `{ author: { email }, viewCount: { $gt: 5 }, $or: […] }`. */
export class ConditionReader {
  readonly #text: StatementText;
  readonly #context: CallContext;
  readonly #notes: Set<string>;
  /** Undefined for INSERT, UPDATE and DELETE: their columns have no alias. */
  readonly #query: SelectQuery | undefined;
  readonly equals: { property: string; value: Value }[] = [];
  isOnlyEquals = true;
  /** A whole condition is missing: an UPDATE or a DELETE without it would seem to change every row. */
  isUnknown = false;
  /** A condition on another table, which an UPDATE or a DELETE cannot join. */
  needsJoin = false;

  constructor(text: StatementText, context: CallContext, notes: Set<string>, query: SelectQuery | undefined) {
    this.#text = text;
    this.#context = context;
    this.#notes = notes;
    this.#query = query;
  }

  /** The conditions, each for itself. */
  read(where: Value | undefined, entity: MikroEntity, alias: string): string[] {
    if (where === undefined) return [];
    const value = this.#followed(where);
    if (isObject(value)) return this.#object(value, entity, alias, true);
    return this.#byKey(value, entity, alias);
  }

  #followed(value: Value): Value {
    return followed(value, this.#context);
  }

  /** A key or a list of keys in the place of conditions. */
  #byKey(value: Value, entity: MikroEntity, alias: string): string[] {
    const [key, ...more] = primaryProps(entity);
    const [column] = key?.columns ?? [];
    const isKey = value.kind === 'literal' || isList(value, this.#context) || isScalar(value, this.#context);
    if (key === undefined || column === undefined || more.length > 0 || !isKey) {
      this.isOnlyEquals = false;
      this.isUnknown = true;
      this.#notes.add('Conditions that are made at run time are not included.');
      return [];
    }
    if (isList(value, this.#context)) {
      this.isOnlyEquals = false;
      return [this.#in(this.#column(alias, column), value, false)];
    }
    this.equals.push({ property: key.name, value });
    return [`${this.#column(alias, column)} = ${this.#text.value(value)}`];
  }

  #column(alias: string, column: string): string {
    return this.#query === undefined ? quoted(column) : this.#query.column(alias, column);
  }

  #object(where: ObjectValue, entity: MikroEntity, alias: string, isTop = false): string[] {
    if (where.open) {
      this.#notes.add('Conditions added at run time are not included.');
      this.isOnlyEquals = false;
    }
    return settledEntries(where).flatMap(({ key, keyRange, value }) => {
      if (typeof key !== 'string') return this.#rawKey(key, value);
      if (groups.test(key)) {
        this.isOnlyEquals = false;
        return this.#group(key, value, entity, alias);
      }
      const dot = key.indexOf('.');
      if (dot > 0 && this.#query !== undefined) {
        const other = this.#query.entityAt(key.slice(0, dot));
        const prop = other && propOf(other, key.slice(dot + 1));
        if (prop !== undefined) return this.#prop(prop, value, key.slice(0, dot), false);
      }
      const prop = propOf(entity, key);
      if (prop === undefined) {
        this.#notes.add(`${entity.name} has no property ${key} that is known.`);
        this.isUnknown = true;
        return [];
      }
      for (const column of prop.columns) this.#text.place(column, keyRange);
      return this.#prop(prop, value, alias, isTop);
    });
  }

  /** `[raw('lower(name)')]: value` */
  #rawKey(key: Value, value: Value): string[] {
    const call = this.#raw(key);
    const sql = call && constantOf(call.arguments[0]);
    this.isOnlyEquals = false;
    if (typeof sql === 'string') return this.#operators(sql, value);
    this.#notes.add('A condition on a property that is chosen at run time is not included.');
    return [];
  }

  #raw(value: Value): LibraryCall | undefined {
    if (value.kind !== 'chain') return undefined;
    const call = libraryCall(this.#context.trace(value), this.#context.at);
    return call?.name === 'raw' ? call : undefined;
  }

  #group(key: string, value: Value, entity: MikroEntity, alias: string): string[] {
    if (key === '$not') {
      const inner = isObject(value) ? this.#object(value, entity, alias) : [];
      return inner.length === 0 ? [] : [`not (${inner.join(' and ')})`];
    }
    const all = (elementsOf(value) ?? []).map((each) => {
      const given = this.#followed(each);
      return isObject(given) ? this.#object(given, entity, alias) : [];
    });
    if (value.kind !== 'array' || value.open) this.#notes.add('Conditions added at run time are not included.');
    if (key === '$and') return all.flat();
    const alternatives = all
      .filter((each) => each.length > 0)
      .map((each) => (each.length > 1 ? `(${each.join(' and ')})` : (each[0] ?? '')));
    if (alternatives.length === 0) return [];
    return [alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' or ')})`];
  }

  #prop(prop: Prop, given: Value, alias: string, isTop: boolean): string[] {
    const value = this.#followed(given);
    if (prop.kind === 'embedded') {
      this.isOnlyEquals = false;
      return isObject(value) ? this.#embedded(prop, value, alias) : [];
    }
    if (prop.target !== undefined) return this.#relation(prop, value, alias, isTop);
    const [column] = prop.columns;
    if (column === undefined) return [];
    if (/json/i.test(prop.type ?? '') && isObject(value) && !isOperators(value)) {
      this.isOnlyEquals = false;
      return this.#json(this.#column(alias, column), value, []);
    }
    if (isObject(value) || elementsOf(value) !== undefined) this.isOnlyEquals = false;
    else if (isTop) this.equals.push({ property: prop.name, value });
    return this.#operators(this.#column(alias, column), value);
  }

  #embedded(prop: Prop, value: ObjectValue, alias: string): string[] {
    return settledEntries(value).flatMap(({ key, value: given }) => {
      const inner = prop.embedded?.find((each) => each.name === key);
      return inner === undefined ? [] : this.#prop(inner, given, alias, false);
    });
  }

  /** `{ meta: { pinned: true } }` → ("meta"->>'pinned')::bool = true */
  #json(column: string, value: ObjectValue, path: readonly string[]): string[] {
    return settledEntries(value).flatMap(({ key, value: given }) => {
      if (typeof key !== 'string') return [];
      const here = [...path, key];
      if (isObject(given) && !isOperators(given)) return this.#json(column, given, here);
      const steps = here.map((name, i) => `${i === here.length - 1 ? '->>' : '->'}'${name.replaceAll("'", "''")}'`);
      const text = `${column}${steps.join('')}`;
      const constant = constantOf(given);
      const cast = typeof constant === 'boolean' ? 'bool' : typeof constant === 'number' ? 'float8' : undefined;
      return this.#operators(cast === undefined ? text : `(${text})::${cast}`, given);
    });
  }

  #relation(prop: Prop, value: Value, alias: string, isTop: boolean): string[] {
    const { target } = prop;
    if (target === undefined) return [];
    if (isObject(value)) {
      const keys = settledEntries(value);
      const names = keys.flatMap(({ key }) => (typeof key === 'string' ? key : []));
      if (names.length > 0 && names.every((name) => ofCollections.test(name))) {
        this.isOnlyEquals = false;
        return keys.flatMap((each) => this.#collection(prop, String(each.key), each.value, alias));
      }
      const isKnown = prop.isOwner && isToOne(prop);
      const primary = primaryProps(target);
      if (isKnown && names.length > 0 && names.every((name) => primary.some((key) => key.name === name))) {
        return keys.flatMap(({ key, value: given }) => {
          const at = primary.findIndex((each) => each.name === key);
          const column = prop.columns[at];
          if (column === undefined) return [];
          if (isTop && !isObject(given)) this.equals.push({ property: prop.name, value: given });
          return this.#operators(this.#column(alias, column), this.#followed(given));
        });
      }
      this.isOnlyEquals = false;
      // `{ tags: { id: 1 } }` is a condition on the join table alone.
      const [only, ...others] = keys;
      const isKeyAlone = others.length === 0 && primary.length === 1 && only?.key === primary[0]?.name;
      if (prop.kind === 'm:n' && only && isKeyAlone) return this.#onKey(prop, this.#followed(only.value), alias);
      if (isOperators(value)) return this.#onKey(prop, value, alias);
      const joined = this.#joined(prop, alias);
      return joined === undefined ? [] : this.#object(value, target, joined);
    }
    if (isTop && isToOne(prop) && elementsOf(value) === undefined) this.equals.push({ property: prop.name, value });
    else this.isOnlyEquals = false;
    return this.#onKey(prop, value, alias);
  }

  /** A condition on a relation's key alone. */
  #onKey(prop: Prop, value: Value, alias: string): string[] {
    if (prop.isOwner && isToOne(prop))
      return prop.columns.flatMap((column) => this.#operators(this.#column(alias, column), value));
    if (this.#query === undefined) {
      this.needsJoin = true;
      return [];
    }
    if (prop.kind === 'm:n') {
      const pivot = this.#query.joinPivot(alias, prop, 'left');
      return pivot === undefined
        ? []
        : (prop.pivot?.far ?? []).flatMap((column) => this.#operators(this.#column(pivot, column), value));
    }
    const joined = this.#joined(prop, alias);
    if (joined === undefined || prop.target === undefined) return [];
    return primaryColumns(prop.target).flatMap((column) => this.#operators(this.#column(joined, column), value));
  }

  #joined(prop: Prop, alias: string): string | undefined {
    if (this.#query === undefined) {
      this.needsJoin = true;
      return undefined;
    }
    const known = isToMany(prop) ? this.#query.joinOf(alias, prop, false) : this.#query.joinOf(alias, prop);
    if (known !== undefined) return known.alias;
    const isInner = isToOne(prop) && !prop.isNullable;
    return this.#query.join(alias, prop, isInner ? 'inner' : 'left');
  }

  /** `{ comments: { $some: { text } } }`: keys of rows that have such related ones. */
  #collection(prop: Prop, operator: string, value: Value, alias: string): string[] {
    const entity = this.#query?.entityAt(alias);
    if (entity === undefined || prop.target === undefined || !isObject(value)) return [];
    const inner = new SelectQuery(this.#text, entity);
    const joined = inner.join(inner.alias, prop, 'inner');
    if (joined === undefined) return [];
    const keys = primaryColumns(entity);
    inner.fields = keys.map((key) => inner.column(inner.alias, key));
    const reader = new ConditionReader(this.#text, this.#context, this.#notes, inner);
    const conditions = reader.#object(value, prop.target, joined);
    if (conditions.length > 0) {
      inner.wheres.push(operator === '$every' ? `not (${conditions.join(' and ')})` : conditions.join(' and '));
    }
    const columns = keys.map((key) => this.#column(alias, key));
    const left = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
    return [`${left} ${operator === '$some' ? 'in' : 'not in'} (${inner.sql()})`];
  }

  #operators(column: string, value: Value): string[] {
    if (isNullLiteral(value)) return [`${column} is null`];
    if (isObject(value) && isOperators(value)) {
      return settledEntries(value).flatMap(({ key, value: given }) =>
        this.#operator(column, String(key), this.#followed(given)),
      );
    }
    const raw = this.#raw(value);
    const sql = raw && constantOf(raw.arguments[0]);
    if (typeof sql === 'string') return [`${column} = ${sql}`];
    if (isList(value, this.#context)) return [this.#in(column, value, false)];
    return [`${column} ${isRegExp(value) ? '~' : '='} ${this.#text.value(value)}`];
  }

  #operator(column: string, operator: string, value: Value): string[] {
    switch (operator) {
      case '$in':
      case '$nin':
        return [this.#in(column, value, operator === '$nin')];
      case '$exists':
        return [`${column} is ${value.kind === 'literal' && value.value === false ? '' : 'not '}null`];
      case '$not': {
        const inner = this.#operators(column, value);
        return inner.length === 0 ? [] : [`not (${inner.join(' and ')})`];
      }
      case '$and':
        return (elementsOf(value) ?? []).flatMap((each) => this.#operators(column, each));
      case '$or': {
        const all = (elementsOf(value) ?? []).map((each) => this.#operators(column, each).join(' and '));
        return all.length === 0 ? [] : [`(${all.join(' or ')})`];
      }
      default: {
        const sql = infix[operator];
        if (sql === undefined) {
          this.#notes.add(`The condition ${operator} is not included.`);
          return [];
        }
        if (isNullLiteral(value) && (operator === '$ne' || operator === '$eq')) {
          return [`${column} is ${operator === '$ne' ? 'not ' : ''}null`];
        }
        return [`${column} ${sql} ${this.#text.value(value)}`];
      }
    }
  }

  #in(column: string, list: Value, isNot: boolean): string {
    const elements = elementsOf(list);
    const operator = isNot ? 'not in' : 'in';
    if (list.kind === 'array' && elements !== undefined && !list.open) {
      if (elements.length === 0) return isNot ? '1 = 1' : '1 = 0';
      return `${column} ${operator} (${elements.map((each) => this.#text.value(each)).join(', ')})`;
    }
    return `${column} ${operator} (${this.#text.parameter({ ...parameterOf(list), isArray: true })})`;
  }
}
