import type { Repetition } from '../../code/calls/repetition';
import type { Value } from '../../code/facts/values';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { bulkWriters } from './bulk-writers';
import { loopText } from './loop-text';
import { reindented } from './text';

/** How one library writes many rows with one call. */
export interface BulkCall {
  /** The value of one row, in the call. */
  readonly row: Value;
  /** The call with a list in the row's place. */
  write(list: string): string;
  /** The library does something else with an empty list. */
  readonly wantsRows?: true;
}

/**
 * `for (const row of rows) { await Post.create({ title: row.title }); }` → `await Post.bulkCreate(rows.map((row) => ({ title: row.title })));`
 * Undefined when the loop does anything besides, or rows do something when they are written.
 */
export function bulkWrite(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner, loop, kind, depth, pace } = repetition;
  const writer = bulkWriters.get(inner.library);
  if (!writer || kind !== 'write' || depth > 0 || pace !== 'one by one' || repetition.reason || loop.kind !== 'for of')
    return undefined;
  const source = textOf(inner.uri);
  const text = source === undefined || inner.uri !== loop.uri ? undefined : loopText(loop, source);
  const awaited = source === undefined ? undefined : awaitedRange(inner, source);
  if (source === undefined || !text || !awaited || (inner.orm?.model?.hooks?.length ?? 0) > 0) return undefined;
  const { start, end } = text.body;
  if (awaited.start < start || awaited.end > end) return undefined;
  const around = `${source.slice(start, awaited.start)}…${source.slice(awaited.end, end)}`;
  if (!/^(?:\{\s*…\s*;?\s*\}|…;?)$/.test(around)) return undefined;
  const begun = awaited.start + (/^await\s+/.exec(source.slice(awaited.start))?.[0].length ?? 0);
  const bulk = writer({ source, place: inner, range: { start: begun, end: awaited.end } });
  if (!bulk || /\b(?:await|yield)\b/.test(source.slice(begun, awaited.end))) return undefined;
  const { row } = bulk;
  const written = source.slice(row.range.start, row.range.end);
  const isArray = (loop.over?.query?.isMany ?? false) || isDeclaredArray(repetition, text.list);
  if (bulk.wantsRows && !isArray) return undefined;
  const each = `(${text.row}) => ${row.kind === 'object' ? `(${written})` : written}`;
  const list = isArray ? `${text.list}.map(${each})` : `Array.from(${text.list}, ${each})`;
  const call = reindented(source, awaited.start, bulk.write(list), text.indent);
  const guard = bulk.wantsRows ? `if (${text.list}.length > 0) ` : '';
  const semicolon = /;\s*\}?$/.test(source.slice(awaited.end, end)) ? ';' : '';
  return {
    kind: 'edit',
    title: `Write the rows for all of ${text.list} with one statement`,
    edits: [{ uri: inner.uri, range: { start: text.start, end }, newText: `${guard}await ${call}${semicolon}` }],
    note: 'One statement writes all rows or none; PostgreSQL takes at most 65,535 parameters in it.',
  };
}

/** `rows: Row[]`; anything else that can be iterated has perhaps no `map`. */
function isDeclaredArray({ loop: { at } }: Repetition, list: string): boolean {
  const facts = at.file.functions[at.function];
  const named = [...(facts?.parameters ?? []), ...(facts?.bindings ?? []).map(({ pattern }) => pattern)].filter(
    ({ name }) => name === list,
  );
  return named.length === 1 && /\[\]$|^(?:Readonly)?Array</.test(named[0]?.type ?? '');
}
