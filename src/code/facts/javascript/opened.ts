import type { TextRange } from '../../../nouns/text-range';
import type { ArrayValue, ObjectValue, Spread } from '../values';

/** What may be there besides, when nobody can say what. */
export function unknownPart(at: number, range: TextRange): Spread {
  return { at, value: { kind: 'runtime', source: '…', range } };
}

/** More may be in it than is known. Where it says what is spread into it, that is no longer all. */
export function opened<T extends ObjectValue | ArrayValue>(value: T): T {
  if (value.spreads === undefined) return value.open ? value : { ...value, open: true };
  if (value.spreads.some(({ branch, value: part }) => branch === undefined && part.kind === 'runtime')) return value;
  const at = value.kind === 'object' ? value.entries.length : value.elements.length;
  return { ...value, open: true, spreads: [...value.spreads, unknownPart(at, value.range)] };
}
