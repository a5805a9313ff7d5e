import type { Health } from '../../../database/health/health';
import type { Evidence } from '../../../nouns/check';
import { formatBytes } from '../../../plan/format';
import type { GuideFacts } from '../../facts';
import { fact } from '../../support/evidence';
import { seen } from '../../support/known';
import { recently } from '../../support/recent';
import { duration, percent } from '../../support/wording';
import { ratioOf, recentBlocks } from '../hit-ratio';
import type { Resource } from './verdict';

/** The guide's. */
const enoughHits = 0.99;
/** 8 MB: what a single scan of a small table reads says nothing. */
const fewBlocks = 1_000;

/** Data that does not fit into memory and is read again and again, and sorts and hashes that go to temporary files. */
export const memory: Resource = {
  name: 'Memory',
  verb: 'is',
  judge(facts, health) {
    const counters = seen(health.activity.counters);
    if (!counters) return { state: 'unknown', says: 'the counters cannot be seen' };
    const recent = recentBlocks(facts);
    const ratio = recent && recent.hits + recent.reads >= fewBlocks ? ratioOf(recent) : undefined;
    const spilled = recentlySpilled(facts);
    const cache = cacheBytes(facts, health);
    const size = health.server.databaseBytes;
    const evidence: Evidence[] = [
      ...(recent && ratio !== undefined
        ? [fact(`Found in memory in the last ${duration(recent.seconds)}`, percent(ratio), { raw: ratio })]
        : []),
      ...(spilled
        ? [fact(`Temporary files in the last ${duration(spilled.seconds)}`, formatBytes(spilled.bytes))]
        : []),
      fact('Temporary files since the last reset', formatBytes(counters.temporaryBytes), {
        raw: counters.temporaryBytes,
      }),
      ...(size === undefined ? [] : [fact('Database', formatBytes(size), { raw: size })]),
      ...(cache === undefined ? [] : [fact('Memory for its data', formatBytes(cache.bytes), { source: cache.source })]),
    ];
    if (ratio !== undefined && ratio < enoughHits && cache && size !== undefined && size > cache.bytes) {
      const says = `only ${percent(ratio)} of the blocks are found in memory now, and the database (${formatBytes(size)}) is larger than it (${formatBytes(cache.bytes)})`;
      return { state: 'short', says, evidence };
    }
    if (spilled && spilled.bytes > 0) {
      const says = `sorts and hashes wrote ${formatBytes(spilled.bytes)} of temporary files in ${duration(spilled.seconds)}`;
      return { state: 'near', says, evidence };
    }
    const says = ratio === undefined ? 'little is read' : `${percent(ratio)} of the blocks are found in memory`;
    return { state: 'enough', says, evidence };
  },
};

/** The machine's memory where it is known; else what the planner is told of it. */
function cacheBytes({ machine }: GuideFacts, { settings }: Health) {
  if (machine?.memoryBytes !== undefined) return { bytes: machine.memoryBytes, source: machine.source };
  const bytes = seen(settings)?.effective_cache_size?.amount;
  return bytes === undefined ? undefined : { bytes, source: 'effective_cache_size' };
}

function recentlySpilled(facts: GuideFacts) {
  const recent = recently(facts);
  const bytes = recent?.growth(({ temporaryBytes }) => temporaryBytes);
  return !recent || bytes === undefined ? undefined : { bytes, seconds: recent.seconds };
}
