import type { QueryPlace } from '../../code/calls/repetition';
import type { Link, ObjectValue, Value } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';
import { callLink } from '../eager-loading/outer-link';

export interface WriteCall {
  readonly source: string;
  readonly place: QueryPlace;
  /** The call without its `await`. */
  readonly range: TextRange;
}

/** The last call of the chain, when the query is named after it and nothing is unknown of it. */
export function lastWrite({ place }: WriteCall): Link | undefined {
  const link = callLink(place);
  const isLast = link !== undefined && link === place.chain?.links.findLast((one) => one.arguments);
  return isLast && !place.chain?.open && place.orm?.notes.length === 0 ? link : undefined;
}

/** An object that is written there, and says all that a row has. */
export function isWholeRow({ place }: WriteCall, value: Value | undefined): value is ObjectValue {
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
