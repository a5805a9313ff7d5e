import type { Repetition } from '../../code/calls/repetition';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import type { TextOf } from '../code-fixes';
import { freeName, isTaken, pascalCase, plural, singular } from './names';
import { rowFinders } from './row-finders';
import { operand, reindented, statements } from './text';
import { isChanged, keysNote, type TurnCall, turnCall } from './turn-call';

/** How one library asks for the rows of all keys. A new one is a file here and a line in row-finders.ts. */
export interface RowsQuery {
  /** What gives all rows: `User.findAll({ where: { id: [1, 2] } })`. */
  readonly query: string;
  /** The library takes no list without values. */
  readonly wantsKeys?: true;
  /** Of a found row, where that is not its property of the key's name: `.post.id`. */
  readonly key?: string;
  /** One row of each key, or a list. */
  readonly isList: boolean;
  /** Of rows of a list that are asked for their key besides, as they shall not have it: `id`. */
  readonly added?: string;
  /** What the library gives where there is no such row. */
  readonly none?: 'null' | 'undefined';
  /** `{ rows }`: what holds the list, in what the query gives and in what stands in the loop. */
  readonly within?: 'rows';
  /** What is replaced in the loop, where that is more than the call: `(await …).rows`. */
  readonly place?: TextRange;
  /** In the same file: imports. */
  readonly edits?: readonly DocumentEdit[];
}

/** `await User.findByPk(post.authorId)` for each post → one query for all authors before the loop, and a Map of them by their key. */
export function rowsByKey(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner } = repetition;
  const finder = repetition.kind === 'query' ? rowFinders.get(inner.library) : undefined;
  const call = finder && turnCall(repetition, textOf);
  const found = call && !isChanged(call) ? finder?.(call) : undefined;
  if (!call || !found) return undefined;
  const { source, loop, awaited, property } = call;
  const table = inner.orm?.model?.name ?? /\bfrom\s+"?([\w.]+)"?/i.exec(inner.sql[0] ?? '')?.[1] ?? 'row';
  const names: Names = {
    rows: isTaken(source, plural(table)) ? freeName(source, `all${pascalCase(plural(table))}`) : plural(table),
    map: freeName(source, `${plural(table)}By${pascalCase(property)}`),
    row: /^(?:key|list)$/.test(singular(table)) ? 'row' : singular(table),
  };
  const shared = found.isList ? undefined : `Turns with the same ${call.key} share one ${singular(table)}.`;
  const notes = [shared, keysNote(call)].filter((note) => note !== undefined);
  const before = loop.before;
  return {
    kind: 'edit',
    title: `Ask for all ${plural(table)} with one query before the loop (Map by ${property})`,
    edits: [
      ...(found.edits ?? []),
      {
        range: { start: before, end: before },
        newText: statements(source, loop.indent, linesBefore(call, found, names)),
      },
      { range: found.place ?? awaited, newText: valueInLoop(call, found, names) },
    ].map((edit) => ({ ...edit, uri: inner.uri })),
    note: notes.length > 0 ? notes.join(' ') : undefined,
  };
}

interface Names {
  readonly rows: string;
  readonly map: string;
  readonly row: string;
}

function linesBefore(call: TurnCall, found: RowsQuery, { rows, map, row }: Names): string[] {
  const { source, loop, awaited, property } = call;
  const query = `await ${reindented(source, awaited.start, found.query, loop.indent)}`;
  const asked = found.wantsKeys ? `${loop.list}.length > 0 ? ${query} : []` : query;
  const keyOf = `${row}${found.key ?? `.${property}`}`;
  const first = `const ${found.within ? `{ ${found.within}: ${rows} }` : rows} = ${asked}`;
  if (!found.isList) return [first, `const ${map} = new Map(${rows}.map((${row}) => [String(${keyOf}), ${row}]))`];
  const types = /\.[cm]?tsx?$/.test(call.repetition.inner.uri) ? `<string, typeof ${rows}>` : '';
  return [
    first,
    `const ${map} = new Map${types}()`,
    `for (const ${found.added ? `{ ${found.added}, ...${row} }` : row} of ${rows}) {`,
    `  const key = String(${found.added ?? keyOf})`,
    `  const list = ${map}.get(key)`,
    `  if (list) list.push(${row})`,
    `  else ${map}.set(key, [${row}])`,
    '}',
  ];
}

function valueInLoop(
  { source, key, awaited }: TurnCall,
  { isList, none, within, place }: RowsQuery,
  { map }: Names,
): string {
  const got = `${map}.get(String(${key}))`;
  if (within && !place) return `{ ${within}: ${got} ?? [] }`;
  if (isList) return operand(source, place ?? awaited, `${got} ?? []`);
  return none === 'null' ? operand(source, awaited, `${got} ?? null`) : got;
}
