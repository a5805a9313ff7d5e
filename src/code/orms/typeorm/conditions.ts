import { elementsOf, entry, entryNames, isObject, settledEntries, stringOf } from '../../facts/value-access';
import type { FunctionValue, Link, Value } from '../../facts/values';
import type { CallContext } from '../orm';
import { declaredIn } from '../support/program-values';
import { parameterOf, type StatementText } from '../support/statement-text';
import { columnAt, type Entity, primaryColumns, relationAt } from './entity';
import { Operators } from './operators';
import { exportedName } from './program';
import type { Condition } from './select-query';
import { conditionsText } from './select-text';

/** What the conditions of one query builder need to know of it. */
export interface ConditionScope {
  readonly text: StatementText;
  readonly context: CallContext;
  readonly entity: Entity | undefined;
  /** `post.`; '' for INSERT, UPDATE and DELETE. */
  readonly prefix: string;
  /** Values of `:name`. */
  readonly parameters: Map<string, Value>;
  readonly notes: Set<string>;
  /** The text of a query in the query: `qb.subQuery()….getQuery()`. */
  subQuery(value: Value, parameterName: string | undefined): string | undefined;
  /** The alias that a relation is joined under. */
  joined?(path: string): { readonly alias: string; readonly entity: Entity } | undefined;
}

const types: Readonly<Record<string, Condition['type']>> = {
  where: 'simple',
  andWhere: 'and',
  orWhere: 'or',
  whereInIds: 'simple',
  andWhereInIds: 'and',
  orWhereInIds: 'or',
  having: 'simple',
  andHaving: 'and',
  orHaving: 'or',
};

