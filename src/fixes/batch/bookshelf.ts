import { entryOf, isFalse, stringOf } from '../../code/facts/value-access';
import { quoted } from '../object-edit';
import { hasOnly, isByPrimaryKey, lastCall } from './asked';
import { keyCondition } from './key-condition';
import type { RowsQuery } from './rows-by-key';
import { rewritten } from './text';
import type { TurnCall } from './turn-call';

/** `User.where('id', 'in', [1, 2]).fetchAll()`; the rows of a list are a Collection there, which an array would not be. */
export function bookshelfRows(call: TurnCall): RowsQuery | undefined {
  const { source, property, value, keys, range, repetition } = call;
  const fetch = lastCall(call);
  const links = repetition.inner.chain?.links ?? [];
  const [where, ...more] = links.filter((link) => link !== fetch);
  const [options, ...further] = fetch?.arguments ?? [];
  if (fetch?.name !== 'fetch' || where?.name !== 'where' || more.length > 0 || !isByPrimaryKey(call)) return undefined;
  // Without `require: false` a row that is missing is an error.
  if (options?.kind !== 'object' || further.length > 0 || !hasOnly(options, ['require'])) return undefined;
  if (!isFalse(entryOf(options, 'require')?.value) || !where.argumentsRange || !fetch.argumentsRange) return undefined;
  const [first, second, third] = where.arguments ?? [];
  const isPair = stringOf(first) === property && second === value && third === undefined;
  const isObject = first?.kind === 'object' && first.entries.length === 1 && keyCondition(call, first);
  if (!isPair && !(isObject && second === undefined)) return undefined;
  const name = quoted(source, property);
  const query = rewritten(source, range, [
    { range: where.argumentsRange, newText: `(${name}, ${quoted(source, 'in')}, ${keys})` },
    { range: { start: fetch.range.start, end: fetch.argumentsRange.end }, newText: 'fetchAll()' },
  ]);
  return { query, isList: false, none: 'null', key: `.get(${name})` };
}
