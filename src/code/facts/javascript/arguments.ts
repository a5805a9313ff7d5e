import type { TextRange } from '../../../nouns/text-range';
import type { Use } from '../facts';
import type { Element, Value } from '../values';
import { exact } from './exact';
import type { FileReader } from './file-reader';
import type { Frame, Mutable } from './frame';
import { isFunction, rangeOf, unwrap } from './nodes';
import type { Parts } from './parts';
import type { SyntaxNode } from './syntax-tree';

/** Reads what calls are given. */
export class ArgumentReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode | undefined, frame: Frame, use: Mutable<Use>): readonly Value[] {
    const values: Value[] = [];
    for (const child of node?.children ?? []) {
      const callback = { use: frame.draft.uses.lastIndexOf(use), argument: values.length };
      const inner = unwrap(child);
      if (isFunction(inner)) {
        values.push(this.#file.functions.now(inner, frame, callback));
        continue;
      }
      const value = this.#file.expressions.read(child, frame, { within: 'argument' });
      if (child.type !== 'spread_element') values.push(value);
      else {
        values.push(...spreadArguments(this.#file.objects.elementsOf(value), rangeOf(child)));
      }
    }
    return exact(values);
  }
}

/** `and(a, ...conditions)`; what is not known of it is an open array without elements. */
function spreadArguments(parts: Parts<Element>, range: TextRange): Value[] {
  const isSure = parts.items.every((part) => part.branch === undefined);
  if (!isSure || (parts.open && parts.spreads.some((spread) => spread.at < parts.items.length))) {
    return [{ kind: 'array', elements: parts.items, isSpread: true, ...parts.rest, range }];
  }
  const values = parts.items.map((part) => part.value);
  if (!parts.open) return values;
  const spreads = parts.spreads.map((spread) => ({ ...spread, at: 0 }));
  return [...values, { kind: 'array', elements: [], open: true, ...(spreads.length === 0 ? {} : { spreads }), range }];
}
