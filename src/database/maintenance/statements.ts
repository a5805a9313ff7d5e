import type { MaintenanceTask } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import { quoteIdentifier } from '../../sql/identifiers';
import { dropIndexSql } from '../build-index/drop-index';
import type { Subject, SubjectIndex } from './subject';

/** One statement of a task; each runs outside a transaction. */
export interface Step {
  readonly sql: string;
  /** Of which index; absent: of the table. */
  readonly index?: SubjectIndex;
}

/**
 * The indexes of a table are rebuilt one by one rather than by one REINDEX TABLE, which keeps all old ones until the last new
 * one is built: so the disk must hold only one twice, and what is done stays done when it is cancelled.
 */
export function stepsOf(task: MaintenanceTask, { indexes, label }: Subject): Step[] {
  switch (task.kind) {
    case 'vacuum analyze':
      return [{ sql: `VACUUM (ANALYZE) ${fullName(task.schema, task.table)}` }];
    case 'analyze':
      return [{ sql: `ANALYZE ${fullName(task.schema, task.table)}` }];
    case 'drop index':
      return indexes.map((index) => ({ sql: dropIndexSql(index), index }));
    case 'reindex': {
      const isForOne = task.index !== undefined;
      const rebuilt = indexes.filter(({ isValid, isOfExclusion }) => !isOfExclusion && (isForOne || isValid));
      if (rebuilt.length === 0) {
        const why =
          indexes.length === 0 ? 'has no index to rebuild' : 'has no index that can be rebuilt while it is used';
        throw new Problem('unsupported', `${label} ${why}.`, {
          ...(indexes.some(({ isOfExclusion }) => isOfExclusion) && {
            hint: 'An exclusion constraint is rebuilt by REINDEX without CONCURRENTLY only, which locks the table.',
          }),
        });
      }
      return rebuilt.map((index) => ({
        sql: `REINDEX INDEX CONCURRENTLY ${fullName(index.schema, index.name)}`,
        index,
      }));
    }
  }
}

/** What a task on a whole table leaves out, a sentence each. */
export function leftOut(task: MaintenanceTask, { indexes, known }: Subject): string[] {
  if (task.kind !== 'reindex' || task.index !== undefined) return [];
  return [
    ...indexes
      .filter(({ isOfExclusion }) => isOfExclusion)
      .map(({ name }) => `${name} is of an exclusion constraint and cannot be rebuilt concurrently.`),
    ...indexes
      .filter(({ isValid, isOfExclusion }) => !isValid && !isOfExclusion)
      .map(({ name }) => `${name} is invalid and was left alone: drop it, or rebuild it by itself.`),
    ...(known.length > indexes.length ? ['The indexes of its TOAST were left out: a superuser may rebuild them.'] : []),
  ];
}

const fullName = (schema: string, name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
