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

/** An operator class's extension. Numbers and texts have none of their own in GiST. */
function extensionOf(index: IndexDefinition, snapshot: Snapshot): string | undefined {
  const { method, columns } = index;
  if (columns.some(({ operatorClass = '' }) => /^g(?:in|ist)_trgm_ops$/.test(operatorClass))) return 'pg_trgm';
  if (method !== 'gist') return undefined;
  const table = snapshot.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  const isScalar = columns.some(({ name, isExpression }) => {
    const type = isExpression ? undefined : table?.columns.find((one) => one.name === name)?.type;
    return (
      type !== undefined &&
      /^(?:smallint|integer|bigint|uuid|text|character varying|date|timestamp)\b(?!.*\[)/.test(type)
    );
  });
  return isScalar && columns.length > 1 ? 'btree_gist' : undefined;
}

/** The statements that create an index on the snapshot's database. */
export function indexStatements(index: IndexDefinition, snapshot: Snapshot): IndexStatements {
  const isPartitioned = snapshot.tables.some(
    ({ schema, name, kind }) => schema === index.schema && name === index.table && kind === 'partitioned table',
  );
  const extension = extensionOf(index, snapshot);
  const isMissing = extension !== undefined && !(extension in snapshot.extensions);
  return {
    sql: createIndexSql(index),
    concurrently: createIndexSql(index, { concurrently: !isPartitioned }),
    ...(isMissing && { needs: `CREATE EXTENSION IF NOT EXISTS ${extension}` }),
    isPartitioned,
  };
}
