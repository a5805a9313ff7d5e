import type { Value } from '../facts/values';
import type { Origin } from './origin';

export const unknownOrigin: Origin = { kind: 'unknown' };

/** Of the ways that a program can go, the one that says most: `globalThis.prisma ?? new PrismaClient()`. The first of equals. */
export function bestOrigin(origins: Iterable<Origin>): Origin {
  let best = unknownOrigin;
  for (const origin of origins) if (weightOf(origin) > weightOf(best)) best = origin;
  return best;
}

/** 0 for what is not known at all, 5 for what is known for certain. */
export function weightOf(origin: Origin): number {
  switch (origin.kind) {
    case 'unknown':
      return 0;
    case 'global':
      return 1;
    case 'parameter':
      return 2;
    case 'member':
    case 'element':
      return Math.min(weightOf(origin.of), 4);
    case 'call':
      return Math.max(1, Math.min(weightOf(origin.callee), 4));
    case 'value':
      return isEmpty(origin.value) ? 1 : 5;
    case 'instance':
      return origin.of.kind === 'unknown' ? 0 : origin.of.kind === 'type' ? 4 : origin.of.kind === 'global' ? 3 : 5;
    default:
      return 5;
  }
}

/** `null`, and the list of `rows ?? []` and `let rows = []`: something else is meant. */
function isEmpty(value: Value): boolean {
  if (value.kind === 'array') return value.elements.length === 0 && value.spreads === undefined;
  return value.kind === 'literal' && value.value == null;
}