/** Behind these a name or a whole query stands, no value. */
const nameOnly = /(?:\b(?:from|join)\s*\(?\s*|\b(?:in|exists)\s+|["'.])$/i;

/** Without it a SELECT still says something; an UPDATE or a DELETE would seem to change every row. */
export const unknownCondition = 'A condition that is made at run time is not included.';

/** Reads where(…), andWhere(…), whereInIds(…) and their like. */
export class ConditionReader {
  readonly #scope: ConditionScope;
  readonly #operators: Operators;

  constructor(scope: ConditionScope) {
    this.#scope = scope;
    this.#operators = new Operators(scope.text, scope.context);
  }

  /** Adds what the link says to `wheres` and tells whether it is such a link. */
  read(link: Link, wheres: Condition[]): boolean {
    const type = types[link.name];
    const given = link.arguments;
    if (type === undefined || given === undefined) return this.#parameters(link);
    const [first, parameters] = given;
    if (first === undefined) return true;
    this.addParameters(parameters);
    if (type === 'simple') wheres.length = 0;
    const text = link.name.endsWith('InIds') ? this.inIds(first) : this.text(first);
    if (text !== undefined && text !== '') wheres.push({ type, text });
    for (const note of this.#operators.notes) this.#scope.notes.add(note);
    return true;
  }

  addParameters(value: Value | undefined): void {
    if (value === undefined) return;
    if (isObject(value)) {
      for (const name of entryNames(value)) {
        const given = entry(value, name);
        if (given !== undefined) this.#scope.parameters.set(name, given);
      }
    }
  }

  #parameters(link: Link): boolean {
    const [first, second] = link.arguments ?? [];
    if (link.name === 'setParameters') {
      this.addParameters(first);
      return true;
    }
    const name = stringOf(first);
    if (link.name !== 'setParameter' || name === undefined || second === undefined) return false;
    this.#scope.parameters.set(name, second);
    return true;
  }

  /** A condition: text, an object, a list of objects, Brackets, or a function that gives text. */
  text(value: Value): string | undefined {
    const written = this.written(value);
    if (written !== undefined) return written;
    if (value.kind === 'function') return this.#returned(value);
    if (isObject(value)) return this.#object(value);
    const alternatives = elementsOf(value);
    if (alternatives !== undefined) {
      const texts = alternatives.flatMap((each) => (isObject(each) ? (this.#object(each) ?? []) : []));
      return texts.length > 1 ? `(${texts.join(' OR ')})` : texts[0];
    }
    if (value.kind === 'chain') {
      const origin = this.#scope.context.trace(value);
      if (origin.kind === 'instance') {
        const name = exportedName(origin.of);
        const factory = origin.arguments?.[0];
        if ((name === 'Brackets' || name === 'NotBrackets') && factory?.kind === 'function') {
          return this.#brackets(factory, name === 'NotBrackets');
        }
      }
      if (origin.kind === 'value' && origin.value.kind !== 'chain') return this.text(origin.value);
    }
    this.#scope.notes.add(unknownCondition);
    return undefined;
  }

  /** SQL that the program writes, with values of templates put in where they are texts too. */
  written(value: Value, inside?: FunctionValue): string | undefined {
    const plain = stringOf(value);
    if (plain !== undefined) return plain;
    if (value.kind === 'chain') {
      const { context } = this.#scope;
      const named = inside === undefined ? value : declaredIn(value, inside.id, context.at);
      const inner = this.#scope.subQuery(named, inside?.parameters[0]?.name);
      if (inner !== undefined) return inner;
      const origin = context.trace(value);
      return origin.kind === 'value' ? stringOf(origin.value) : undefined;
    }
    if (value.kind !== 'template' || value.tag !== undefined) return undefined;
    let sql = '';
    for (const [i, text] of value.strings.entries()) {
      sql += text;
      const inner = value.values[i];
      if (inner === undefined) continue;
      const known = this.written(inner, inside);
      if (known === undefined && nameOnly.test(sql)) return undefined;
      if (known === undefined) {
        this.#scope.notes.add('A value that is put into the SQL text at run time is shown as a parameter.');
      }
      sql += known ?? this.#scope.text.value(inner);
    }
    return sql;
  }

  #returned(value: FunctionValue): string | undefined {
    const result = value.body.find((step) => step.isReturned)?.value;
    const text = result === undefined ? undefined : this.written(result, value);
    if (text === undefined) this.#scope.notes.add(unknownCondition);
    return text;
  }

  /** `new Brackets((qb) => { qb.where(…).orWhere(…) })` */
  #brackets(factory: FunctionValue, isNot: boolean): string | undefined {
    const name = factory.parameters[0]?.name;
    const wheres: Condition[] = [];
    for (const { value } of factory.body) {
      if (value.kind !== 'chain' || value.root !== name) continue;
      for (const link of value.links) this.read(link, wheres);
    }
    if (wheres.length === 0) return undefined;
    const inner = conditionsText(wheres);
    return isNot ? `NOT(${wheres.length > 1 ? `(${inner})` : inner})` : `(${inner})`;
  }

  #object(value: Value): string | undefined {
    const { entity, prefix, notes } = this.#scope;
    if (!isObject(value)) return undefined;
    if (value.open) notes.add('Conditions added at run time are not included.');
    const parts = this.#parts(value, entity, prefix, '');
    return parts.length > 1 ? `(${parts.join(' AND ')})` : parts[0];
  }

  #parts(value: Value, entity: Entity | undefined, prefix: string, path: string): string[] {
    if (!isObject(value)) return [];
    return settledEntries(value).flatMap(({ key, keyRange, value: given }) => {
      if (typeof key !== 'string') return [];
      const own = path + key;
      const column = entity && columnAt(entity, own);
      if (column !== undefined) this.#scope.text.place(column.column, keyRange);
      if (entity === undefined || column !== undefined) {
        return [this.#operators.condition(prefix + own, given)];
      }
      if (entity.embeddeds.has(own)) return this.#parts(given, entity, prefix, `${own}.`);
      const relation = relationAt(entity, own);
      if (relation === undefined) {
        this.#scope.notes.add(`${entity.name} has no property ${own} that is known.`);
        this.#scope.notes.add(unknownCondition);
        return [];
      }
      const key1 = relation.joinColumns[0];
      const inner = key1 && entry(given, key1.referenced);
      if (key1 && (inner !== undefined || !isObject(given))) {
        return [this.#operators.condition(prefix + key1.path, inner ?? given)];
      }
      const joined = this.#scope.joined?.(own);
      return joined === undefined ? [] : this.#parts(given, joined.entity, `${joined.alias}.`, '');
    });
  }

  /** One key, a list of them, or objects of a key with several columns. */
  inIds(value: Value): string | undefined {
    const { entity, prefix, text } = this.#scope;
    const keys = entity === undefined ? [] : primaryColumns(entity);
    const elements = elementsOf(value);
    const isOpen = value.kind === 'array' && value.open === true;
    const [key] = keys;
    if (key === undefined) return undefined;
    if (keys.length > 1) {
      const all = (elements ?? [value]).map((each) => {
        const parts = keys.map((column) => `${prefix}${column.path} = ${text.value(entry(each, column.path) ?? each)}`);
        return `((${parts.join(' AND ')}))`;
      });
      return elements === undefined ? `(${all.join(' OR ')})` : `(${all.join(' OR ')})`;
    }
    const ids = elements ?? [value];
    const values = ids.map((each) => entry(each, key.path) ?? each);
    if (elements === undefined && !isList(value, this.#scope.context))
      return `${prefix}${key.path} = ${text.value(values[0] ?? value)}`;
    if (elements === undefined) {
      return `${prefix}${key.path} IN (${text.parameter({ ...parameterOf(value), isArray: true })})`;
    }
    if (values.length === 1 && !isOpen && values[0]) return `${prefix}${key.path} = ${text.value(values[0])}`;
    const tokens = values.map((each) => text.value(each));
    if (isOpen && tokens.length === 0) tokens.push(text.value(value));
    return `${prefix}${key.path} IN (${tokens.join(', ')})`;
  }
}

/** Known to be a list by its type or by what makes it (`posts.map((post) => post.id)`); else a name in the plural. */
export function isList(value: Value, context: CallContext): boolean {
  if (value.kind === 'array' || (value.kind === 'runtime' && value.type === 'array')) return true;
  if (value.kind !== 'chain') return false;
  const origin = context.trace(value);
  if (origin.kind === 'instance') return origin.of.kind === 'global' && origin.of.name === 'Array';
  if (origin.kind === 'value') return origin.value.kind === 'array';
  if (origin.kind === 'parameter' && origin.path.length === 0) {
    const type = origin.function.parameters[origin.index]?.type;
    if (type !== undefined) return /\[\]$|Array</.test(type);
  }
  const last = value.links.at(-1);
  if (last?.arguments !== undefined) return /^(?:map|filter|flatMap|slice|concat)$/.test(last.name);
  const name = last?.name ?? (typeof value.root === 'string' ? value.root : '');
  return /[a-z](?:s|List)$/i.test(name) && !/(?:status|address|ss|is|us)$/i.test(name);
}
