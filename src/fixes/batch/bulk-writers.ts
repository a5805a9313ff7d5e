import { entryNames, entryOf } from '../../code/facts/value-access';
import type { BulkCall } from './bulk-write';
import { drizzleWrite } from './drizzle-write';
import { kyselyWrite } from './kysely';
import { mikroOrmWrite } from './mikro-orm';
import { objectionWrite } from './objection';
import { rewritten } from './text';
import { isWholeRow, lastWrite, type WriteCall } from './write-call';

type Writer = (call: WriteCall) => BulkCall | undefined;

export const bulkWriters: ReadonlyMap<string, Writer> = new Map([
  ['sequelize', sequelize],
  ['prisma', prisma],
  ['typeorm', typeorm],
  ['knex', knex],
  ['kysely', kyselyWrite],
  ['drizzle', drizzleWrite],
  ['mikro-orm', mikroOrmWrite],
  ['objection', objectionWrite],
]);

/** `Post.bulkCreate(rows, { validate: true })`: rows are checked as `create` checks them. */
function sequelize(call: WriteCall): BulkCall | undefined {
  const { source, range } = call;
  const link = lastWrite(call);
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
  const link = lastWrite(call);
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
  const link = lastWrite(call);
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
