import type { Binding, FileFacts, FunctionFacts } from '../facts/facts';
import type { Pattern } from '../facts/values';
import { bindingsAt } from '../resolve/bindings-at';
import type { Place } from '../resolve/origin';

/** What a name means where it is read. */
export interface Declared {
  /** The function that declares it. */
  readonly at: Place;
  readonly parameter?: { readonly index: number; readonly path: readonly string[] };
  /** Every declaration and assignment in that function. */
  readonly bindings: readonly { readonly binding: Binding; readonly path: readonly string[] }[];
}

/** The innermost declaration of a name, or undefined: imported, global. Blocks of one function are told apart by the place where the name stands. */
export function declared(name: string, { file, function: start }: Place, offset?: number): Declared | undefined {
  for (let index: number | undefined = start; index !== undefined; index = file.functions[index]?.parent) {
    const facts = file.functions[index];
    if (!facts) return undefined;
    const named = facts.bindings.flatMap((binding) => {
      const path = pathOf(binding.pattern, name);
      return path === undefined ? [] : [{ binding, path }];
    });
    const bindings = offset === undefined ? named : bindingsAt(named, offset);
    const parameter = parameterOf(facts, name);
    if (bindings.length > 0 || parameter) return { at: { file, function: index }, parameter, bindings };
  }
  return undefined;
}

function parameterOf({ parameters }: FunctionFacts, name: string): Declared['parameter'] {
  for (const [index, pattern] of parameters.entries()) {
    const path = pathOf(pattern, name);
    if (path !== undefined) return { index, path };
  }
  return undefined;
}

/** `{ id: postId }` binds postId to ['id']; a name binds the whole. */
export function pathOf(pattern: Pattern, name: string): readonly string[] | undefined {
  if (pattern.name === name) return [];
  return pattern.bound?.find((bound) => bound.name === name)?.path;
}

/** The index of a function among its file's; -1 when it is not one of them. */
export function indexOf(file: FileFacts, facts: FunctionFacts): number {
  return file.functions.indexOf(facts);
}
