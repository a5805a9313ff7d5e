import type { Bloat } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import { unknown } from '../support/results';

/** The estimate's formulas, with what Planlight adds: padding, whole pages, equal keys that are stored once. */
export const bloatSource = 'https://github.com/ioguix/pgsql-bloat-estimation';

const mega = 1024 ** 2;
/** Less than that is not worth a rebuild. Our choice. */
const leastBytes = 10 * mega;

/**
 * Half of it and 10 MB, or much of it and 100 MB. pgdoctor warns of indexes from 50 %, and from 30 % where that is 100 MB; a
 * B-tree that is filled in no order is a fifth "bloated" by nature.
 * https://pkg.go.dev/github.com/fresha/pgdoctor/checks/indexbloat
 */
export function isBloatedIndex({ bytes, share }: Bloat): boolean {
  return (bytes >= leastBytes && share >= 0.5) || (bytes >= 100 * mega && share >= 0.3);
}

/**
 * Only what is mostly empty: free space of a table is filled by its next rows, and autovacuum's own scale factor leaves a fifth
 * of it dead between two visits. Our choice.
 */
export function isBloatedTable({ bytes, share }: Bloat): boolean {
  return bytes >= leastBytes && share >= 0.5;
}

interface Sized {
  readonly bytes: number;
  readonly bloat?: Bloat;
}

/** The answer where what is large could not be estimated; undefined where all of it was. */
export function notEstimated(relations: readonly Sized[], singular: string, plural: string): CheckResult | undefined {
  const large = relations.filter(({ bytes, bloat }) => bloat === undefined && bytes >= leastBytes);
  if (large.length === 0) return undefined;
  const which = formatCounted(large.length, `large ${singular}`, `large ${plural}`);
  return unknown(`The bloat of ${which} could not be estimated.`, [
    'It is estimated from column statistics: ANALYZE gathers them, and who may SELECT from a table sees them.',
  ]);
}
