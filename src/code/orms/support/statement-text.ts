import { StatementWriter } from '../../../sql/statement-writer';
import { constantOf, sourceOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedParameter, GeneratedStatement } from '../orm';

/**
 * One statement as text, put together as libraries do that build strings. Parameters are tokens in the text until it is whole.
 */
export class StatementText {
  readonly #writer = new StatementWriter<GeneratedParameter>();

  parameter(parameter: GeneratedParameter): string {
    const token = this.#writer.parameter(parameter);
    return token.type === 'parameter' ? token.name : '';
  }

  value(value: Value): string {
    return this.parameter(parameterOf(value));
  }

  write(text: string): GeneratedStatement {
    return this.#writer.write(this.#writer.raw(text));
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
