import { sourceOf } from '../../facts/value-access';
import type { ArrayValue, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import type { Expression } from './expression';
import type { Reader } from './reader';
import type { Located } from './scope';

export function runtime(value: Value): Expression {
  const isArray = (value.kind === 'runtime' && value.type === 'array') || (value as ArrayValue).kind === 'array';
  return { kind: 'runtime', source: sourceOf(value), range: value.range, isArray };
}

/** An object with the same keys; its values are those of another row. */
export function like(reader: Reader, row: Located, of: Value): Expression {
  const read = reader.expression(row);
  if (read.kind !== 'object') return runtime(of);
  const entries = read.entries.map(({ key }) => entryOf(key, sourceOf(of), of, row));
  return { ...read, entries, source: sourceOf(of), range: of.range };
}

function entryOf(key: string, source: string, { range }: Value, { scope }: Located): { key: string; value: Located } {
  return { key, value: { value: { kind: 'runtime', source: `${source}.${key}`, range }, scope } };
}

/**
 * A row or rows that are written. Where the call does not say which columns they have, the rows that callbacks push to the
 * list do (`list.push({ key, title })`), or the type of the row (`insert(post)` with `post: NewPost`).
 */
export function rowExpression(reader: Reader, located: Located): Expression {
  const read = reader.expression(located);
  const isEmptyList = read.kind === 'array' && read.isOpen && read.elements.length === 0;
  if (read.kind !== 'runtime' && !isEmptyList) return read;
  const pushed = pushedRow(located);
  if (pushed) {
    const row = like(reader, pushed, located.value);
    if (row.kind !== 'object') return read;
    return isEmptyList ? { ...read, elements: [pushed] } : row;
  }
  return typedRow(reader, located, read) ?? read;
}

function typedRow(reader: Reader, located: Located, { range }: Expression): Expression | undefined {
  const { value, scope } = located;
  if (value.kind !== 'chain') return undefined;
  const origin = reader.tracer.trace(value, scope.at);
  if (origin.kind !== 'instance') return undefined;
  const isList = origin.of.kind === 'global' && origin.of.name === 'Array';
  const element = isList ? origin.types[0] : origin;
  const type = element?.kind === 'instance' ? element.of : element;
  const members = type?.kind === 'type' ? type.type.members.filter((each) => !each.type?.includes('=>')) : [];
  if (type?.kind !== 'type' || members.length === 0) return undefined;
  reader.note(`The columns that are set are those of the type ${type.type.name}.`);
  const entries = members.map(({ name }) => entryOf(name, sourceOf(value), value, located));
  return { kind: 'object', entries, isOpen: false, source: sourceOf(value), range };
}

/** What a callback pushes to the list that is written, or that the row is an element of. */
function pushedRow({ value, scope: { at } }: Located): Located | undefined {
  const name = value.kind === 'array' ? nameOfList(value, at) : listOfElement(value, at);
  if (name === undefined) return undefined;
  for (const [id, { uses }] of at.file.functions.entries()) {
    if (!isWithin(at, id)) continue;
    for (const { chain } of uses) {
      const [link] = chain.links;
      const [row] = link?.arguments ?? [];
      const isPush = chain.root === name && link !== undefined && /^(?:push|unshift)$/.test(link.name);
      if (isPush && row?.kind === 'object')
        return { value: row, scope: { at: { ...at, function: id }, names: new Map() } };
    }
  }
  return undefined;
}

/** `for (const row of rows)` → rows */
function listOfElement(value: Value, at: Place): string | undefined {
  if (value.kind !== 'chain' || value.links.length > 0 || typeof value.root !== 'string') return undefined;
  const { bindings = [] } = at.file.functions[at.function] ?? {};
  const { start } = value.range;
  const binding = bindings.findLast(({ isElement, pattern, scope, range }) => {
    const isKnown = scope ? scope.start <= start && start < scope.end : range.start <= start;
    return isElement && pattern.name === value.root && isKnown;
  });
  const over = binding?.value;
  if (over?.kind === 'array') return nameOfList(over, at);
  return over?.kind === 'chain' && over.links.length === 0 && typeof over.root === 'string' ? over.root : undefined;
}

/** The constant that was made with this list. */
function nameOfList({ range }: ArrayValue, at: Place): string | undefined {
  for (let id: number | undefined = at.function; id !== undefined; id = at.file.functions[id]?.parent) {
    const found = at.file.functions[id]?.bindings.find((each) => each.value?.range.start === range.start);
    if (found) return found.pattern.name;
  }
  return undefined;
}

/** A function in the one at hand, or around it. */
function isWithin(at: Place, inner: number): boolean {
  for (let id: number | undefined = inner; id !== undefined; id = at.file.functions[id]?.parent) {
    if (id === at.function) return true;
  }
  return false;
}
