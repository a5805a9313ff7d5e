import type { ChainValue, Value } from '../facts/values';
import type { Place } from '../resolve/origin';
import type { Repeat } from './repeats';

/** What a call passes to the function that it calls, so that its parameters can be followed to the caller. */
export interface Frame {
  readonly callee: Place;
  readonly arguments: readonly { readonly value: Value; readonly isElement?: true }[];
  /** What the method is called on: `post` for `post.toJSON()`. */
  readonly receiver?: { readonly value: Value; readonly isElement?: true };
  /** Where the arguments are to be read. */
  readonly at: Place;
  readonly caller?: Frame;
}

/** `for (const child of children) await loadTree(child.id)` in loadTree. */
export function isRecursive(repeat: Repeat, frame: Frame | undefined): boolean {
  for (let one = frame; one; one = one.caller) {
    if (one.callee.file !== repeat.file) continue;
    for (
      let index: number | undefined = repeat.function;
      index !== undefined;
      index = repeat.file.functions[index]?.parent
    ) {
      if (index > 0 && index === one.callee.function) return true;
    }
  }
  return false;
}

/** The called function's names, with what it was called with. */
export function insideOf({ callee, arguments: given, at }: Frame): Place {
  const values = given.map(({ value, isElement }) => (isElement ? elementOf(value) : value));
  return { ...callee, passed: { function: callee.function, values, at } };
}

/** `posts[i]` */
function elementOf(value: Value): Value {
  const { range } = value;
  const links: ChainValue['links'] = [{ name: '[]', range: { start: range.end, end: range.end } }];
  if (value.kind === 'chain') return { ...value, links: [...value.links, ...links] };
  return { kind: 'chain', root: value, rootRange: range, links, range };
}
