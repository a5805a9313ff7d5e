/**
 * pg_relation_size waits for a relation that is being rewritten, dropped or altered (AccessExclusiveLock), also for one that
 * another session waits to lock so. Those have the size of their last VACUUM or ANALYZE.
 */
export const locked = `locked AS MATERIALIZED (
    SELECT l.relation FROM pg_locks l
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

/** True of an alias of pg_class whose size is not asked for. Needs `locked`. */
export function isLocked(c: string): string {
  return `(${c}.oid IN (SELECT relation FROM locked))`;
}

/** Bytes of the main fork, of an alias of pg_class; 0 for one that is dropped meanwhile. Needs `locked`. */
export function bytesOf(c: string, sizes: Sizes): string {
  const pages = `${c}.relpages::float8 * current_setting('block_size')::int`;
  if (sizes === 'of the last VACUUM') return pages;
  return `CASE WHEN ${isLocked(c)} THEN ${pages} ELSE coalesce(pg_relation_size(${c}.oid), 0)::float8 END`;
}

/** The second where a lock was taken between our look at the locks and the look at the file, or there are too many files. */
export type Sizes = 'of the files' | 'of the last VACUUM';

export const staleSizes = 'Sizes are those of the last VACUUM or ANALYZE: reading those of the files took too long.';
