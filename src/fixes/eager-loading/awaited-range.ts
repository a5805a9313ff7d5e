import type { QueryPlace } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';

/** The call with its `await`; undefined when nothing waits for it there, or something else is done with it. */
export function awaitedRange({ chain, orm, at, use }: QueryPlace, source: string): TextRange | undefined {
  if (!chain || use === undefined || !at.file.functions[at.function]?.uses[use]?.isAwaited) return undefined;
  const before = /\bawait\s+$/.exec(source.slice(0, chain.range.start));
  // `(await x)` in front of more: the range of the whole chain is not that of the call.
  const last = chain.links.at(-1);
  if (!before || !orm || !last?.argumentsRange || last.argumentsRange.end !== chain.range.end) return undefined;
  return { start: before.index, end: chain.range.end };
}
