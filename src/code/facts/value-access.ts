import type { TextRange } from '../../nouns/text-range';
import type { ArrayValue, ChainValue, Entry, Link, LiteralValue, ObjectValue, Value } from './values';

/** The entry that wins under this name: `{ where: a, where: b }` → b's. */
export function entryOf(value: Value | undefined, name: string): Entry | undefined {
  return value?.kind === 'object' ? value.entries.findLast((entry) => entry.key === name) : undefined;
}

/** What an object holds under a name; undefined when it has none, or is no object, or it is the literal `undefined`. */
export function entry(value: Value | undefined, name: string): Value | undefined {
  const found = entryOf(value, name)?.value;
  return found === undefined || isUndefinedLiteral(found) ? undefined : found;
}

/** The names that an object has, in the order of the text, each once; computed ones left out. */
export function entryNames(value: ObjectValue): string[] {
  return [...new Set(value.entries.flatMap(({ key }) => (typeof key === 'string' ? [key] : [])))];
}

/** Each name once with the entry that wins, in the order in which the names come first; computed keys each for itself. */
export function settledEntries(value: ObjectValue): Entry[] {
  const byName = new Map<string | ChainValue, Entry>();
  for (const each of value.entries) byName.set(each.key, each);
  return [...byName.values()].filter((each) => !isUndefinedLiteral(each.value));
}

/** The values of an array's elements; undefined for anything else. */
export function elementsOf(value: Value | undefined): Value[] | undefined {
  return value?.kind === 'array' ? value.elements.map((element) => element.value) : undefined;
}

/** An array's elements, or the one value itself: `include: 'author'` as `include: ['author']`. */
export function oneOrMany(value: Value | undefined): Value[] {
  if (value === undefined || isUndefinedLiteral(value)) return [];
  return elementsOf(value) ?? [value];
}

export function isLiteral(value: Value | undefined): value is LiteralValue {
  return value?.kind === 'literal';
}

export function isNullLiteral(value: Value | undefined): boolean {
  return value?.kind === 'literal' && value.value === null;
}

export function isUndefinedLiteral(value: Value | undefined): boolean {
  return value?.kind === 'literal' && value.value === undefined;
}

export function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'literal' && value.value === true;
}

export function isFalse(value: Value | undefined): boolean {
  return value?.kind === 'literal' && value.value === false;
}

/** The text of a string literal, or of a template without values; undefined for anything else. */
export function stringOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'literal' && typeof value.value === 'string') return value.value;
  return value?.kind === 'template' && value.tag === undefined && value.values.length === 0
    ? value.strings[0]
    : undefined;
}

export function numberOf(value: Value | undefined): number | undefined {
  return value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined;
}

/** A literal's value; undefined for anything else (and for the literal `undefined`). */
export function constantOf(value: Value | undefined): string | number | boolean | null | undefined {
  return value?.kind === 'literal' ? value.value : stringOf(value);
}

/** A name alone: `authorId`. */
export function nameOf(value: Value | undefined): string | undefined {
  return value?.kind === 'chain' && value.links.length === 0 && typeof value.root === 'string' ? value.root : undefined;
}

/** `Op.in` → ['Op', 'in'], `prisma.post` → ['prisma', 'post']; undefined when something is called, or the root is no name. */
export function pathOf(value: Value | undefined): string[] | undefined {
  if (value?.kind !== 'chain' || typeof value.root !== 'string') return undefined;
  if (value.links.some((link) => link.arguments !== undefined)) return undefined;
  return [value.root, ...value.links.map((link) => link.name)];
}

export function isCall(link: Link): link is Link & { readonly arguments: readonly Value[] } {
  return link.arguments !== undefined;
}

export function lastLink(chain: ChainValue): Link | undefined {
  return chain.links.at(-1);
}

/** The last link when it is a call: `findAll` of `Post.findAll({ … })`. */
export function calledLink(chain: ChainValue): (Link & { readonly arguments: readonly Value[] }) | undefined {
  const link = chain.links.at(-1);
  return link !== undefined && isCall(link) ? link : undefined;
}

