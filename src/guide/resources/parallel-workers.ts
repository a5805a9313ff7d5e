import { formatCount } from '../../plan/format';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { attention, notApplicable, passed } from '../support/results';
import { withCores } from './machine';
import { amountOf, manual, type Proposal, pgtune, proposalFixes, proposalTable } from './proposal';

const source = `half of the cores, 4 at most for one query; all cores for all: ${pgtune}; ${manual('runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS-PER-GATHER')}`;

/** How many processes one query may take, against the cores. */
export const parallelWorkers: Check = {
  id: 'resources/parallel-workers',
  point: 'resources',
  title: 'Parallel workers fit the cores',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withCores(facts, (health, cores) => {
      const [processes, all, perQuery] = [
        'max_worker_processes',
        'max_parallel_workers',
        'max_parallel_workers_per_gather',
      ].map((name) => amountOf(health, name));
      if (processes === undefined || all === undefined || perQuery === undefined) {
        return notApplicable('The server does not show its limits for workers.');
      }
      const proposed = proposals(cores, processes);
      const evidence = [
        fact('Cores', formatCount(cores), { raw: cores, source: facts.machine?.source }),
        fact('max_worker_processes', formatCount(processes), { raw: processes }),
        fact('max_parallel_workers', formatCount(all), { raw: all }),
        fact('max_parallel_workers_per_gather', formatCount(perQuery), { raw: perQuery }),
      ];
      const details = {
        evidence: [...evidence, proposalTable(health, proposed)],
        fixes: proposalFixes(health, proposed),
      };
      const says = `One query takes ${formatCount(perQuery)} workers at most, all together ${formatCount(Math.min(all, processes))}, on ${formatCount(cores)} cores`;
      if (perQuery > cores && perQuery > 2) return attention(`${says}: one query keeps all others waiting.`, details);
      if (Math.min(all, processes) < cores / 2 && cores > 8) {
        return passed(`${says}: large reports could use more.`, details);
      }
      return passed(`${says}.`, { evidence });
    }),
};

/** Extensions and logical replication take worker processes, too: their number is never lowered. */
function proposals(cores: number, processes: number): Proposal[] {
  const half = Math.max(1, Math.min(4, Math.ceil(cores / 2)));
  return [
    { name: 'max_worker_processes', to: Math.max(processes, cores), why: 'One for each core.', source },
    { name: 'max_parallel_workers', to: Math.max(1, cores), why: 'One for each core.', source },
    { name: 'max_parallel_workers_per_gather', to: half, why: 'Half of the cores for one query.', source },
    { name: 'max_parallel_maintenance_workers', to: half, why: 'Half of the cores for one index build.', source },
  ];
}
