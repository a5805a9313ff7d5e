import { entryNames, entryOf, stringOf } from '../../code/facts/value-access';
import type { ObjectValue, Value } from '../../code/facts/values';
import { callLink } from '../eager-loading/outer-link';
import { addEntry, quoted } from '../object-edit';
import { drizzleCount } from './drizzle';
import type { GroupedQuery } from './grouped-count';
import { keyCondition } from './key-condition';
import { whereInEdit } from './knex-where';
import { kyselyCount } from './kysely';
import { camelCase } from './names';
import { objectionCount } from './objection';
import { countOfText } from './sql-text';
import { importEdits, rewritten } from './text';
import type { TurnCall } from './turn-call';

type Grouper = (call: TurnCall) => GroupedQuery | undefined;

export const countGroupers: ReadonlyMap<string, Grouper> = new Map([
  ['sequelize', sequelize],
  ['prisma', prisma],
  ['typeorm', typeorm],
  ['knex', knex],
  ['kysely', kyselyCount],
  ['drizzle', drizzleCount],
  ['objection', objectionCount],
  ['pg', countOfText],
]);

/** `count({ where })` without anything else, whose condition has the key as one of its own. */
function onlyWhere(call: TurnCall): { options: ObjectValue; where: ObjectValue } | undefined {
  const { chain } = call.repetition.inner;
  const link = callLink(call.repetition.inner);
  const options = link?.arguments?.at(-1);
  if (!chain || link !== chain.links.findLast((one) => one.arguments) || link?.name !== 'count') return undefined;
  if (options?.kind !== 'object' || options.open || entryNames(options).some((name) => name !== 'where'))
    return undefined;
  const where = entryOf(options, 'where')?.value;
  return where?.kind === 'object' && keyCondition(call, where) ? { options, where } : undefined;
}

/** `Comment.count({ where: { postId: [1, 2] }, attributes: ['postId'], group: ['postId'] })` → `[{ postId: 1, count: 3 }]` */
function sequelize(call: TurnCall): GroupedQuery | undefined {
  const { source, property, keys, value, repetition } = call;
  const { chain, orm } = repetition.inner;
  const given = onlyWhere(call);
  if (!given || !chain || callLink(repetition.inner)?.arguments?.length !== 1) return undefined;
  const column = orm?.model?.columns.find((one) => one.property === property)?.column ?? property;
  const name = quoted(source, property);
  const entry = `attributes: [${name}], group: [${quoted(source, column)}]`;
  const added = addEntry(source, given.options, entry);
  if (!added) return undefined;
  const query = rewritten(source, call.range, [{ range: value.range, newText: keys }, added]);
  return { query, key: `row.${property}`, count: 'row.count' };
}

/** `prisma.comment.groupBy({ by: ['postId'], where: { postId: { in: [1, 2] } }, _count: true })` → `[{ postId: 1, _count: 3 }]` */
function prisma(call: TurnCall): GroupedQuery | undefined {
  const { source, property, keys, value, repetition } = call;
  const { chain } = repetition.inner;
  const link = callLink(repetition.inner);
  const given = onlyWhere(call);
  if (!given || !chain || !link || link.arguments?.length !== 1) return undefined;
  const where = given.options.entries.find(({ key }) => key === 'where');
  const added = addEntry(source, given.options, '_count: true');
  if (!added || !where) return undefined;
  const at = { start: where.keyRange.start, end: where.keyRange.start };
  const query = rewritten(source, call.range, [
    { range: link.range, newText: 'groupBy' },
    { range: at, newText: `by: [${quoted(source, property)}], ` },
    { range: value.range, newText: `{ in: ${keys} }` },
    added,
  ]);
  return { query, key: `row.${property}`, count: 'row._count' };
}

