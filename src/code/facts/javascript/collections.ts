import type { ArrayValue, ChainValue, Element, ObjectValue, Value } from '../values';
import type { FileReader } from './file-reader';
import { within } from './merge';
import { Parts } from './parts';

/** Methods of lists whose result is known when the list is. */
export function isListMethod(name: string): boolean {
  return name === 'filter' || name === 'concat';
}

/** Results of calls of the language itself that are known: `[a, b].filter(Boolean)`, `Object.assign({}, where)`. */
export class CollectionReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** undefined: it is no such call. The chain has its names written out. */
  result(chain: ChainValue): Value | undefined {
    const [first, second] = chain.links;
    if (first === undefined || second !== undefined || first.arguments === undefined || chain.open) return undefined;
    const root = typeof chain.root === 'string' ? undefined : chain.root;
    if (root?.kind === 'array') return this.#ofArray(root, first.name, first.arguments);
    if (chain.root !== 'Object' || chain.isNew) return undefined;
    const [target, ...sources] = first.arguments;
    if (first.name === 'freeze' || first.name === 'seal') return target;
    if (first.name !== 'assign' || target?.kind !== 'object') return undefined;
    return this.#assigned(target, sources, chain);
  }

  #ofArray(array: ArrayValue, name: string, values: readonly Value[]): Value | undefined {
    if (name === 'filter')
      return isPresence(values[0]) ? { ...array, elements: array.elements.flatMap(present) } : undefined;
    if (name !== 'concat') return undefined;
    const parts = Parts.of(array.elements, array);
    for (const value of values)
      parts.add(value.kind === 'array' ? this.#file.objects.elementsOf(value) : itself(value));
    return { kind: 'array', elements: parts.items, ...parts.rest, range: array.range };
  }

  #assigned(target: ObjectValue, sources: readonly Value[], chain: ChainValue): Value {
    const parts = Parts.of(target.entries, target);
    for (const source of sources) parts.add(this.#file.objects.entriesOf(source));
    return { kind: 'object', entries: parts.items, ...parts.rest, range: chain.range };
  }
}

/** `list.concat(x)`: a value that is no list is an element; of another nobody knows what it is. */
function itself(value: Value): Parts<Element> {
  return value.kind === 'object' || value.kind === 'literal'
    ? Parts.of<Element>([{ value }], {})
    : Parts.unknown(value);
}

/** `Boolean`, `(x) => x`, `(x) => x !== undefined`, `(x) => !!x`, `(x) => x != null` */
function isPresence(test: Value | undefined): boolean {
  if (test?.kind === 'chain') return test.root === 'Boolean' && test.links.length === 0;
  const returned = test?.kind === 'function' && test.body.length === 1 ? test.body[0]?.value : undefined;
  const name = test?.kind === 'function' ? test.parameters[0]?.name : undefined;
  if (returned === undefined || name === undefined || name === '') return false;
  if (returned.kind === 'chain') {
    const given = returned.links[0]?.arguments?.[0];
    if (returned.root === 'Boolean' && given?.kind === 'chain') return given.root === name && given.links.length === 0;
    return returned.root === name && returned.links.length === 0;
  }
  const escaped = name.replaceAll('$', '\\$');
  const pattern = new RegExp(`^(?:!!\\s*${escaped}|${escaped}\\s*!==?\\s*(?:undefined|null|false))$`);
  return returned.kind === 'runtime' && pattern.test(returned.source);
}

/** `status && { status }`: there on one way only. */
function present(element: Element): Element[] {
  const { value, branch } = element;
  if (value.kind === 'literal') return value.value ? [element] : [];
  if (value.kind !== 'choice') return [element];
  return value.options.flatMap((option) =>
    present({ value: option.value, branch: branch === undefined ? option.branch : within(branch, option.branch) }),
  );
}
