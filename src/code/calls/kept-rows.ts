import type { Frame } from './frames';
import type { QueryPlace } from './repetition';
import type { TurnValues } from './row-keys';

/** Libraries whose rows keep what was loaded by touching it: `post.author` asks once. */
const keeping = /^(?:activerecord|django|sqlalchemy)$/;

/** The row is the same on every turn, and keeps what the first one has loaded. */
export function isKept(
  { operation, chain, at, library }: QueryPlace,
  turn: TurnValues,
  frame: Frame | undefined,
): boolean {
  if (!chain || operation !== 'load' || !keeping.test(library)) return false;
  return turn.differs({ ...chain, links: [] }, at, frame) === false;
}
