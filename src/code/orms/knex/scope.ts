import type { FunctionStep, Link, Pattern, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';

/** Where a value's names are to be read: in which function, and what a callback's parameters stand for. */
export interface Scope {
  readonly at: Place;
  readonly names: ReadonlyMap<string, Located | Target>;
}

/** A value of the program with the place where it stands. */
export interface Located {
  readonly value: Value;
  readonly scope: Scope;
}

/** What a callback is handed and calls methods of: a builder, a join's clause, a window. */
export interface Target {
  /** False when it has no such method. */
  apply(link: Link, scope: Scope): boolean;
}

/** A function of the program that is handed a target: `(qb) => qb.where('id', 1)`, `paginate`. */
export interface Callable {
  readonly name: string;
  readonly parameters: readonly Pattern[];
  readonly steps: readonly FunctionStep[];
  readonly scope: Scope;
}

export function isTarget(bound: Located | Target | undefined): bound is Target {
  return bound !== undefined && 'apply' in bound;
}

/** What the function's names stand for when it is called with these; `this` is the first of them, as knex calls it. */
export function scopeOfCall(callable: Callable, given: readonly (Located | Target)[], self?: Target): Scope {
  const names = new Map(callable.scope.names);
  if (self) names.set('this', self);
  callable.parameters.forEach((parameter, i) => {
    const bound = given[i] ?? (parameter.default && { value: parameter.default, scope: callable.scope });
    if (bound === undefined) return;
    if (parameter.name !== '') names.set(parameter.name, bound);
    if (isTarget(bound)) return;
    for (const { name, path } of parameter.bound ?? []) {
      const value = valueAt(bound.value, path);
      if (value) names.set(name, { value, scope: bound.scope });
    }
  });
  return { at: callable.scope.at, names };
}

/** `{ a: { b: 1 } }` at ['a', 'b'] */
export function valueAt(value: Value, path: readonly string[]): Value | undefined {
  let at: Value | undefined = value;
  for (const name of path) {
    if (at?.kind === 'object') at = at.entries.findLast(({ key }) => key === name)?.value;
    else if (at?.kind === 'array') at = at.elements[Number(name)]?.value;
    else return undefined;
  }
  return at;
}
