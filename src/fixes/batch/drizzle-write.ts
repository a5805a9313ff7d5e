import type { BulkCall } from './bulk-write';
import { rewritten } from './text';
import { isWholeRow, type WriteCall } from './write-call';

/** `db.insert(posts).values(rows)`; DO UPDATE could meet a row of the same statement, which PostgreSQL refuses. */
export function drizzleWrite(call: WriteCall): BulkCall | undefined {
  const { source, range, place } = call;
  const [insert, values, conflict, ...more] = place.chain?.links ?? [];
  const [row, ...further] = values?.arguments ?? [];
  if (insert?.name !== 'insert' || values?.name !== 'values' || more.length > 0 || place.chain?.open) return undefined;
  if (conflict && conflict.name !== 'onConflictDoNothing') return undefined;
  if (!isWholeRow(call, row) || further.length > 0 || place.orm?.notes.length !== 0) return undefined;
  return { row, wantsRows: true, write: (list) => rewritten(source, range, [{ range: row.range, newText: list }]) };
}
