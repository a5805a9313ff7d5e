import type { ObjectValue } from '../../facts/values';

/** `{ viewCount: { $gt: 5 } }` → > */
export const infix: Readonly<Record<string, string>> = {
  $eq: '=',
  $ne: '!=',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
  $like: 'like',
  $ilike: 'ilike',
  $re: '~',
  $overlap: '&&',
  $contains: '@>',
  $contained: '<@',
  $hasKey: '?',
};
export const groups = /^\$(?:and|or|not)$/;
export const ofCollections = /^\$(?:some|none|every)$/;

/** `{ $gte: from, $lt: to }` */
export function isOperators(value: ObjectValue): boolean {
  return value.entries.length > 0 && value.entries.every(({ key }) => typeof key === 'string' && key.startsWith('$'));
}
