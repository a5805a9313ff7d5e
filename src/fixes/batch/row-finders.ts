import { elementsOf, entryOf, isTrue, stringOf } from '../../code/facts/value-access';
import type { Link } from '../../code/facts/values';
import { quoted } from '../object-edit';
import { hasColumn, hasOnly, isByPrimaryKey, isNamedLikePrimaryKey, lastCall } from './asked';
import { bookshelfRows } from './bookshelf';
import { drizzleRows } from './drizzle';
import { keyCondition } from './key-condition';
import { whereInEdit } from './knex-where';
import { mikroOrmRows } from './mikro-orm';
import { objectionRows } from './objection';
import type { RowsQuery } from './rows-by-key';
import { rowsOfText } from './sql-text';
import { importEdits, rewritten } from './text';
import type { TurnCall } from './turn-call';

type Finder = (call: TurnCall) => RowsQuery | undefined;

export const rowFinders: ReadonlyMap<string, Finder> = new Map([
  ['sequelize', sequelize],
  ['prisma', prisma],
  ['typeorm', typeorm],
  ['knex', knex],
  ['kysely', kysely],
  ['drizzle', drizzleRows],
  ['mikro-orm', mikroOrmRows],
  ['objection', objectionRows],
  ['bookshelf', bookshelfRows],
  ['pg', rowsOfText],
]);

/** `User.findAll({ where: { id: [1, 2] } })` */
function sequelize(call: TurnCall): RowsQuery | undefined {
  const { source, property, value, keys, repetition } = call;
  const { chain, orm } = repetition.inner;
  const link = lastCall(call);
  const [options, ...more] = link?.arguments ?? [];
  if (!chain || !link || more.length > 0) return undefined;
  const renamed = { range: link.range, newText: 'findAll' };
  if (link.name === 'findByPk') {
    if (options !== value || !isByPrimaryKey(call)) return undefined;
    const query = rewritten(source, call.range, [
      renamed,
      { range: value.range, newText: `{ where: { ${property}: ${keys} } }` },
    ]);
    return { query, isList: false, none: 'null' };
  }
  const isList = link.name === 'findAll';
  const kept = ['where', 'include', 'transaction', 'attributes', ...(isList ? ['order'] : [])];
  const where = entryOf(options, 'where')?.value;
  if (!isList && (link.name !== 'findOne' || !isByPrimaryKey(call))) return undefined;
  if (options?.kind !== 'object' || !hasOnly(options, kept) || (isList && orm?.hasLimit)) return undefined;
  if (where?.kind !== 'object' || !keyCondition(call, where)) return undefined;
  const columns = entryOf(options, 'attributes')?.value;
  if (columns && !elementsOf(columns)?.some((column) => stringOf(column) === property)) return undefined;
  const query = rewritten(source, call.range, [renamed, { range: value.range, newText: keys }]);
  return { query, isList, none: 'null' };
}

/** `prisma.user.findMany({ where: { id: { in: [1, 2] } } })` */
function prisma(call: TurnCall): RowsQuery | undefined {
  const { source, property, value, keys, repetition } = call;
  const { chain } = repetition.inner;
  const link = lastCall(call);
  const [options, ...more] = link?.arguments ?? [];
  const isList = link?.name === 'findMany';
  if (!chain || !link || more.length > 0 || !/^find(?:Many|First|Unique)$/.test(link.name)) return undefined;
  const kept = ['where', 'include', 'select', ...(isList ? ['orderBy'] : [])];
  if (options?.kind !== 'object' || !hasOnly(options, kept) || (!isList && !isByPrimaryKey(call))) return undefined;
  const where = entryOf(options, 'where')?.value;
  const select = entryOf(options, 'select')?.value;
  if (where?.kind !== 'object' || !keyCondition(call, where)) return undefined;
  if (select && !isTrue(entryOf(select, property)?.value)) return undefined;
  const query = rewritten(source, call.range, [
    { range: link.range, newText: 'findMany' },
    { range: value.range, newText: `{ in: ${keys} }` },
  ]);
  return { query, isList, none: 'null' };
}

