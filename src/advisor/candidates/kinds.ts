import { alternativeIndexes } from './alternatives';
import { blockRangeIndexes } from './block-range';
import { coveringIndexes } from './covering';
import { hashIndexes } from './hash';
import type { CandidateKind } from './kind';
import { nearestIndexes } from './nearest';
import { operatorIndexes } from './operators';
import { orderedIndexes } from './ordered';
import { partialIndexes } from './partial';
import { prefixIndexes } from './prefix';
import { trigramIndexes } from './trigrams';

/** To add a kind of candidate: one file here, one line below. */
export const candidateKinds: readonly CandidateKind[] = [
  orderedIndexes,
  alternativeIndexes,
  trigramIndexes,
  prefixIndexes,
  operatorIndexes,
  nearestIndexes,
  partialIndexes,
  coveringIndexes,
  blockRangeIndexes,
  hashIndexes,
];
