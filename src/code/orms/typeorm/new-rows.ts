import { isObject } from '../../facts/value-access';
import type { ChainValue, Entry, ObjectValue, Value } from '../../facts/values';
import type { CallContext } from '../orm';
import { readReceiver } from './receivers';

/**
 * The columns of a row that the program has just made: `repository.create({ title })` and `new Post()`, with what is
 * assigned to it in the same function (`post.body = …`). Undefined for a row that comes from elsewhere.
 */
export function writtenRow(row: ChainValue, context: CallContext): Value | undefined {
  const origin = context.trace(row);
  if (origin.kind === 'value') return origin.value;
  const made = origin.kind === 'instance' ? newRow(row, origin) : createdRow(row, context);
  if (!isObject(made)) return made;
  const assigned = assignments(row, context);
  return assigned.length === 0 ? made : { ...made, entries: [...made.entries, ...assigned] };
}

function newRow(row: ChainValue, origin: { readonly arguments?: readonly Value[] }): ObjectValue | undefined {
  // What a constructor does with its arguments is not followed.
  return origin.arguments?.length === 0 ? { kind: 'object', entries: [], range: row.range } : undefined;
}

function createdRow(row: ChainValue, context: CallContext): Value | undefined {
  const origin = context.trace(row);
  if (origin.kind !== 'call' || origin.callee.kind !== 'member' || origin.callee.name !== 'create') return undefined;
  const receiver = readReceiver(origin.callee.of, context);
  if (receiver === undefined) return undefined;
  const given = origin.arguments[receiver.kind === 'manager' || receiver.kind === 'data source' ? 1 : 0];
  return given ?? { kind: 'object', entries: [], range: row.range };
}

/** Values that are assigned are known by their names only: `post.title`. */
export function assignments(row: ChainValue, { at }: CallContext): Entry[] {
  if (typeof row.root !== 'string' || row.links.length > 0) return [];
  const uses = at.file.functions[at.function]?.uses ?? [];
  return uses.flatMap(({ chain, isWritten, branch }) => {
    const [link, ...more] = chain.links;
    const isOwn = isWritten && chain.root === row.root && chain.range.end <= row.range.start;
    if (!isOwn || link === undefined || more.length > 0 || link.name === '[]') return [];
    return [{ key: link.name, keyRange: link.range, value: chain, ...(branch === undefined ? {} : { branch }) }];
  });
}
