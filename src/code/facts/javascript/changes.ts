import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue, Element, Value } from '../values';
import type { ObjectReader } from './objects';
import { opened } from './opened';
import { Parts } from './parts';

/** What statements put into something longer is only said to be more. */
const longest = 300;

/** A property's name, the chain of `[Op.in]`; undefined for one that only the run time knows. */
export type Key = string | ChainValue | undefined;

/** `where.author.name = value`: a copy of the object with it; undefined when it is no object any more that is known. */
export function setAt(
  root: Value | undefined,
  path: readonly Key[],
  value: Value | undefined,
  range: TextRange,
): Value | undefined {
  const [key, ...rest] = path;
  if (path.length === 0) return value;
  if (root?.kind === 'array') return opened(root);
  if (root?.kind !== 'object') return root?.kind === 'chain' ? root : undefined;
  if (key === undefined) return opened(root);
  if (rest.length === 0) {
    if (value === undefined || root.entries.length > longest) return opened(root);
    return { ...root, entries: [...root.entries, { key, keyRange: range, value }] };
  }
  return updateAt(root, [key], (inner) => setAt(inner, rest, value, range));
}

/** Changes what stands at a path; an object whose part is not known afterwards is open. */
export function updateAt(
  root: Value | undefined,
  path: readonly Key[],
  change: (value: Value | undefined) => Value | undefined,
): Value | undefined {
  const [key, ...rest] = path;
  if (path.length === 0) return change(root);
  if (root?.kind !== 'object') return root?.kind === 'array' ? opened(root) : root;
  const index = root.entries.findLastIndex((entry) => sameKey(entry.key, key));
  const entry = root.entries[index];
  if (entry === undefined) return opened(root);
  const value = updateAt(entry.value, rest, change);
  if (value === entry.value) return root;
  if (value === undefined) return opened(root);
  return { ...root, entries: root.entries.with(index, { ...entry, value }) };
}

/** `list.push(a, ...b)` */
export function added(list: Value | undefined, values: readonly Value[], isBehind: boolean): Value | undefined {
  if (list?.kind !== 'array') return list?.kind === 'chain' ? list : undefined;
  if (list.elements.length > longest) return opened(list);
  const parts = new Parts<Element>();
  const own = Parts.of(list.elements, list);
  if (isBehind) parts.add(own);
  for (const value of values) {
    const isSpread = value.kind === 'array' && (value.isSpread || (value.open && value.elements.length === 0));
    parts.add(isSpread ? Parts.of(value.elements, value) : Parts.of<Element>([{ value }], {}));
  }
  if (!isBehind) parts.add(own);
  return { ...list, elements: parts.items, ...parts.rest };
}

/** The same of any value: of what is no object and no list nothing is said. */
export function openedValue(value: Value | undefined): Value | undefined {
  return value?.kind === 'object' || value?.kind === 'array' ? opened(value) : value;
}

/** `Object.assign(target, source)` */
export function merged(target: Value | undefined, source: Value, objects: ObjectReader): Value | undefined {
  if (target?.kind !== 'object') return target;
  const parts = Parts.of(target.entries, target);
  parts.add(objects.entriesOf(source));
  return { ...target, entries: parts.items, ...parts.rest };
}

function sameKey(a: string | ChainValue, b: Key): boolean {
  if (typeof a === 'string' || typeof b === 'string' || b === undefined) return a === b;
  return (
    a.root === b.root && a.links.length === b.links.length && a.links.every((link, i) => link.name === b.links[i]?.name)
  );
}
