import { deepOffset } from './deep-offset';
import { functionHidesIndex } from './function-hides-index';
import { hashSpill } from './hash-spill';
import { indexDiscardsRows } from './index-discards-rows';
import { jitOverhead } from './jit-overhead';
import { leadingWildcard } from './leading-wildcard';
import { lossyBitmap } from './lossy-bitmap';
import { missingIndex } from './missing-index';
import { nestedLoopMany } from './nested-loop-many';
import { notInNullableSubquery } from './not-in-nullable-subquery';
import type { PlanRule } from './rule';
import { sortSpill } from './sort-spill';
import { staleStatistics } from './stale-statistics';
import { unindexedForeignKey } from './unindexed-foreign-key';

/** In the order in which findings are told. A new rule is a file, a line here and a page in docs/rules. */
export const planRules: readonly PlanRule[] = [
  missingIndex,
  unindexedForeignKey,
  leadingWildcard,
  functionHidesIndex,
  indexDiscardsRows,
  nestedLoopMany,
  sortSpill,
  hashSpill,
  lossyBitmap,
  staleStatistics,
  deepOffset,
  jitOverhead,
  notInNullableSubquery,
];
