import { formatBytes, formatCount } from '../../plan/format';
import type { Check } from '../check';
import { autovacuumOf } from '../maintenance/autovacuum';
import { fact } from '../support/evidence';
import { seen } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { gigabyte, megabyte, memoryFact, roundedDown, withMemory } from './machine';
import { amountOf, manual, type Proposal, pgtune, presentOf, proposalFixes, proposalTable } from './proposal';

/** More of the memory than that is not for clean-up: a guess, shared_buffers has a quarter. */
const most = 0.25;
const source = `memory / 16, 2 GB at most: ${pgtune}; ${manual('runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM')}`;

/** Memory of VACUUM and CREATE INDEX, which each autovacuum worker takes, too. */
export const maintenanceWorkMem: Check = {
  id: 'resources/maintenance-work-mem',
  point: 'resources',
  title: 'maintenance_work_mem fits the memory',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withMemory(facts, (health, memory) => {
      const present = amountOf(health, 'maintenance_work_mem');
      if (present === undefined) return notApplicable('The server does not show maintenance_work_mem.');
      const own = amountOf(health, 'autovacuum_work_mem') ?? -1;
      const { workers } = autovacuumOf(health);
      const together = (own < 0 ? present : own) * workers;
      const proposed = proposals(memory);
      const evidence = [
        memoryFact(facts, memory),
        fact(`${formatCount(workers)} autovacuum workers together`, formatBytes(together), { raw: together }),
      ];
      const details = {
        evidence: [...evidence, proposalTable(health, proposed)],
        fixes: proposalFixes(health, proposed),
      };
      const says = `maintenance_work_mem is ${presentOf(health, 'maintenance_work_mem')}`;
      const isDefault = seen(health.settings)?.maintenance_work_mem?.source === 'default';
      if (Math.max(together, present) > memory * most && !isDefault) {
        return attention(
          `${says}; ${formatCount(workers)} autovacuum workers may take ${formatBytes(together)} of ${formatBytes(memory)} together.`,
          details,
        );
      }
      const largest = Math.max(0, ...(seen(health.indexes) ?? []).map(({ bytes }) => bytes));
      const isMuchLess = present * 2 <= (proposed[0]?.to ?? 0) && largest > present;
      if (!isMuchLess) return passed(`${says}.`, { evidence });
      return passed(
        `${says}; with more, indexes as large as the largest (${formatBytes(largest)}) are built faster.`,
        details,
      );
    }),
};

function proposals(memory: number): (Proposal & { readonly to: number })[] {
  const to = Math.max(64 * megabyte, Math.min(2 * gigabyte, roundedDown(memory / 16)));
  const why = 'Index builds, and one pass of VACUUM over large tables instead of several.';
  return [{ name: 'maintenance_work_mem', to, why, source }];
}
