import type { ChainValue, Entry, Link, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { returned } from '../support/program-values';

const relations: Readonly<Record<string, string>> = {
  manyToOne: 'm:1',
  oneToOne: '1:1',
  oneToMany: '1:m',
  manyToMany: 'm:n',
  embedded: 'embedded',
};

/** Methods that take each name by itself. */
const lists = /^(?:fieldNames|columnTypes|joinColumns|inverseJoinColumns|referencedColumnNames)$/;

/**
 * The options that a builder of `defineEntity` stands for: `p.string().nullable()` → `{ type: 'string', nullable: true }`,
 * `() => p.manyToOne(User).mappedBy('author')` → `{ kind: 'm:1', entity: User, mappedBy: 'author' }`. Anything else as it is.
 */
export function builtOptions(value: Value | undefined, at: Place): { readonly value?: Value; readonly at: Place } {
  if (value?.kind === 'function') {
    const given = returned(value, at);
    return given ? builtOptions(given.value, given.at) : { at };
  }
  if (value?.kind !== 'chain') return { value, at };
  const [first, ...rest] = value.links.filter((link) => link.arguments !== undefined);
  if (!first) return { value, at };
  const entries = [...kindOf(first), ...rest.map(optionOf)];
  return { value: { kind: 'object', entries, range: nameRange(value, first) }, at };
}

function kindOf(link: Link): Entry[] {
  const [given] = link.arguments ?? [];
  const kind = relations[link.name];
  if (kind !== undefined)
    return [entryOf(link, 'kind', literal(link, kind)), ...(given ? [entryOf(link, 'entity', given)] : [])];
  if (link.name === 'formula') return [entryOf(link, 'formula', given ?? literal(link, true))];
  if (link.name === 'type') return given ? [entryOf(link, 'type', given)] : [];
  return [entryOf(link, 'type', literal(link, link.name))];
}

function optionOf(link: Link): Entry {
  const given = link.arguments ?? [];
  const [first] = given;
  if (lists.test(link.name)) {
    const elements = given.map((value) => ({ value }));
    return entryOf(link, link.name, { kind: 'array', elements, range: link.range });
  }
  return entryOf(link, link.name === 'name' ? 'fieldName' : link.name, first ?? literal(link, true));
}

function entryOf(link: Link, key: string, value: Value): Entry {
  return { key, keyRange: link.range, value };
}

function literal({ range }: Link, value: string | boolean): Value {
  return { kind: 'literal', value, range };
}

function nameRange({ rootRange }: ChainValue, first: Link) {
  return { start: rootRange.start, end: first.range.end };
}
