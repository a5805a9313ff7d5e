import type { Program } from '../program/program';
import type { PoolUse } from './pool-use';

/** In the order of the files. */
export function findPools(_program: Program): PoolUse[] {
  return [];
}
