import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { cachedTables } from './invalidation';

/**
 * What is cached without a lifetime grows for ever: Redis throws nothing away by itself unless maxmemory is set, and then only by its
 * policy, which is to refuse writes by default: https://redis.io/docs/latest/develop/reference/eviction/
 */
export const cacheLifetime: Check = {
  id: 'cache/lifetime',
  point: 'cache',
  title: 'What is cached has a lifetime',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const sets = workspace.caches.filter(({ does }) => does === 'set');
    if (sets.length === 0) return notApplicable('Nothing is put into a cache in the workspace’s code.');
    // One key for all calls holds one value, which grows no further.
    // A Map may be anything: it is one of answers where a query is asked for what it keeps.
    const forEver = sets.filter(
      (use) => use.staysForEver && (use.library !== 'Map' || cachedTables(use, workspace.queries).length > 0),
    );
    const growing = forEver.filter(({ key }) => key.includes('*'));
    const places = forEver.map(({ path, range, key }) => ({
      uri: path,
      range,
      message: `${key} is put into the cache without a lifetime.`,
    }));
    const [first] = growing;
    if (first) {
      return attention(
        `${formatCounted(growing.length, 'place puts', 'places put')} what never expires into a cache, which grows for ever: ${first.key} (${first.library}).`,
        { places },
      );
    }
    if (forEver.length > 0) {
      return passed('What has no lifetime is kept under single keys, which do not grow.', { places });
    }
    return passed(
      `All ${formatCounted(sets.length, 'place that fills a cache gives', 'places that fill a cache give')} a lifetime, as far as it is known.`,
    );
  },
};
