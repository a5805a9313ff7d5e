import type { IndexColumn, IndexDefinition } from '../nouns/fix';
import { qualifiedName, quoteIdentifier } from './identifiers';

/** `CREATE INDEX posts_author_id_idx ON posts (author_id, created_at DESC)`, without a final semicolon. */
export function createIndexSql(index: IndexDefinition, options: { readonly concurrently?: boolean } = {}): string {
  const using = index.method === 'btree' ? '' : ` USING ${index.method}`;
  const include = index.include?.length ? ` INCLUDE (${index.include.map(quoteIdentifier).join(', ')})` : '';
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return (
    `CREATE INDEX ${options.concurrently ? 'CONCURRENTLY ' : ''}${quoteIdentifier(index.name)}` +
    ` ON ${qualifiedName(index.schema, index.table)}${using} (${indexColumnsSql(index)})${include}${where}`
  );
}

/** `author_id, created_at DESC` */
export function indexColumnsSql(index: Pick<IndexDefinition, 'columns'>): string {
  return index.columns.map(columnSql).join(', ');
}

function columnSql(column: IndexColumn): string {
  const parts = [column.isExpression ? column.name : quoteIdentifier(column.name)];
  if (column.operatorClass !== undefined) parts.push(column.operatorClass);
  if (column.descending) parts.push('DESC');
  if (column.nulls !== undefined) parts.push(`NULLS ${column.nulls.toUpperCase()}`);
  return parts.join(' ');
}

/** Only ANALYZE gathers the statistics of an index's expressions; it writes the statistics of the whole table. */
export function needsAnalyze(index: Pick<IndexDefinition, 'columns'>): boolean {
  return index.columns.some(({ isExpression }) => isExpression);
}
