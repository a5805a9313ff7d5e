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

/**
 * The server remembers each relation whose size it was asked for, 4 kB for each (measured: 380 MB for 100,000), as long as our
 * connection lives. Above this number only tables that are large, or have grown, are asked for.
 */
const manyRelations = 5_000;
const largePages = 128;

/** True of a table (or TOAST) whose last known size will do. */
export function isSmall(table: string): string {
  return `((SELECT count(*) FROM pg_class) > ${manyRelations} AND ${table}.relpages < ${largePages}
    AND pg_stat_get_live_tuples(${table}.oid) + pg_stat_get_dead_tuples(${table}.oid) <= 2 * greatest(${table}.reltuples, 0) + 1000)`;
}

/** The second where a lock was taken between our look at the locks and the look at the file, or there are too many files. */
export type Sizes = 'of the files' | 'of the last VACUUM';

/** Bytes of the main fork of a table or of what belongs to it, aliases of pg_class; 0 for one that is dropped meanwhile. Needs `locked`. */
export function bytesOf(relation: string, table: string, sizes: Sizes): string {
  const pages = `${relation}.relpages::float8 * current_setting('block_size')::int`;
  if (sizes === 'of the last VACUUM') return pages;
  return `CASE WHEN ${isSmall(table)} OR ${isLocked(relation)} THEN ${pages}
    ELSE coalesce(pg_relation_size(${relation}.oid), 0)::float8 END`;
}

export const staleSizes = 'Sizes are those of the last VACUUM or ANALYZE: reading those of the files took too long.';
