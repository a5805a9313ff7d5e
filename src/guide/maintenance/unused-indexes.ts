import { formatBytes, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { dropFix, removablesTable } from '../support/removable-indexes';
import { attention, passed, unknown } from '../support/results';
import { ofPrimary } from './of-primary';

const mostFixes = 10;

/** Indexes that were not scanned once in a week or longer, by the rules of advisor/removals. */
export const unusedIndexes: Check = ofPrimary({
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
});
