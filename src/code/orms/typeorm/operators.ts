import { elementsOf, entry, entryNames, isObject, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext } from '../orm';
import type { LibraryCall } from '../support/library-calls';
import { parameterOf, type StatementText } from '../support/statement-text';
import { libraryCall } from './program';

const infix: Readonly<Record<string, string>> = {
  Equal: '=',
  LessThan: '<',
  LessThanOrEqual: '<=',
  MoreThan: '>',
  MoreThanOrEqual: '>=',
  Like: 'LIKE',
  ILike: 'ILIKE',
  ArrayContains: '@>',
  ArrayContainedBy: '<@',
  ArrayOverlap: '&&',
  JsonContains: '::jsonb @>',
};

/** Conditions on one column: `MoreThan(10)`, `Not(In(ids))`, or the value that it equals. */
export class Operators {
  readonly #text: StatementText;
  readonly #context: CallContext;
  readonly notes: string[] = [];

  constructor(text: StatementText, context: CallContext) {
    this.#text = text;
    this.#context = context;
  }

  /** `Not`, `In`, …: a find operator of TypeORM; undefined for any other value. */
  operator(value: Value): LibraryCall | undefined {
    if (value.kind !== 'chain') return undefined;
    const call = libraryCall(this.#context.trace(value), this.#context.at);
    return call !== undefined && isOperator(call.name) ? call : undefined;
  }

  /** `post.viewCount`, MoreThan(10) → `post.viewCount > $1` */
  condition(column: string, value: Value): string {
    const call = this.operator(value);
    if (call === undefined) return `${column} = ${this.#text.value(value)}`;
    const [first, second] = call.arguments;
    switch (call.name) {
      case 'Not': {
        if (first === undefined) return `NOT(${column} IS NULL)`;
        const inner = this.operator(first);
        return inner === undefined
          ? `${column} != ${this.#text.value(first)}`
          : `NOT(${this.condition(column, first)})`;
      }
      case 'IsNull':
        return `${column} IS NULL`;
      case 'Between':
        return `${column} BETWEEN ${this.#optional(first)} AND ${this.#optional(second)}`;
      case 'In':
        return this.#in(column, first);
      case 'Any':
        return `${column} = ANY(${this.#optional(first)})`;
      case 'And':
      case 'Or': {
        const parts = call.arguments.map((each) => this.condition(column, each));
        return `(${parts.join(call.name === 'And' ? ' AND ' : ' OR ')})`;
      }
      case 'Raw':
        return this.#raw(column, first, second);
      default: {
        const inner = first === undefined ? undefined : this.operator(first);
        if (inner !== undefined && first !== undefined && call.name === 'Equal') return this.condition(column, first);
        return `${column} ${infix[call.name]} ${this.#optional(first)}`;
      }
    }
  }

  #optional(value: Value | undefined): string {
    return value === undefined ? 'NULL' : this.#text.value(value);
  }

  #in(column: string, list: Value | undefined): string {
    const elements = elementsOf(list);
    if (list?.kind === 'array' && elements !== undefined && !list.open) {
      return elements.length === 0
        ? '0=1'
        : `${column} IN (${elements.map((each) => this.#text.value(each)).join(', ')})`;
    }
    const parameter = list === undefined ? undefined : { ...parameterOf(list), isArray: true as const };
    return `${column} IN (${parameter === undefined ? 'NULL' : this.#text.parameter(parameter)})`;
  }

  /** `Raw((alias) => `${alias} > now() - :age`, { age })` */
  #raw(column: string, given: Value | undefined, parameters: Value | undefined): string {
    const named = new Map(
      isObject(parameters) ? entryNames(parameters).flatMap((name) => [[name, entry(parameters, name)] as const]) : [],
    );
    const text = given?.kind === 'function' ? this.#returnedText(given, column) : stringOf(given);
    if (text === undefined) {
      this.notes.push('A raw condition that is put together at run time is not included.');
      return `${column} IS NOT NULL`;
    }
    if (given?.kind !== 'function') return `${column} = ${text}`;
    return text.replaceAll(/(?<!:):(\.\.\.)?([A-Za-z0-9_]+)/g, (whole, _list, name: string) => {
      const value = named.get(name);
      return value === undefined ? whole : this.#text.value(value);
    });
  }

  #returnedText(given: Value & { kind: 'function' }, column: string): string | undefined {
    const value = given.body.find((step) => step.isReturned)?.value;
    if (value === undefined) return undefined;
    if (value.kind !== 'template') return stringOf(value);
    const alias = given.parameters[0]?.name;
    return value.strings
      .map((text, i) => {
        const inner = value.values[i];
        if (inner === undefined) return text;
        const isAlias = inner.kind === 'chain' && inner.links.length === 0 && inner.root === alias;
        return text + (isAlias ? column : this.#text.value(inner));
      })
      .join('');
  }
}

export function isOperator(name: string): boolean {
  return name in infix || /^(?:Not|IsNull|Between|In|Any|And|Or|Raw)$/.test(name);
}
