import type { GuideFacts } from '../facts';
import { effectiveCacheSize, proposedCacheSize } from './effective-cache-size';
import { type Proposal, proposedTexts } from './proposal';
import { storageCosts, storageProposals } from './storage-costs';
import { workMemToTry } from './work-mem';

/** What the checks propose, of settings on which serial plans depend: name and value as `SHOW` prints it. */
export function plannerSettings(facts: GuideFacts): Readonly<Record<string, string>> {
  const { health, machine } = facts;
  if (!health) return {};
  const memory = machine?.memoryBytes;
  const workMem = memory === undefined ? undefined : workMemToTry(health, memory);
  const proposals: readonly Proposal[] = [
    ...(storageCosts.judge(facts).state === 'attention' ? storageProposals(health) : []),
    ...(memory !== undefined && effectiveCacheSize.judge(facts).state === 'attention' ? proposedCacheSize(memory) : []),
    ...(workMem ? [workMem] : []),
  ];
  return proposedTexts(health, proposals);
}