/** `comments.createQueryBuilder('comment').select('comment.postId', 'key').addSelect('COUNT(*)', 'count')…getRawMany()` */
function typeorm(call: TurnCall): GroupedQuery | undefined {
  const { source, property, keys, value, repetition } = call;
  const { chain, orm } = repetition.inner;
  const link = callLink(repetition.inner);
  if (!chain || !link || !orm?.model || link !== chain.links.findLast((one) => one.arguments)) return undefined;
  const where = link.name === 'countBy' ? link.arguments?.at(-1) : onlyWhere(call)?.where;
  if (where?.kind !== 'object' || !keyCondition(call, where)) return undefined;
  const edits = importEdits(source, 'In', 'typeorm');
  const given = link.arguments ?? [];
  // `manager.count(Comment, { … })`
  const entity = given.length === 2 && given[0] ? `${source.slice(given[0].range.start, given[0].range.end)}, ` : '';
  if (!edits || given.length > 2 || orm.model.columns.every((one) => one.property !== property)) return undefined;
  const alias = camelCase(orm.model.name);
  const column = quoted(source, `${alias}.${property}`);
  const receiver = source.slice(call.range.start, link.range.start);
  const query = [
    `${receiver}createQueryBuilder(${entity}${quoted(source, alias)})`,
    `select(${column}, ${quoted(source, 'key')})`,
    `addSelect(${quoted(source, 'COUNT(*)')}, ${quoted(source, 'count')})`,
    `where(${rewritten(source, where.range, [{ range: value.range, newText: `In(${keys})` }])})`,
    `groupBy(${column})`,
    'getRawMany()',
  ].join('.');
  return { query, key: 'row.key', count: 'Number(row.count)', edits };
}

const plainStep = /^(?:where|andWhere|whereNull|whereNotNull|whereNot|from|count|first)?$/;

/** `knex('comments').whereIn('post_id', [1, 2]).groupBy('post_id').select('post_id').count('* as n')`; a count is a string there. */
function knex(call: TurnCall): GroupedQuery | undefined {
  const { source, property, repetition } = call;
  const { chain } = repetition.inner;
  if (!chain || chain.open || !/^[\w$]+$/.test(property)) return undefined;
  const { links } = chain;
  const counts = links.filter(({ name }) => name === 'count');
  const [count] = counts;
  const last = links.findLast((link) => link.arguments);
  if (!count || counts.length > 1 || !last || links.some(({ name }) => !plainStep.test(name))) return undefined;
  const alias = knexAlias(count.arguments ?? []);
  const condition = whereInEdit(call);
  if (alias === undefined || !condition || last.arguments === undefined) return undefined;
  const isFirst = last.name === 'first';
  if (isFirst && last.arguments.length > 0) return undefined;
  const end = isFirst ? (links.at(links.indexOf(last) - 1)?.argumentsRange?.end ?? 0) : (last.argumentsRange?.end ?? 0);
  const name = quoted(source, property);
  const query = rewritten(source, { start: call.range.start, end }, [
    condition,
    { range: { start: count.range.start, end: count.range.start }, newText: `groupBy(${name}).select(${name}).` },
  ]);
  return {
    query,
    key: `row.${property}`,
    count: `row.${alias}`,
    zero: quoted(source, '0'),
    read: (read) => (isFirst ? `{ ${alias}: ${read} }` : `[{ ${alias}: ${read} }]`),
  };
}

/** `count()` → 'count', `count('* as n')` and `count({ n: '*' })` → 'n' */
function knexAlias(given: readonly Value[]): string | undefined {
  const [first] = given;
  if (given.length > 1) return undefined;
  if (!first) return 'count';
  if (first.kind === 'object') {
    const [only, ...more] = entryNames(first);
    return more.length === 0 ? only : undefined;
  }
  const text = stringOf(first);
  return text === undefined
    ? undefined
    : (/^[\w*.]+\s+as\s+([A-Za-z_]\w*)$/i.exec(text)?.[1] ?? (/^[\w*.]+$/.test(text) ? 'count' : undefined));
}