/** `users.findBy({ id: In([1, 2]) })`, `manager.find(User, { where: { id: In([1, 2]) } })` */
function typeorm(call: TurnCall): RowsQuery | undefined {
  const { source, value, keys, repetition } = call;
  const { chain } = repetition.inner;
  const link = lastCall(call);
  if (!chain || !link || !/^find(?:One)?(?:By)?$/.test(link.name)) return undefined;
  const isList = !link.name.startsWith('findOne');
  const options = link.arguments?.at(-1);
  const isWhere = link.name.endsWith('By');
  if (options?.kind !== 'object' || (!isList && (!isByPrimaryKey(call) || mayBeNull(call)))) return undefined;
  if (!isWhere && !hasOnly(options, ['where', 'relations', ...(isList ? ['order'] : [])])) return undefined;
  const where = isWhere ? options : entryOf(options, 'where')?.value;
  const edits = importEdits(source, 'In', 'typeorm');
  if (where?.kind !== 'object' || !keyCondition(call, where) || !edits) return undefined;
  const query = rewritten(source, call.range, [
    { range: link.range, newText: isWhere ? 'findBy' : 'find' },
    { range: value.range, newText: `In(${keys})` },
  ]);
  return { query, isList, none: 'null', edits };
}

/** A condition on null is none for TypeORM: it gives the first row of all. */
function mayBeNull({ repetition: { loop, keys } }: TurnCall): boolean {
  const rows = loop.over?.model;
  const column = rows?.columns.find(({ property }) => property === keys[0]?.rowPath?.[0])?.column ?? '';
  return rows?.associations.some(({ foreignKey, isNullable }) => isNullable && foreignKey.includes(column)) ?? false;
}

const knexSteps = /^(?:where|andWhere|whereNull|whereNotNull|whereNot|from|select|columns|orderBy|first)?$/;

/** `knex('users').whereIn('id', [1, 2])` */
function knex(call: TurnCall): RowsQuery | undefined {
  const { source, property, repetition } = call;
  const { links } = repetition.inner.chain ?? { links: [] };
  const { start } = call.range;
  const condition = whereInEdit(call);
  const end = builderEnd(links, 'first');
  const isList = links.at(-1)?.name !== 'first';
  if (!condition || end === undefined || links.some(({ name }) => !knexSteps.test(name))) return undefined;
  if (links.some((link) => link.name === 'first') && isList) return undefined;
  if (!hasColumn(links, /^(?:select|columns)$/, property, true)) return undefined;
  if (!isList && (!isNamedLikePrimaryKey(call) || links.some(({ name }) => name === 'orderBy'))) return undefined;
  return { query: rewritten(source, { start, end }, [condition]), isList, none: 'undefined' };
}

const kyselySteps = /^(?:selectFrom|select|selectAll|where|orderBy|execute|executeTakeFirst)$/;

/** `db.selectFrom('users').selectAll().where('id', 'in', [1, 2]).execute()` */
function kysely(call: TurnCall): RowsQuery | undefined {
  const { source, property, value, keys, repetition } = call;
  const chain = repetition.inner.chain;
  const links = chain?.links.filter((link) => link.arguments) ?? [];
  const last = links.at(-1);
  const where = links.find(({ arguments: given }) => given?.[2] === value);
  const [column, operator] = where?.arguments ?? [];
  if (!chain || !last || !/^execute(?:TakeFirst)?$/.test(last.name) || !operator) return undefined;
  if (where?.name !== 'where' || stringOf(column) !== property || stringOf(operator) !== '=') return undefined;
  if (links.some(({ name }) => !kyselySteps.test(name))) return undefined;
  if (
    !hasColumn(
      links,
      /^select$/,
      property,
      links.some(({ name }) => name === 'selectAll'),
    )
  )
    return undefined;
  const isList = last.name === 'execute';
  if (!isList && (!isNamedLikePrimaryKey(call) || links.some(({ name }) => name === 'orderBy'))) return undefined;
  const query = rewritten(source, { start: call.range.start, end: last.argumentsRange?.end ?? 0 }, [
    { range: last.range, newText: 'execute' },
    { range: operator.range, newText: quoted(source, 'in') },
    { range: value.range, newText: keys },
  ]);
  return { query, isList, none: 'undefined', wantsKeys: true };
}

/** Behind the last call that is kept; undefined when the one that goes has arguments. */
function builderEnd(links: readonly Link[], dropped: string): number | undefined {
  const last = links.at(-1);
  if (last?.name !== dropped) return last?.argumentsRange?.end;
  return last.arguments?.length === 0 ? links.at(-2)?.argumentsRange?.end : undefined;
}
