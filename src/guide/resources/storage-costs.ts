import type { Health } from '../../database/health/health';
import { formatBytes } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { withSettings } from './machine';
import { amountOf, manual, type Proposal, pgtune, presentOf, proposalFixes, proposalTable } from './proposal';

/** Closer to 1 than to the 4 of disks: somebody has thought of it. A guess. */
const near = 2;
const costSource = `“solid-state drives, might also be better modeled with a lower value for random_page_cost, e.g., 1.1”: ${manual('runtime-config-query.html#GUC-RANDOM-PAGE-COST')}`;
const concurrencySource = `200 on SSDs: ${pgtune}; ${manual('runtime-config-resource.html#GUC-EFFECTIVE-IO-CONCURRENCY')}`;

/** What the planner believes of the storage: 4 is a disk that turns. */
export const storageCosts: Check = {
  id: 'resources/storage-costs',
  point: 'resources',
  title: 'The planner knows the storage',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      const cost = amountOf(health, 'random_page_cost');
      if (cost === undefined) return notApplicable('The server does not show random_page_cost.');
      const says = `random_page_cost is ${presentOf(health, 'random_page_cost')}`;
      const sequential = amountOf(health, 'seq_page_cost') ?? 1;
      if (cost <= sequential * near) return passed(`${says}, as for SSDs.`);
      const { databaseBytes } = health.server;
      const buffers = amountOf(health, 'shared_buffers') ?? 0;
      if (databaseBytes !== undefined && databaseBytes <= buffers) {
        return passed(
          `${says}; the database (${formatBytes(databaseBytes)}) fits into shared_buffers, so little is read.`,
        );
      }
      const storage = storageOf(facts, health);
      if (!storage) {
        return unknown(`${says}, as for disks that turn; what the server has is not known.`, [
          'The setting planlight.server.storage, or --storage on the command line, tells it: ssd or disk.',
        ]);
      }
      if (storage.kind === 'disk') return passed(`${says}, as for the disks that turn here.`);
      const proposed = storageProposals(health);
      return attention(
        `${says}, as for disks that turn, and the storage is SSD (${storage.source}): the planner takes too few index scans.`,
        {
          evidence: [fact('Storage', 'SSD', { source: storage.source }), proposalTable(health, proposed)],
          fixes: proposalFixes(health, proposed),
        },
      );
    }),
};

/** New instances of these services have SSDs; older ones of RDS may have magnetic disks, which it no longer offers. */
const clouds: Partial<Record<Health['server']['hosting'], string>> = {
  rds: 'general purpose and provisioned IOPS storage of RDS',
  aurora: 'storage of Aurora',
  'cloud sql': 'Cloud SQL’s default',
  azure: 'Azure’s flexible servers',
  supabase: 'Supabase’s disks',
  neon: 'Neon’s page servers',
};

export function storageOf(
  { machine }: GuideFacts,
  { server }: Health,
): { readonly kind: 'ssd' | 'disk'; readonly source: string } | undefined {
  if (machine?.storage)
    return { kind: machine.storage, source: 'as the setting planlight.server.storage or --storage says' };
  const source = clouds[server.hosting];
  return source === undefined ? undefined : { kind: 'ssd', source };
}

/** Reading ahead is raised where it stands at the old default of one block. */
export function storageProposals(health: Health): Proposal[] {
  const sequential = amountOf(health, 'seq_page_cost') ?? 1;
  const isOne = amountOf(health, 'effective_io_concurrency') === 1;
  return [
    {
      name: 'random_page_cost',
      to: Math.round(sequential * 1.1 * 100) / 100,
      why: 'SSDs read anywhere nearly as fast as in order.',
      source: costSource,
    },
    ...(isOne
      ? [
          {
            name: 'effective_io_concurrency',
            to: 200,
            why: 'SSDs serve many reads at once.',
            source: concurrencySource,
          },
        ]
      : []),
  ];
}