/** The first `count` links of a chain, as a chain. */
export function prefixOf(chain: ChainValue, count: number): ChainValue {
  const links = chain.links.slice(0, count);
  const last = links.at(-1);
  const end = last === undefined ? chain.rootRange.end : (last.argumentsRange ?? last.range).end;
  return { ...chain, links, range: { start: chain.rootRange.start, end } };
}

/** `post` → `post.id`, which is not written there: its range is the chain's. */
export function propertyOf(chain: ChainValue, name: string): ChainValue {
  const { range } = chain;
  return { ...chain, links: [...chain.links, { name, range }] };
}

/** As a person would write it, at most 60 characters: `authorId`, `req.params.id`, `'published'`, `{ … }`. */
export function sourceOf(value: Value): string {
  const source = written(value);
  return source.length > 60 ? `${source.slice(0, 59)}…` : source;
}

function written(value: Value): string {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? `'${value.value}'` : String(value.value);
    case 'object':
      return value.entries.length === 0 && value.open === undefined ? '{}' : '{ … }';
    case 'array':
      return value.elements.length === 0 && value.open === undefined ? '[]' : '[…]';
    case 'chain':
      return writtenChain(value);
    case 'template':
      return `${value.tag === undefined ? '' : written(value.tag)}\`${value.strings.map((text, i) => text + valueAt(value.values, i)).join('')}\``;
    case 'function':
      return '() => …';
    case 'choice':
      return value.options.map((option) => sourceOf(option.value)).join(' | ');
    case 'runtime':
      return value.source;
  }
}

function valueAt(values: readonly Value[], i: number): string {
  const value = values[i];
  return value === undefined ? '' : `\${${sourceOf(value)}}`;
}

function writtenChain({ root, links, isNew }: ChainValue): string {
  let text = typeof root === 'string' ? root : sourceOf(root);
  for (const link of links) {
    if (link.name === '[]') text += '[…]';
    else if (/^\d/.test(link.name)) text += `[${link.name}]`;
    else if (link.name !== '') text += `.${link.name}`;
    if (link.arguments !== undefined) text += `(${link.arguments.map(sourceOf).join(', ')})`;
  }
  return isNew ? `new ${text}` : text;
}

/** The smallest range around all of them. */
export function spanOf(ranges: readonly TextRange[]): TextRange {
  return { start: Math.min(...ranges.map((r) => r.start)), end: Math.max(...ranges.map((r) => r.end)) };
}

/** Every value inside a value and itself, outermost first; functions' bodies included. */
export function* valuesIn(value: Value): Generator<Value> {
  const open: Value[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...partsOf(next).reverse());
  }
}

/** What a value is made of, one level down. */
export function partsOf(value: Value): Value[] {
  switch (value.kind) {
    case 'object':
      return [
        ...value.entries.flatMap(({ key, value }) => (typeof key === 'string' ? [value] : [key, value])),
        ...(value.spreads ?? []).map((spread) => spread.value),
      ];
    case 'array':
      return [...value.elements, ...(value.spreads ?? [])].map((element) => element.value);
    case 'chain': {
      const inLinks = value.links.flatMap((link) => link.arguments ?? []);
      return typeof value.root === 'string' ? inLinks : [value.root, ...inLinks];
    }
    case 'template':
      return [...(value.tag === undefined ? [] : [value.tag]), ...value.values];
    case 'function':
      return value.body.map((step) => step.value);
    case 'choice':
      return value.options.map((option) => option.value);
    default:
      return [];
  }
}

/** Whether anything is there that only the run time knows: open objects, arrays and chains. */
export function hasOpenParts(value: Value): boolean {
  for (const each of valuesIn(value)) {
    if ((each.kind === 'object' || each.kind === 'array' || each.kind === 'chain') && each.open) return true;
  }
  return false;
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return value?.kind === 'object';
}

export function isArray(value: Value | undefined): value is ArrayValue {
  return value?.kind === 'array';
}

export function isChain(value: Value | undefined): value is ChainValue {
  return value?.kind === 'chain';
}
