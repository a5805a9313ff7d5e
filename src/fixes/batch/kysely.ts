import { stringOf } from '../../code/facts/value-access';
import type { Value } from '../../code/facts/values';
import { quoted } from '../object-edit';
import type { BulkCall } from './bulk-write';
import type { GroupedQuery } from './grouped-count';
import { rewritten } from './text';
import type { TurnCall } from './turn-call';
import { isWholeRow, type WriteCall } from './write-call';

const countSteps = /^(?:selectFrom|select|where|executeTakeFirst|executeTakeFirstOrThrow)$/;

/** `….select(({ fn }) => fn.countAll().as('n')).where('post_id', '=', post.id).executeTakeFirst()` → all keys' counts, grouped; a count is a string there. */
export function kyselyCount(call: TurnCall): GroupedQuery | undefined {
  const { source, property, value, keys, repetition } = call;
  const links = repetition.inner.chain?.links.filter(({ arguments: given }) => given) ?? [];
  const last = links.at(-1);
  const where = links.find(({ arguments: given }) => given?.[2] === value);
  const [column, operator] = where?.arguments ?? [];
  const selects = links.filter(({ name }) => name === 'select');
  const name = selects.length === 1 ? countName(selects[0]?.arguments ?? []) : undefined;
  if (!last || !/^executeTakeFirst/.test(last.name) || !operator || name === undefined || name === property)
    return undefined;
  if (where?.name !== 'where' || stringOf(column) !== property || stringOf(operator) !== '=') return undefined;
  if (links.some((link) => !countSteps.test(link.name)) || !last.argumentsRange || last.arguments?.length !== 0)
    return undefined;
  const key = quoted(source, property);
  const query = rewritten(source, { start: call.range.start, end: last.argumentsRange.end }, [
    { range: operator.range, newText: quoted(source, 'in') },
    { range: value.range, newText: keys },
    { range: last.range, newText: `select(${key}).groupBy(${key}).execute` },
  ]);
  return {
    query,
    key: `row.${property}`,
    count: `row.${name}`,
    zero: quoted(source, '0'),
    wantsKeys: true,
    read: (count) => `{ ${name}: ${count} }`,
  };
}

/** `({ fn }) => fn.countAll().as('n')`, `(eb) => eb.fn.count<string>('id').as('n')` → 'n'; not of one that is said to be a number. */
function countName(given: readonly Value[]): string | undefined {
  const [callback, ...more] = given;
  if (callback?.kind !== 'function' || more.length > 0 || callback.body.length !== 1) return undefined;
  const [only] = callback.body;
  if (!only?.isReturned || only.value.kind !== 'chain' || only.value.open) return undefined;
  const { links } = only.value;
  const [count, as, ...rest] = links[0]?.name === 'fn' ? links.slice(1) : links;
  if (!count || !/^count(?:All)?$/.test(count.name) || as?.name !== 'as' || rest.length > 0) return undefined;
  const isText = (count.types ?? []).every((type) => type.split('|').some((one) => one.trim() === 'string'));
  return isText && (count.arguments?.length ?? 0) < 2 ? stringOf(as.arguments?.[0]) : undefined;
}

/** `db.insertInto('posts').values(rows).execute()`; what happens on a conflict stays as it is where nothing is then done. */
export function kyselyWrite(call: WriteCall): BulkCall | undefined {
  const { source, range, place } = call;
  const links = place.chain?.links ?? [];
  const [insert, values, ...steps] = links;
  const [row, ...further] = values?.arguments ?? [];
  if (insert?.name !== 'insertInto' || values?.name !== 'values' || place.chain?.open) return undefined;
  if (steps.at(-1)?.name !== 'execute' || steps.length > 2 || place.orm?.notes.length !== 0) return undefined;
  if (steps.length === 2 && !(steps[0]?.name === 'onConflict' && /\bDO NOTHING\b/i.test(place.sql[0] ?? '')))
    return undefined;
  if (!isWholeRow(call, row) || further.length > 0) return undefined;
  return { row, wantsRows: true, write: (list) => rewritten(source, range, [{ range: row.range, newText: list }]) };
}
