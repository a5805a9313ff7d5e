import type { QueryPlace, Repetition } from '../../code/calls/repetition';
import { elementsOf } from '../../code/facts/value-access';
import type { Value } from '../../code/facts/values';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import type { ColumnTypeOf } from './column-types';
import { type LoneWrite, loneWrite } from './lone-write';
import { reindented, rewritten } from './text';
import { mentions } from './turn-text';
import { type ArrayStatement, arrayStatement } from './write-statements';

/** Libraries that send a text with `$1` and a list of values, and an array as an array. */
const sendsTexts = /^(?:pg|pg-promise|@neondatabase\/serverless|@vercel\/postgres)$/;

/**
 * `pool.query('INSERT INTO tags (label) VALUES ($1::text)', [row.label])` for each row → `pool.query('INSERT INTO tags (label)
 * SELECT * FROM unnest($1::text[])', [rows.map((row) => row.label)])`; UPDATE and DELETE likewise. Undefined where a type is not known.
 */
export function textWrite(repetition: Repetition, textOf: TextOf, typeOf: ColumnTypeOf): EditFix | undefined {
  const { inner } = repetition;
  const write = sendsTexts.test(inner.library) ? loneWrite(repetition, textOf) : undefined;
  const text = write && textAndValues(inner, write.source);
  const statement = text && arrayStatement(text.sql, typeOf, inner.library);
  if (!write || !text || !statement || statement.parameters !== text.values.length) return undefined;
  const { source, loop, awaited, range, isArray, semicolon } = write;
  if (statement.key !== undefined && !isKeyOfRows(repetition, write, text.values[statement.key])) return undefined;
  // What is gone over by its iterator may be there once only.
  if (!isArray && text.values.length > 1) return undefined;
  const lists = text.values.map((value) => {
    const written = source.slice(value.range.start, value.range.end);
    const each = `(${mentions(written, loop.row) ? loop.row : ''}) => ${written}`;
    const list = isArray ? `${loop.list}.map(${each})` : `Array.from(${loop.list}, ${each})`;
    return { range: value.range, newText: list };
  });
  const call = rewritten(source, range, [{ range: text.range, newText: statement.sql }, ...lists]);
  return {
    kind: 'edit',
    title: `${titles[statement.kind]} for all of ${loop.list} with one statement`,
    edits: [
      {
        uri: inner.uri,
        range: { start: loop.start, end: loop.body.end },
        newText: `await ${reindented(source, awaited.start, call, loop.indent)}${semicolon}`,
      },
    ],
    note:
      statement.key === undefined
        ? 'One statement writes all rows or none.'
        : 'One statement writes all rows or none; each row must have a key of its own.',
  };
}

const titles: Readonly<Record<ArrayStatement['kind'], string>> = {
  insert: 'Write the rows',
  update: 'Change the rows',
  delete: 'Delete the rows',
};

/** The text as it stands in the call, and its values beside it. */
function textAndValues({ chain, site }: QueryPlace, source: string) {
  const link = chain?.links.findLast((one) => one.arguments);
  const [text, list, ...more] = link?.arguments ?? [];
  if (!chain || chain.open || !site || !link || !/^(?:query|none)$/.test(link.name) || !text || more.length > 0)
    return undefined;
  const { range, sql } = site;
  if (text.kind !== 'literal' || range.start < text.range.start || range.end > text.range.end) return undefined;
  if (source.slice(range.start, range.end) !== sql || list?.kind !== 'array' || list.open) return undefined;
  const values = elementsOf(list) ?? [];
  const isWhole = values.every(({ kind, range: own }, index) => {
    const end = values[index + 1]?.range.start ?? list.range.end - 1;
    return kind !== 'array' && kind !== 'object' && /^[\s,]*$/.test(source.slice(own.end, end));
  });
  const isOfOrder = values.some((value) => inOrder.test(source.slice(value.range.start, value.range.end)));
  const hasBranch = list.elements.some(({ branch }) => branch);
  return isWhole && !isOfOrder && !hasBranch && !list.spreads ? { range, sql, values } : undefined;
}

/** Values that depend on which of them is asked for first. */
const inOrder = /\+\+|--|(?<![=!<>])=(?![=>])|\.(?:next|shift|pop)\(/;

/** Of two changes of one row the later one counts; in one statement it is either. */
function isKeyOfRows({ loop }: Repetition, { source, loop: { row } }: LoneWrite, value: Value | undefined): boolean {
  const written = value && source.slice(value.range.start, value.range.end);
  if ((loop.over?.path.length ?? 0) > 0) return false;
  const keys = loop.over?.model?.columns.filter(({ isPrimaryKey }) => isPrimaryKey).map(({ property }) => property);
  const names = keys ?? selectedKeys(loop.over?.query?.sql ?? []);
  return names.length === 1 && written === `${row}.${names[0]}`;
}

/** `SELECT id, name FROM users` → ['id']: of one table, by the name that tables give their own key. */
function selectedKeys([sql, ...more]: readonly string[]): string[] {
  const [, list, from] = /^\s*select\s+([\w\s.,*"]+?)\s+from\s+([\s\S]+)$/i.exec(sql ?? '') ?? [];
  if (list === undefined || more.length > 0 || /^[^\s(]+\s*,|\b(?:join|union|from)\b|^\(/i.test(from ?? '')) return [];
  const items = list.split(',').map((one) => one.trim().toLowerCase());
  return ['id', 'uuid'].filter((name) => {
    const own = items.filter((item) => item === name || item.endsWith(`.${name}`));
    const others = items.filter((item) => item.endsWith(`"${name}"`) || item.endsWith(` ${name}`));
    return (
      others.length === 0 &&
      (own.length === 1 ||
        (own.length === 0 && items.length === 1 && /^(?:\w+\.)?\*$/.test(items[0] ?? '') && name === 'id'))
    );
  });
}
