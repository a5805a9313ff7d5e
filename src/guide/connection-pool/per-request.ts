import { formatCount, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { failed, notApplicable, passed, unknown } from '../support/results';
import { nameOf } from './copies';
import { detailsOf, ofRules } from './findings';

/**
 * A pool that a request makes for itself opens connections that no other request uses: each costs a process of the server and
 * some round trips, and those that are not ended stay until they are idle for long enough.
 */
export const poolPerRequest: Check = {
  id: 'connection-pool/per-request',
  point: 'connection-pool',
  title: 'Pools are made once',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const { pools } = workspace;
    if (pools.length === 0) return notApplicable('No pool of connections is made in the workspace’s code.');
    const again = pools.flatMap((pool) => (pool.perRequest ? [{ pool, ...pool.perRequest }] : []));
    const [first] = again;
    if (!first) {
      const made = pools.length === 1 ? 'The pool is' : `${formatCount(pools.length)} pools, each`;
      return passed(`${made} made once for each process.`);
    }
    const more = again.length > 1 ? `, and ${formatCounted(again.length - 1, 'other')} likewise` : '';
    return failed(`${first.inFunction} makes ${nameOf(first.pool)} anew for each request: ${first.why}${more}.`, {
      places: again.map(({ pool, why, dependsOn }) => ({
        uri: pool.path,
        range: pool.range,
        message: dependsOn
          ? `Made for each request: ${why}. Its options depend on ${dependsOn}: keep one for each in a Map outside of the function.`
          : `Made for each request: ${why}. Make it once, outside of the function${pool.isServerless ? ', so that an instance that is warm uses it again' : ''}.`,
      })),
      fixes: detailsOf(ofRules(workspace, 'pool-per-request')).fixes,
    });
  },
};
