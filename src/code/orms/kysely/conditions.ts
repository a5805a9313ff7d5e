import type { Value } from '../../facts/values';
import { type Thing, textOf } from '../interpreter/things';

/** What is known of a WHERE: the equalities in it, and whether there is anything else. */
export interface Conditions {
  readonly equals: readonly { readonly property: string; readonly value: Value }[];
  readonly isOnlyEquals: boolean;
}

export const noConditions: Conditions = { equals: [], isOnlyEquals: true };

/** `.where('posts.id', '=', id)` is one of them. */
export function withCondition(before: Conditions, given: readonly Thing[], isReference: boolean): Conditions {
  const [left, operator, right] = given;
  const column = textOf(left)?.split('.').at(-1);
  const written = right?.kind === 'constant' || right?.kind === 'unknown' ? right.written : undefined;
  if (isReference || column === undefined || textOf(operator) !== '=' || written === undefined) {
    return { ...before, isOnlyEquals: false };
  }
  return { ...before, equals: [...before.equals, { property: column, value: written.value }] };
}
