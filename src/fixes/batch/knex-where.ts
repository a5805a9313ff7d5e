import { stringOf } from '../../code/facts/value-access';
import type { DocumentEdit } from '../../nouns/fix';
import { quoted } from '../object-edit';
import { keyCondition } from './key-condition';
import type { TurnCall } from './turn-call';

/** `.where('post_id', post.id)`, `.where({ post_id: post.id })` → `.whereIn('post_id', posts.map((post) => post.id))` */
export function whereInEdit(call: TurnCall): DocumentEdit | undefined {
  const { source, property, value, keys, repetition } = call;
  const { chain } = repetition.inner;
  const holder = chain?.links.find(
    ({ argumentsRange: at }) => at && at.start < value.range.start && value.range.end < at.end,
  );
  const given = holder?.arguments ?? [];
  const [first, second] = given;
  if (!holder?.argumentsRange || !/^(?:where|andWhere)$/.test(holder.name)) return undefined;
  const isPair = given.length === 2 && stringOf(first) === property && second?.range.start === value.range.start;
  const isObject =
    given.length === 1 && first?.kind === 'object' && first.entries.length === 1 && keyCondition(call, first);
  if (!isPair && !isObject) return undefined;
  const range = { start: holder.range.start, end: holder.argumentsRange.end };
  return { range, newText: `whereIn(${quoted(source, property)}, ${keys})` };
}
