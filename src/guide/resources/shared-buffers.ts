import type { Health } from '../../database/health/health';
import { formatBytes } from '../../plan/format';
import { ratioOf } from '../bottleneck/hit-ratio';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { seen } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { gigabyte, memoryFact, roundedDown, withMemory } from './machine';
import { amountOf, manual, type Proposal, presentOf, proposalFixes, proposalTable } from './proposal';

/** “a reasonable starting value for shared_buffers is 25% of the memory in your system”, of 1 GB or more. */
const share = 0.25;
/** “it is unlikely that an allocation of more than 40% of RAM to shared_buffers will work better than a smaller amount” */
const most = 0.4;
/** Less than that is too little, also where memory is small: what the wiki calls typical below 1 GB. */
const least = 0.15;
/** The guide's. */
const enoughHits = 0.99;
/** 8 MB: what a single scan of a small table reads says nothing. */
const fewBlocks = 1_000;
const source = `25 % of memory, 40 % at most: ${manual('runtime-config-resource.html#GUC-SHARED-BUFFERS')}`;

/** PostgreSQL's own cache against the memory of its machine, where there is data to fill it. */
export const sharedBuffers: Check = {
  id: 'resources/shared-buffers',
  point: 'resources',
  title: 'shared_buffers fits the memory',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withMemory(facts, (health, memory) => {
      const present = amountOf(health, 'shared_buffers');
      const { hosting, databaseBytes } = health.server;
      if (present === undefined) return notApplicable('The server does not show shared_buffers.');
      if (ownCache(hosting)) return notApplicable(`${ownCache(hosting)} sizes its cache itself.`);
      const says = `shared_buffers is ${presentOf(health, 'shared_buffers')}, ${percent(present / memory)} of ${formatBytes(memory)}`;
      const evidence = [
        memoryFact(facts, memory),
        ...(databaseBytes === undefined ? [] : [fact('Database', formatBytes(databaseBytes), { raw: databaseBytes })]),
      ];
      const proposed = proposals(memory);
      const details = {
        evidence: [...evidence, proposalTable(health, proposed)],
        fixes: proposalFixes(health, proposed),
      };
      if (present > memory * most) {
        return attention(`${says}: more than 40 % leaves too little to the system's cache and to sessions.`, details);
      }
      if (present >= memory * least) return passed(`${says}.`, { evidence });
      if (databaseBytes !== undefined && databaseBytes <= present) {
        return passed(`${says}; the whole database (${formatBytes(databaseBytes)}) fits into it.`, { evidence });
      }
      const ratio = usualRatio(health);
      if (ratio !== undefined && ratio >= enoughHits) {
        return passed(`${says}, and ${percent(ratio)} of the blocks are found in it.`, details);
      }
      const data = databaseBytes === undefined ? '' : ` for a database of ${formatBytes(databaseBytes)}`;
      const found = ratio === undefined ? '' : `, and only ${percent(ratio)} of the blocks are found in it`;
      return attention(`${says}${data}${found}; 25 % are usual.`, details);
    }),
};

/** Since the statistics were reset; undefined where that is too little to say something. */
function usualRatio({ activity }: Health): number | undefined {
  const counters = seen(activity.counters);
  if (!counters) return undefined;
  const { tableBlocks, indexBlocks } = counters;
  const both = { hits: tableBlocks.hits + indexBlocks.hits, reads: tableBlocks.reads + indexBlocks.reads };
  return both.hits + both.reads < fewBlocks ? undefined : ratioOf(both);
}

/** Where it is no longer the operating system that caches, or the service adjusts it: the rule of thumb says nothing. */
export function ownCache(hosting: Health['server']['hosting']): string | undefined {
  return ({ aurora: 'Aurora', neon: 'Neon' } as Partial<Record<typeof hosting, string>>)[hosting];
}

function proposals(memory: number): Proposal[] {
  const part = memory < gigabyte ? least : share;
  return [
    {
      name: 'shared_buffers',
      to: roundedDown(memory * part),
      why: `${percent(part)} of ${formatBytes(memory)}.`,
      source,
      note: 'On a machine that other programs share, count their memory off first.',
    },
  ];
}
