import { entryOf } from '../../code/facts/value-access';
import type { Link } from '../../code/facts/values';
import { hasOnly, isByPrimaryKey, lastCall } from './asked';
import type { BulkCall } from './bulk-write';
import { keyCondition } from './key-condition';
import type { RowsQuery } from './rows-by-key';
import { rewritten } from './text';
import type { TurnCall } from './turn-call';
import { isWholeRow, lastWrite, type WriteCall } from './write-call';

/** `em.find(User, { id: [1, 2] })`, `users.find({ id: [1, 2] })` */
export function mikroOrmRows(call: TurnCall): RowsQuery | undefined {
  const { source, property, value, keys, range } = call;
  const link = lastCall(call);
  const isList = link?.name === 'find';
  if (!link || !(isList || link.name === 'findOne') || (!isList && !isByPrimaryKey(call))) return undefined;
  const [where, options, ...more] = withoutEntity(link);
  if (!where || more.length > 0) return undefined;
  if (options && (options.kind !== 'object' || !hasOnly(options, ['populate', ...(isList ? ['orderBy'] : [])])))
    return undefined;
  // `findOne(User, null)` throws.
  const isKeyAlone = where === value && !isList;
  if (!isKeyAlone && !(where.kind === 'object' && keyCondition(call, where))) return undefined;
  const key = keyOfRow(call);
  if (key === undefined || entryOf(where, property)?.branch) return undefined;
  const query = rewritten(source, range, [
    { range: link.range, newText: 'find' },
    { range: value.range, newText: isKeyAlone ? `{ ${property}: ${keys} }` : keys },
  ]);
  return { query, isList, none: 'null', key };
}

/** What follows the entity, which a manager is told first. */
function withoutEntity({ arguments: given = [] }: Link) {
  const [first] = given;
  const isOfManager = first?.kind === 'chain' && first.links.length === 0 && /^[A-Z]/.test(String(first.root));
  return isOfManager ? given.slice(1) : given;
}

/** A reference that was asked for by the key of what it leads to has that key: `comment.post.id`. */
function keyOfRow({ property, repetition }: TurnCall): string | undefined {
  const { inner, keys } = repetition;
  const isReference = inner.orm?.model?.associations.some(({ name }) => name === property);
  return isReference ? `.${property}.${keys[0]?.rowPath?.[0]}` : `.${property}`;
}

/** `em.insertMany(Post, rows)`, `posts.insertMany(rows)` */
export function mikroOrmWrite(call: WriteCall): BulkCall | undefined {
  const { source, range } = call;
  const link = lastWrite(call);
  const [row, ...more] = link ? withoutEntity(link) : [];
  if (link?.name !== 'insert' || !isWholeRow(call, row) || more.length > 0) return undefined;
  const renamed = { range: link.range, newText: 'insertMany' };
  return {
    row,
    wantsRows: true,
    write: (list) => rewritten(source, range, [renamed, { range: row.range, newText: list }]),
  };
}
