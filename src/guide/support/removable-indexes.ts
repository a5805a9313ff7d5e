import type { GuideFix, TableEvidence } from '../../nouns/check';
import { formatBytes } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { RemovableIndex } from '../facts';
import { table } from './evidence';

export function removablesTable(title: string, indexes: readonly RemovableIndex[]): TableEvidence {
  return table(
    title,
    ['Index', 'Table', '#Size', 'Why'],
    indexes.map(({ schema, table: of, index, bytes, reason }) => [
      qualifiedName(schema, index),
      qualifiedName(schema, of),
      formatBytes(bytes),
      reason,
    ]),
  );
}

/** What cannot be dropped concurrently (a constraint's index, that of a partitioned table) is a statement for a person. */
export function dropFix({ schema, index, sql, reason }: RemovableIndex): GuideFix {
  const shown = qualifiedName(schema, index);
  if (!sql.startsWith('DROP INDEX CONCURRENTLY')) return { kind: 'statement', title: `Drop ${shown}`, sql };
  return {
    kind: 'maintenance',
    title: `DROP INDEX CONCURRENTLY ${shown}`,
    task: { kind: 'drop index', schema, index },
    note: reason,
  };
}
