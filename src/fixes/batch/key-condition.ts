import { entryOf } from '../../code/facts/value-access';
import type { ObjectValue } from '../../code/facts/values';
import type { TurnCall } from './turn-call';

/** `{ postId: post.id, published: true }`: the key itself is compared, as one of conditions that must all hold. */
export function keyCondition({ property, value }: TurnCall, where: ObjectValue): boolean {
  const entry = entryOf(where, property);
  const isOnce = where.entries.filter(({ key }) => key === property).length === 1;
  return isOnce && !where.open && !entry?.branch && entry?.value.range.start === value.range.start;
}
