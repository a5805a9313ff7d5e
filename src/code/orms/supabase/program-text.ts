import { entry, sourceOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, GeneratedParameter } from '../orm';
import type { SqlText } from '../support/sql-text';

interface TextWithValues {
  readonly text: string;
  readonly values: readonly SqlText[];
}

export function mark(index: number): string {
  return `⟦${index}⟧`;
}

export function parameter(value: Value): GeneratedParameter {
  const known = value.kind === 'literal' ? value.value : undefined;
  const named = { source: sourceOf(value), range: value.range };
  return known === undefined ? named : { ...named, constant: known };
}

export function constant(known: number, at: Value): GeneratedParameter {
  return { source: String(known), constant: known, range: at.range };
}

/** A text of the program; what it puts into a template stands there by its number. */
export function textOf(value: Value, context: CallContext): TextWithValues | undefined {
  const text = stringOf(value);
  if (text !== undefined) return { text, values: [] };
  if (value.kind === 'template' && value.tag === undefined) {
    const values = value.values.map((each): SqlText => [parameter(each)]);
    return { text: value.strings.map((each, i) => each + (i < values.length ? mark(i) : '')).join(''), values };
  }
  if (value.kind !== 'chain') return undefined;
  const origin = context.trace(value);
  return origin.kind === 'value' && origin.value.kind !== 'chain' ? textOf(origin.value, context) : undefined;
}

/** The value of one filter: of `in` all of them as one array, of `is` the word itself. */
export function operand(operator: string, followed: Value, value: Value): TextWithValues {
  if (operator === 'is') {
    const word = followed.kind === 'literal' ? followed.value : undefined;
    return { text: word === undefined ? 'null' : String(word), values: [] };
  }
  // `not('id', 'in', '(1,2)')`
  const text = stringOf(followed);
  if (operator === 'in' && text !== undefined) return { text, values: [] };
  const isArray = operator === 'in' || operator.endsWith(')') || followed.kind === 'array';
  const bound = parameter(value);
  return { text: mark(0), values: [[isArray ? { ...bound, isArray: true } : bound]] };
}

export function referenced(options: Value | undefined): string {
  return stringOf(entry(options, 'referencedTable')) ?? stringOf(entry(options, 'foreignTable')) ?? '';
}

/** `author.name` → the column `name` of the embedded `author`. */
export function owner(path: string): { readonly of: string; readonly column: string } {
  const arrow = path.indexOf('->');
  const dot = (arrow < 0 ? path : path.slice(0, arrow)).lastIndexOf('.');
  return dot < 0 ? { of: '', column: path } : { of: path.slice(0, dot), column: path.slice(dot + 1) };
}
