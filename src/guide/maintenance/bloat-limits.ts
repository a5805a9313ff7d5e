import type { Bloat } from '../../database/health/health';

/** The estimate's formulas, with what Planlight adds: padding, whole pages, equal keys that are stored once. */
export const bloatSource = 'https://github.com/ioguix/pgsql-bloat-estimation';

const mega = 1024 ** 2;

/**
 * Half of it and 10 MB, or much of it and 100 MB. pgdoctor warns of indexes from 50 %, and from 30 % where that is 100 MB; less
 * than 10 MB is not worth a rebuild (our choice). A B-tree that is filled in no order is a fifth "bloated" by nature.
 * https://pkg.go.dev/github.com/fresha/pgdoctor/checks/indexbloat
 */
export function isBloatedIndex({ bytes, share }: Bloat): boolean {
  return (bytes >= 10 * mega && share >= 0.5) || (bytes >= 100 * mega && share >= 0.3);
}

/**
 * Only what is mostly empty: free space of a table is filled by its next rows, and autovacuum's own scale factor leaves a fifth
 * of it dead between two visits. Our choice.
 */
export function isBloatedTable({ bytes, share }: Bloat): boolean {
  return bytes >= 10 * mega && share >= 0.5;
}
