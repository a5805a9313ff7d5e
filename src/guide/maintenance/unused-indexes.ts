import type { GuideFix } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import type { RemovableIndex } from '../facts';
import { table } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, passed, unknown } from '../support/results';

const mostFixes = 10;

/** Indexes that were not scanned once in a week or longer, by the rules of `planlight advise --removals`. */
export const unusedIndexes: Check = {
  id: 'maintenance/unused-indexes',
  point: 'maintenance',
  title: 'Every index is used',
  needs: ['advice'],
  judge(facts) {
    if (!facts.advice) return unknown('Whether indexes are used is not known.', [whyMissing(facts, 'advice')]);
    const unused = facts.advice.removable.filter(({ kind }) => kind === 'unused');
    if (unused.length === 0) return passed('No index is known to be unused.');
    const bytes = unused.reduce((sum, one) => sum + one.bytes, 0);
    const count = formatCounted(unused.length, 'index was', 'indexes were');
    return attention(`${count} never used: ${formatBytes(bytes)} that every write keeps up for nothing.`, {
      evidence: [removablesTable('Unused indexes', unused)],
      fixes: unused.slice(0, mostFixes).map(dropFix),
    });
  },
};

export function removablesTable(title: string, indexes: readonly RemovableIndex[]) {
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
