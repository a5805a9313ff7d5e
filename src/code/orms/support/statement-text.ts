import type { TextRange } from '../../../nouns/text-range';
import { StatementWriter } from '../../../sql/statement-writer';
import { constantOf, sourceOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedParameter, GeneratedStatement } from '../orm';

/**
 * One statement as text, put together as libraries do that build strings. Parameters are tokens in the text until it is whole.
 */
export class StatementText {
  readonly #writer = new StatementWriter<GeneratedParameter>();
  readonly #places = new Map<string, TextRange>();

  parameter(parameter: GeneratedParameter): string {
    const token = this.#writer.parameter(parameter);
    return token.type === 'parameter' ? token.name : '';
  }

  value(value: Value): string {
    return this.parameter(parameterOf(value));
  }

  /** Where the program names a column: `createdAt` of `order: { createdAt: 'DESC' }`; the first place counts. */
  place(column: string, range: TextRange): void {
    if (!this.#places.has(column)) this.#places.set(column, range);
  }

  write(text: string): GeneratedStatement {
    const statement = this.#writer.write(this.#writer.raw(text));
    const places = [...this.#places].filter(([column]) => statement.sql.includes(`"${column}"`));
    return places.length === 0 ? statement : { ...statement, places: new Map(places) };
  }
}

export function parameterOf(value: Value): GeneratedParameter {
  const constant = constantOf(value);
  return {
    source: sourceOf(value),
    ...(constant === undefined ? {} : { constant }),
    range: value.range,
    ...(value.kind === 'array' ? { isArray: true } : {}),
  };
}

export function quoted(name: string): string {
  return `"${name}"`;
}

/** `account.profiles` → "account"."profiles" */
export function quotedTable({ schema, table }: { readonly schema?: string; readonly table: string }): string {
  return [...(schema === undefined ? [] : [schema]), ...table.split('.')].map(quoted).join('.');
}
