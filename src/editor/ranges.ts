import type { TextRange } from '../nouns/text-range';

export function shifted(range: TextRange, delta: number): TextRange {
  return delta === 0 ? range : { start: range.start + delta, end: range.end + delta };
}

export function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}
