import type { Health, ReplicaHealth } from '../../database/health/health';
import { formatBytes, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { seen, whyMissing } from '../support/known';
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
    const replicas = replicasOf(facts.health);
    return attention(`${count} never used: ${formatBytes(bytes)} that every write keeps up for nothing.`, {
      evidence: [removablesTable('Unused indexes', unused)],
      ...(replicas.length > 0 && { missing: [countedThere(replicas)] }),
      fixes: replicas.length > 0 ? [] : unused.slice(0, mostFixes).map(dropFix),
    });
  },
});

function replicasOf(health: Health | undefined): readonly ReplicaHealth[] {
  return seen(health?.activity.replication)?.replicas ?? [];
}

/** An index that a replica's queries use has no scan here. Nothing is proposed that would slow those down. */
function countedThere(replicas: readonly ReplicaHealth[]): string {
  const names = replicas.map(({ name }) => name || 'a replica').join(', ');
  const [follow, count] = replicas.length === 1 ? ['follows', 'counts its'] : ['follow', 'count their'];
  return `${names} ${follow} this server and ${count} own scans: look at pg_stat_user_indexes there before you drop an index.`;
}
