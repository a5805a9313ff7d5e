import { formatBytes } from '../../plan/format';
import type { Check } from '../check';
import { attention, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { memoryFact, roundedDown, withMemory } from './machine';
import { amountOf, type Proposal, presentOf, proposalFixes, proposalTable, wiki } from './proposal';
import { ownCache } from './shared-buffers';

const [least, usual] = [0.5, 0.75];
const source = `1/2 of memory is conservative, 3/4 still reasonable: ${wiki}`;

/** What the planner is told of the caches: with too little it takes index scans for dearer than they are. It allocates nothing. */
export const effectiveCacheSize: Check = {
  id: 'resources/effective-cache-size',
  point: 'resources',
  title: 'The planner knows how much is cached',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withMemory(facts, (health, memory) => {
      const present = amountOf(health, 'effective_cache_size');
      const { hosting, databaseBytes } = health.server;
      if (present === undefined) return notApplicable('The server does not show effective_cache_size.');
      if (ownCache(hosting)) return notApplicable(`${ownCache(hosting)} sets it itself.`);
      const says = `effective_cache_size is ${presentOf(health, 'effective_cache_size')}, ${percent(present / memory)} of ${formatBytes(memory)}`;
      const proposed = proposedCacheSize(memory);
      const evidence = [memoryFact(facts, memory)];
      const details = {
        evidence: [...evidence, proposalTable(health, proposed)],
        fixes: proposalFixes(health, proposed),
      };
      if (databaseBytes !== undefined && databaseBytes <= present && databaseBytes <= memory * usual) {
        return passed(`${says}; the whole database (${formatBytes(databaseBytes)}) is smaller.`, { evidence });
      }
      if (present > memory) {
        return attention(`${says}: the planner counts on a cache that cannot be there.`, details);
      }
      return present >= memory * least
        ? passed(`${says}.`, { evidence })
        : attention(`${says}: the planner takes index scans for dearer than they are.`, details);
    }),
};

export function proposedCacheSize(memory: number): Proposal[] {
  const to = roundedDown(memory * usual);
  return [{ name: 'effective_cache_size', to, why: `3/4 of ${formatBytes(memory)}; nothing is allocated.`, source }];
}
