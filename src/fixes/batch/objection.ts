import type { Link } from '../../code/facts/values';
import { rowProperty } from '../../code/orms/objection/row-property';
import type { DocumentEdit } from '../../nouns/fix';
import { quoted } from '../object-edit';
import { hasColumn, isByPrimaryKey } from './asked';
import type { BulkCall } from './bulk-write';
import type { GroupedQuery } from './grouped-count';
import { keyCondition } from './key-condition';
import { whereInEdit } from './knex-where';
import type { RowsQuery } from './rows-by-key';
import { rewritten } from './text';
import type { TurnCall } from './turn-call';
import { isWholeRow, lastWrite, type WriteCall } from './write-call';

const steps = /^(?:query|findById|findOne|where|andWhere|whereNull|whereNotNull|whereNot|select|orderBy|first)$/;

/** `User.query().findByIds([1, 2])`, `Comment.query().whereIn('post_id', [1, 2])` */
export function objectionRows(call: TurnCall): RowsQuery | undefined {
  const { source, property, range } = call;
  const links = builderSteps(call);
  const one = links.filter(({ name }) => /^(?:findById|findOne|first)$/.test(name));
  const [single] = one;
  const key = rowPropertyOf(call);
  if (links.length < 2 || links.some(({ name }) => !steps.test(name)) || one.length > 1 || key === undefined)
    return undefined;
  if (!hasColumn(links, /^select$/, property, true)) return undefined;
  if (single && (!isByPrimaryKey(call) || links.some(({ name }) => name === 'orderBy'))) return undefined;
  const edits = single ? editsOfOne(call, links, single) : edited(whereInEdit(call));
  return edits && { query: rewritten(source, range, edits), isList: !single, none: 'undefined', key: `.${key}` };
}

function builderSteps({ repetition: { inner } }: TurnCall): readonly Link[] {
  const chain = inner.chain;
  return chain && !chain.open && inner.orm?.notes.length === 0 ? chain.links : [];
}

function edited(edit: DocumentEdit | undefined): DocumentEdit[] | undefined {
  return edit && [edit];
}

function editsOfOne(call: TurnCall, links: readonly Link[], single: Link): DocumentEdit[] | undefined {
  const { source, property, value, keys } = call;
  const given = single.arguments ?? [];
  const [only] = given;
  const range = { start: single.range.start, end: single.argumentsRange?.end ?? single.range.end };
  switch (single.name) {
    case 'findById':
      return given.length === 1 && only === value ? [{ range, newText: `findByIds(${keys})` }] : undefined;
    case 'findOne': {
      const isKeyOnly = only?.kind === 'object' && only.entries.length === 1 && keyCondition(call, only);
      if (given.length !== 1 || !isKeyOnly) return undefined;
      return [{ range, newText: `whereIn(${quoted(source, property)}, ${keys})` }];
    }
    default: {
      const condition = whereInEdit(call);
      if (!condition || given.length > 0 || links.at(-1) !== single) return undefined;
      const start = links.at(-2)?.argumentsRange?.end ?? range.start;
      return [condition, { range: { start, end: range.end }, newText: '' }];
    }
  }
}

function rowPropertyOf({ property, repetition }: TurnCall): string | undefined {
  const model = repetition.inner.orm?.model;
  return model && rowProperty(model, property);
}

const countSteps = /^(?:query|where|andWhere|whereNull|whereNotNull|whereNot|resultSize)$/;

/** `Comment.query().where('post_id', post.id).resultSize()` → `….whereIn('post_id', [1, 2]).groupBy('post_id').select('post_id').count('* as count')` */
export function objectionCount(call: TurnCall): GroupedQuery | undefined {
  const { source, property, range, repetition } = call;
  const links = builderSteps(call);
  const last = links.at(-1);
  const condition = whereInEdit(call);
  const key = rowPropertyOf(call);
  if (last?.name !== 'resultSize' || last.arguments?.length !== 0 || !last.argumentsRange || !condition)
    return undefined;
  if (key === undefined || links.some(({ name }) => !countSteps.test(name))) return undefined;
  const name = quoted(source, property);
  const isTyped = /\.[cm]?tsx?$/.test(repetition.inner.uri);
  const cast = isTyped ? `.castTo<{ ${key}: unknown; count: string }[]>()` : '';
  const counted = `groupBy(${name}).select(${name}).count(${quoted(source, '* as count')})${cast}`;
  return {
    query: rewritten(source, range, [
      condition,
      { range: { start: last.range.start, end: last.argumentsRange.end }, newText: counted },
    ]),
    key: `row.${key}`,
    count: 'Number(row.count)',
  };
}

/** `Post.query().insert(rows)`, which PostgreSQL takes as one statement. */
export function objectionWrite(call: WriteCall): BulkCall | undefined {
  const { source, range, place } = call;
  const link = lastWrite(call);
  const [row, ...more] = link?.arguments ?? [];
  const isPlain = place.chain?.links.every(({ name }) => /^(?:query|insert)$/.test(name));
  if (link?.name !== 'insert' || !isPlain || !isWholeRow(call, row) || more.length > 0) return undefined;
  return { row, wantsRows: true, write: (list) => rewritten(source, range, [{ range: row.range, newText: list }]) };
}
