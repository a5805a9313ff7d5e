import type { TextRange } from '../../../nouns/text-range';
import { entry, nameOf, stringOf } from '../../facts/value-access';
import type { FunctionValue, Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import type { CallContext } from '../orm';

/** A value with where its names are to be read, followed to what the program wrote: a constant of another file. */
export interface Located {
  readonly value: Value;
  readonly at: Place;
}

export function located(value: Value | undefined, at: Place, tracer: Tracer): Located | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'chain') return { value, at };
  const origin = tracer.trace(value, at);
  return origin.kind === 'value' ? { value: origin.value, at: origin.at } : { value, at };
}

export function textAt(value: Value | undefined, at: Place, tracer: Tracer): string | undefined {
  return stringOf(value) ?? stringOf(located(value, at, tracer)?.value);
}

export function flagAt(options: Value | undefined, name: string): boolean | undefined {
  const value = entry(options, name);
  return value?.kind === 'literal' && typeof value.value === 'boolean' ? value.value : undefined;
}

/** What `() => User` gives, read inside that function. */
export function returned(value: FunctionValue, at: Place): Located | undefined {
  const step = value.body.find((each) => each.isReturned);
  return step === undefined ? undefined : { value: step.value, at: { file: at.file, function: value.id } };
}

/** The property that `(user) => user.posts` names, or `'posts'`. */
export function propertyNamed(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'function') return stringOf(value);
  const given = value.body.find((each) => each.isReturned)?.value;
  if (given?.kind !== 'chain' || given.links.some((link) => link.arguments !== undefined)) return undefined;
  return given.links.length === 0 ? undefined : given.links.map((link) => link.name).join('.');
}

/** What a name stands for in that function, where it is declared there: `const sub = qb.subQuery()…`. */
export function declaredIn(value: Value, functionId: number, { file }: Place): Value {
  const name = nameOf(value);
  if (name === undefined) return value;
  return file.functions[functionId]?.bindings.findLast(({ pattern }) => pattern.name === name)?.value ?? value;
}

/** `{ ...optional('name', name) }`: the property only where there is a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

/**
 * The value that a name stands for. What stands in another file is as if it were written at the name: nothing can be
 * underlined or edited elsewhere.
 */
export function followed(value: Value, { at, trace }: Pick<CallContext, 'at' | 'trace'>): Value {
  const origin = value.kind === 'chain' ? trace(value) : undefined;
  if (origin?.kind !== 'value') return value;
  return origin.at.file === at.file ? origin.value : placedAt(origin.value, value.range);
}

const ranges: ReadonlySet<string> = new Set(['range', 'keyRange', 'rootRange', 'argumentsRange']);

/** As if all of it were written at that place. */
export function placedAt<T>(part: T, range: TextRange): T {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((each: unknown) => placedAt(each, range)) as T;
  const entries = Object.entries(part).map(([key, each]) => [key, ranges.has(key) ? range : placedAt(each, range)]);
  return Object.fromEntries(entries) as T;
}
