import { formatBytes, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { dropFix, removablesTable } from '../support/removable-indexes';
import { attention, passed, unknown } from '../support/results';

/** Indexes whose work another one does: the same columns, or the first of a longer one. */
export const duplicateIndexes: Check = {
  id: 'indexes/duplicates',
  point: 'indexes',
  title: 'No index is there twice',
  needs: ['advice'],
  judge(facts) {
    if (!facts.advice) return unknown('The indexes were not compared.', [whyMissing(facts, 'advice')]);
    const found = facts.advice.removable.filter(({ kind }) => kind === 'duplicate' || kind === 'redundant');
    const [first] = found;
    if (!first) return passed('No index does the work of another one.');
    const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
    const count = formatCounted(found.length, 'index does', 'indexes do');
    const says = `${count} what another one does (${formatBytes(bytes)}, kept up by every write), ${qualifiedName(first.schema, first.index)} first.`;
    return attention(says, { evidence: [removablesTable('Duplicate indexes', found)], fixes: found.map(dropFix) });
  },
};
