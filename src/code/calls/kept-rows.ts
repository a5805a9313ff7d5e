import type { Value } from '../facts/values';
import type { Frame } from './frames';
import type { QueryPlace } from './repetition';
import type { TurnValues } from './row-keys';

/** Libraries whose rows keep what was loaded by touching it: `post.author` asks once. */
const keeping = /^(?:activerecord|django|sqlalchemy)$/;

/** What the rows of a relation that is loaded answer themselves. */
const answered = /^(?:first|second|last|take|size|length|any\?|empty\?|none\?|many\?|one\?|include\?)$/;

/** A relation of a row that asks when it is touched first. */
export function keepsLoaded({ operation, library }: QueryPlace): boolean {
  return operation === 'load' && keeping.test(library);
}

/** The row is the same on every turn, and keeps what the first one has loaded; `posts.last` in a loop over `posts` asks for nothing. */
export function isKept(
  inner: QueryPlace,
  over: Value | undefined,
  turn: TurnValues,
  frame: Frame | undefined,
): boolean {
  const { chain, at, library } = inner;
  if (!chain) return false;
  const isOfList =
    library === 'activerecord' &&
    over?.kind === 'chain' &&
    over.links.length === 0 &&
    over.root === chain.root &&
    chain.links.length === 1 &&
    answered.test(chain.links[0]?.name ?? '');
  return isOfList || (keepsLoaded(inner) && turn.differs({ ...chain, links: [] }, at, frame) === false);
}

/** `post.author` of `post.author.name`: who reads it again on the same turn asks for nothing. */
export function touchOf(place: QueryPlace): string | undefined {
  const { chain, orm } = place;
  const link = chain?.links.findIndex(({ range }) => range.start === orm?.nameRange.start) ?? -1;
  if (!keepsLoaded(place) || !chain || link < 0 || typeof chain.root !== 'string') return undefined;
  const names = chain.links.slice(0, link + 1).map(({ name }) => name);
  return [place.uri, place.at.function, chain.root, ...names].join(' ');
}
