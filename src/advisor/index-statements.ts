import type { Snapshot } from '../database/snapshot';
import type { IndexDefinition } from '../nouns/fix';
import { createIndexSql } from '../sql/create-index';

export interface IndexStatements {
  /** CREATE INDEX without CONCURRENTLY, for a migration. */
  readonly sql: string;
  /** With CONCURRENTLY, for a running server; PostgreSQL refuses that word on a partitioned table. */
  readonly concurrently: string;
  /** The extension that has to be created before, if it is not there yet. */
  readonly needs?: string;
  readonly isPartitioned: boolean;
}

const extensions: readonly (readonly [RegExp, string])[] = [[/^g(?:in|ist)_trgm_ops$/, 'pg_trgm']];

/** The statements that create an index on the snapshot's database. */
export function indexStatements(index: IndexDefinition, snapshot: Snapshot): IndexStatements {
  const isPartitioned = snapshot.tables.some(
    ({ schema, name, kind }) => schema === index.schema && name === index.table && kind === 'partitioned table',
  );
  const classes = index.columns.map(({ operatorClass = '' }) => operatorClass);
  const [, extension] = extensions.find(([name]) => classes.some((one) => name.test(one))) ?? [];
  const isMissing = extension !== undefined && !(extension in snapshot.extensions);
  return {
    sql: createIndexSql(index),
    concurrently: createIndexSql(index, { concurrently: !isPartitioned }),
    ...(isMissing && { needs: `CREATE EXTENSION IF NOT EXISTS ${extension}` }),
    isPartitioned,
  };
}
