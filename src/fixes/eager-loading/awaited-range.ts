import type { QueryPlace } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';

/** The call with its `await`; undefined when nothing waits for it there, or something else is done with it first. */
export function awaitedRange({ chain, orm, site }: QueryPlace, source: string): TextRange | undefined {
  if (!chain || !(orm || site)) return undefined;
  // What stands behind the await is no part of the call: `(await x()).map(…)`.
  const behind = chain.links.findIndex(({ awaited }) => awaited);
  const links = behind < 0 ? chain.links : chain.links.slice(0, behind);
  const index = links.findLastIndex(({ argumentsRange }) => argumentsRange !== undefined);
  const last = links[index];
  const next = chain.links[index + 1];
  const before = /\bawait\s+$/.exec(source.slice(0, chain.rootRange.start));
  if (!before) return undefined;
  // `await post.author` calls nothing; `(await x()).name` reads what was waited for, `await x().name` does not.
  const end = last?.argumentsRange?.end ?? chain.range.end;
  if (next && last && !next.awaited && source.slice(end, next.range.start).trim() !== ').') return undefined;
  // `await x().catch(…)`: what is waited for is more than the call.
  if (/^\s*!?\s*(?:\?\.|\.|\[|\(|`)/.test(source.slice(end))) return undefined;
  return { start: before.index, end };
}
