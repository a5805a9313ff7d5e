import type { Repetition } from '../../code/calls/repetition';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import type { TextOf } from '../code-fixes';
import { countGroupers } from './count-groupers';
import { freeName, pascalCase, singular } from './names';
import { operand, reindented, statements } from './text';
import { keysNote, turnCall } from './turn-call';

/** How one library counts by group. A new one is a file here and a line in count-groupers.ts. */
export interface GroupedQuery {
  /** What gives one row for each key: `Comment.count({ …, group: ['postId'] })`. */
  readonly query: string;
  /** Of such a row: `row.postId`, `row.count`. */
  readonly key: string;
  readonly count: string;
  /** What stands in the loop instead, with the count or 0 in place of `count`. */
  readonly read?: (count: string) => string;
  /** What the library gives where there is none; `0`. */
  readonly zero?: string;
  /** The library, or PostgreSQL, takes no list without values. */
  readonly wantsKeys?: true;
  /** `{ rows }`: what holds the list in what the query gives. */
  readonly within?: 'rows';
  /** What is replaced in the loop, where that is more than the call: `(await …).rows`. */
  readonly place?: TextRange;
  /** In the same file: imports. */
  readonly edits?: readonly DocumentEdit[];
}

/** `await Comment.count({ where: { postId: post.id } })` for each post → one query that groups by `postId` before the loop. */
export function groupedCount(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner } = repetition;
  if (repetition.kind !== 'count' || inner.operation !== 'count') return undefined;
  const grouper = countGroupers.get(inner.library);
  const call = grouper && turnCall(repetition, textOf);
  // With other tables in it, rows are counted by what tells them apart.
  if (!call || /\bjoin\b/i.test(inner.sql[0] ?? '')) return undefined;
  const grouped = grouper(call);
  if (!grouped) return undefined;
  const { source, loop, awaited, property } = call;
  const table = inner.orm?.model?.name ?? inner.sql[0]?.match(/\bfrom "?([\w.]+)"?/i)?.[1] ?? 'row';
  const rows = freeName(source, `${singular(table)}Counts`);
  const map = freeName(source, `${singular(table)}CountBy${pascalCase(property)}`);
  const count = `${map}.get(String(${call.key})) ?? ${grouped.zero ?? '0'}`;
  const query = `await ${reindented(source, awaited.start, grouped.query, loop.indent)}`;
  const lines = [
    `const ${grouped.within ? `{ ${grouped.within}: ${rows} }` : rows} = ${grouped.wantsKeys ? `${loop.list}.length > 0 ? ${query} : []` : query}`,
    `const ${map} = new Map(${rows}.map((row) => [String(${grouped.key}), ${grouped.count}]))`,
  ];
  const before = loop.before;
  return {
    kind: 'edit',
    title: `Count for all of ${loop.list} with one query before the loop (GROUP BY)`,
    edits: [
      ...(grouped.edits ?? []),
      { range: { start: before, end: before }, newText: statements(source, loop.indent, lines) },
      {
        range: grouped.place ?? awaited,
        newText: grouped.read ? grouped.read(count) : operand(source, grouped.place ?? awaited, count),
      },
    ].map((edit) => ({ ...edit, uri: inner.uri })),
    note: keysNote(call),
  };
}
