import type { Repetition } from '../../code/calls/repetition';
import type { Value } from '../../code/facts/values';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import { bulkWriters } from './bulk-writers';
import { loneWrite } from './lone-write';
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
  const { inner } = repetition;
  const writer = bulkWriters.get(inner.library);
  const write = writer && loneWrite(repetition, textOf);
  const bulk = write && writer({ source: write.source, place: inner, range: write.range });
  if (!write || !bulk) return undefined;
  const { source, loop, awaited, isArray, semicolon } = write;
  const { row } = bulk;
  const written = source.slice(row.range.start, row.range.end);
  if (bulk.wantsRows && !isArray) return undefined;
  const each = `(${loop.row}) => ${row.kind === 'object' ? `(${written})` : written}`;
  const list = isArray ? `${loop.list}.map(${each})` : `Array.from(${loop.list}, ${each})`;
  const call = reindented(source, awaited.start, bulk.write(list), loop.indent);
  const guard = bulk.wantsRows ? `if (${loop.list}.length > 0) ` : '';
  const range = { start: loop.start, end: loop.body.end };
  return {
    kind: 'edit',
    title: `Write the rows for all of ${loop.list} with one statement`,
    edits: [{ uri: inner.uri, range, newText: `${guard}await ${call}${semicolon}` }],
    note: 'One statement writes all rows or none; PostgreSQL takes at most 65,535 parameters in it.',
  };
}
