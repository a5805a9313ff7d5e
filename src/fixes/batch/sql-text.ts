import { elementsOf } from '../../code/facts/value-access';
import type { TextRange } from '../../nouns/text-range';
import type { GroupedQuery } from './grouped-count';
import type { RowsQuery } from './rows-by-key';
import { rewritten } from './text';
import type { TurnCall } from './turn-call';
import { mentions } from './turn-text';

interface KeyedText {
  /** Without its table: `id`, as rows have it. */
  readonly column: string;
  /** As the text has it: `u.id`. */
  readonly written: string;
  /** What is selected. */
  readonly list: string;
  /** The call with another SELECT list and clauses behind the condition. */
  call(list: string, behind: string): string;
  /** In the loop: `{ rows }` of what is waited for, or `(await …).rows` as a whole. */
  readonly place?: TextRange;
}

/** `pool.query('SELECT id, name FROM users WHERE id = ANY($1)', [ids])`; a key that the loop does not ask for is asked for besides. */
export function rowsOfText(call: TurnCall): RowsQuery | undefined {
  const text = keyedText(call);
  if (!text || !/^[\w\s.,*"]+$/.test(text.list) || /^\s*(?:distinct|all)\b/i.test(text.list)) return undefined;
  const selected = text.list.split(',').map((one) => nameOf(one.trim()));
  const found = { isList: true, within: 'rows', place: text.place } as const;
  if (selected.includes('*') || selected.includes(text.column)) return { query: text.call(text.list, ''), ...found };
  const isFree = selected.every((name) => /^\w+$/.test(name)) && /^[a-z_]\w*$/.test(text.column);
  if (
    !isFree ||
    /^(?:key|list)$/.test(text.column) ||
    call.source.slice(call.range.start, call.range.end).includes('<')
  )
    return undefined;
  return { query: text.call(`${text.written}, ${text.list}`, ''), added: text.column, ...found };
}

/** `u."id"` → 'id'; what has an alias is no name. */
function nameOf(selected: string): string {
  return selected.replace(/^\w+\.(?=[\w*"])/, '').replaceAll('"', '');
}

/** `pool.query('SELECT post_id, count(*) FROM comments WHERE post_id = ANY($1) GROUP BY post_id', [ids])` */
export function countOfText(call: TurnCall): GroupedQuery | undefined {
  const text = keyedText(call);
  const counted = /^count\(\s*(?:\*|[\w."]+)\s*\)(::int(?:eger|4)?)?(?:\s+(?:as\s+)?([a-z_]\w*))?$/i.exec(
    text?.list.trim() ?? '',
  );
  if (!text || !counted) return undefined;
  const [, isInteger, alias = 'count'] = counted;
  const name = alias.toLowerCase();
  // `(await …).rows[0].count` is the count itself.
  const read = `[0].${name}`;
  const isWhole = text.place !== undefined;
  const place = { start: text.place?.start ?? 0, end: (text.place?.end ?? 0) + read.length };
  if (isWhole && call.source.slice(text.place?.end, place.end) !== read) return undefined;
  if (isWhole && /[\w$]/.test(call.source[place.end] ?? '')) return undefined;
  return {
    query: text.call(`${text.written}, ${text.list}`, ` GROUP BY ${text.written}`),
    key: `row.${text.column}`,
    count: `row.${name}`,
    zero: isInteger ? '0' : "'0'",
    within: 'rows',
    ...(isWhole ? { place } : { read: (count: string) => `{ rows: [{ ${name}: ${count} }] }` }),
  };
}

const oneCondition =
  /^(\s*select\s+)([\s\S]+?)(\s+from\s+[\w."]+(?:\s+(?:as\s+)?\w+)?\s+where\s+)((?:\w+\.)?(?:\w+|"\w+"))\s*=\s*\$1(::\w+)?(\s+order\s+by\s+(?:(?!\b(?:limit|offset|fetch|for)\b)[\w\s.,"])+)?(\s*;?\s*)$/i;

/** A SELECT from one table by one column, written in the call with its one value beside it. */
function keyedText(call: TurnCall): KeyedText | undefined {
  const { source, value, keys, awaited, repetition, loop } = call;
  const { chain, site } = repetition.inner;
  const link = chain?.links.findLast((one) => one.arguments);
  const [text, values, ...more] = link?.arguments ?? [];
  if (!chain || !site || link?.name !== 'query' || !text || more.length > 0) return undefined;
  const { range, sql } = site;
  if (text.kind !== 'literal' || range.start < text.range.start || range.end > text.range.end) return undefined;
  if (source.slice(range.start, range.end) !== sql || site.parameters.length !== 1) return undefined;
  const elements = elementsOf(values);
  const parts = oneCondition.exec(sql);
  const place = placeInLoop(source, awaited, loop.body.end);
  if (elements?.length !== 1 || elements[0] !== value || !parts || place === undefined) return undefined;
  const [, select = '', list = '', from = '', written = '', cast, order = '', end = ''] = parts;
  const name = written.replace(/^\w+\./, '');
  return {
    column: name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase(),
    written,
    list,
    call: (selected, behind) =>
      rewritten(source, call.range, [
        {
          range,
          newText: `${select}${selected}${from}${written} = ANY($1${cast ? `${cast}[]` : ''})${behind}${order}${end}`,
        },
        { range: value.range, newText: keys },
      ]),
    ...(place ? { place } : {}),
  };
}

/** Only the rows may be used. Null: `{ rows }` takes the place of the call; undefined: something else is read, such as rowCount. */
function placeInLoop(source: string, awaited: TextRange, end: number): TextRange | null | undefined {
  const before = source.slice(Math.max(0, awaited.start - 200), awaited.start);
  const after = source.slice(awaited.end, end);
  const rows = /^\)\.rows(?![\w$])/.exec(after);
  if (rows && before.endsWith('(')) return { start: awaited.start - 1, end: awaited.end + rows[0].length };
  if (/\bconst\s*\{\s*rows(?:\s*:\s*(?:[\w$]+|\[\s*(?:[\w$]+|\{[^{}[\]]*\})\s*\]))?\s*\}\s*=\s*$/.test(before))
    return null;
  const name = /\bconst\s+([\w$]+)\s*=\s*$/.exec(before)?.[1];
  if (name === undefined) return undefined;
  const isRowsOnly = !mentions(after.replaceAll(`${name}.rows`, ' '), name);
  return isRowsOnly && !/\.rows[A-Z_\d]/.test(after) ? null : undefined;
}
