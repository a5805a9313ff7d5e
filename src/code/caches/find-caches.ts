import type { Program } from '../program/program';
import type { CacheUse } from './cache-use';

/** In the order of the files. */
export function findCaches(_program: Program): CacheUse[] {
  return [];
}
