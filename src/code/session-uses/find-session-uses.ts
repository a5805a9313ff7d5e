import type { Program } from '../program/program';
import type { SessionUse } from './session-use';

/** In the order of the files. */
export function findSessionUses(_program: Program): SessionUse[] {
  return [];
}
