import type { TextRange } from '../../../nouns/text-range';
import { stringOf } from '../value-access';
import type { ChainValue, Value } from '../values';

/** `:author`, `[:author, :comments]`, `{ author: { only: :name } }` → `row.author`, … */
export function readsOf(row: ChainValue, names: readonly Value[]): ChainValue[] {
  return names.flatMap((value): ChainValue[] => {
    if (value.kind === 'array') {
      const inner = value.elements.map((one) => one.value);
      return readsOf(row, inner);
    }
    if (value.kind === 'object')
      return value.entries.flatMap(({ key, keyRange }) =>
        typeof key === 'string' ? [readOf(row, key, keyRange)] : [],
      );
    const name = stringOf(value)?.replace(/^:/, '');
    return name === undefined ? [] : [readOf(row, name, value.range)];
  });
}

function readOf(row: ChainValue, name: string, range: TextRange): ChainValue {
  return { ...row, rootRange: before(range), links: [...row.links, { name, range }], range };
}

/** `PostSerializer.serialize(post)`, said by what stands at that place. */
export function calledOn(root: string, name: string, values: readonly Value[], range: TextRange): ChainValue {
  const argumentsRange = { start: range.end, end: range.end };
  const links = [{ name, range, arguments: values, argumentsRange }];
  return { kind: 'chain', root, rootRange: before(range), links, range };
}

function before({ start }: TextRange): TextRange {
  return { start, end: start };
}
