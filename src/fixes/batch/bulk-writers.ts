import type { QueryPlace } from '../../code/calls/repetition';
import { entryNames, entryOf } from '../../code/facts/value-access';
import type { ObjectValue, Value } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';
import { callLink } from '../eager-loading/outer-link';
import type { BulkCall } from './bulk-write';
import { rewritten } from './text';

interface WriteCall {
  readonly source: string;
  readonly place: QueryPlace;
  /** The call without its `await`. */
  readonly range: TextRange;
}

type Writer = (call: WriteCall) => BulkCall | undefined;

export const bulkWriters: ReadonlyMap<string, Writer> = new Map([
  ['sequelize', sequelize],
  ['prisma', prisma],
  ['typeorm', typeorm],
  ['knex', knex],
]);

function lastCall({ place }: WriteCall) {
  const link = callLink(place);
  const isLast = link !== undefined && link === place.chain?.links.findLast((one) => one.arguments);
  return isLast && !place.chain?.open && place.orm?.notes.length === 0 ? link : undefined;
}

/** An object that is written there, and says all that a row has. */
function isWholeRow({ place }: WriteCall, value: Value | undefined): value is ObjectValue {
  if (value?.kind !== 'object' || value.open || (value.spreads?.length ?? 0) > 0) return false;
  const associations = place.orm?.model?.associations.map(({ name }) => name) ?? [];
  return value.entries.every(
    ({ key, value: own, branch }) =>
      typeof key === 'string' &&
      !branch &&
      own.kind !== 'object' &&
      own.kind !== 'array' &&
      !associations.includes(key),
  );
}

/** `Post.bulkCreate(rows, { validate: true })`: rows are checked as `create` checks them. */
function sequelize(call: WriteCall): BulkCall | undefined {
  const { source, range } = call;
  const link = lastCall(call);
  const [row, options, ...more] = link?.arguments ?? [];
  if (link?.name !== 'create' || !isWholeRow(call, row) || more.length > 0) return undefined;
  if (
    options &&
    (options.kind !== 'object' || options.open || entryNames(options).some((name) => name !== 'transaction'))
  )
    return undefined;
  const transaction = entryOf(options, 'transaction')?.value;
  const kept = transaction ? `, transaction: ${source.slice(transaction.range.start, transaction.range.end)}` : '';
  return {
    row,
    write: (list) =>
      rewritten(source, range, [
        { range: link.range, newText: 'bulkCreate' },
        {
          range: { start: row.range.start, end: options?.range.end ?? row.range.end },
          newText: `${list}, { validate: true${kept} }`,
        },
      ]),
  };
}

/** `prisma.post.createMany({ data: rows })` */
function prisma(call: WriteCall): BulkCall | undefined {
  const { source, range } = call;
  const link = lastCall(call);
  const [options, ...more] = link?.arguments ?? [];
  const row = entryOf(options, 'data')?.value;
  if (link?.name !== 'create' || options?.kind !== 'object' || options.open || more.length > 0) return undefined;
  if (entryNames(options).length !== 1 || !isWholeRow(call, row)) return undefined;
  const edits = [{ range: link.range, newText: 'createMany' }];
  return { row, write: (list) => rewritten(source, range, [...edits, { range: row.range, newText: list }]) };
}

/** `posts.insert(rows)`, `manager.insert(Post, rows)`; without rows it would write one of defaults. */
function typeorm(call: WriteCall): BulkCall | undefined {
  const { source, range } = call;
  const link = lastCall(call);
  const row = link?.arguments?.at(-1);
  if (link?.name !== 'insert' || !isWholeRow(call, row)) return undefined;
  return { row, wantsRows: true, write: (list) => rewritten(source, range, [{ range: row.range, newText: list }]) };
}

/** `knex('posts').insert(rows)` */
function knex(call: WriteCall): BulkCall | undefined {
  const { source, range, place } = call;
  const { links } = place.chain ?? { links: [] };
  const insert = links.find(({ name }) => name === 'insert');
  const [row, ...more] = insert?.arguments ?? [];
  if (links.some(({ name }) => !/^(?:insert|into)?$/.test(name)) || !isWholeRow(call, row) || more.length > 0)
    return undefined;
  return { row, wantsRows: true, write: (list) => rewritten(source, range, [{ range: row.range, newText: list }]) };
}
