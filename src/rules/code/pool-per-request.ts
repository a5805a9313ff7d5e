import type { CodeRule } from '../code-rule';
import { findingAt } from './located';

/** A pool that is made anew for each request: its connections serve that request only. */
export const poolPerRequest: CodeRule = {
  id: 'pool-per-request',
  title: 'A pool is made for each request',
  reference: 'https://node-postgres.com/features/pooling',
  isMinor: true,
  check(context) {
    return context.facts.pools.flatMap((pool) => {
      const { path, range, library, perRequest } = pool;
      if (!perRequest) return [];
      const { why, inFunction, dependsOn } = perRequest;
      // Of a tenant's pool nobody knows how many there are to be.
      const advice =
        dependsOn === undefined
          ? 'make it once, outside of the function'
          : `its options depend on ${dependsOn}, so keep one for each in a Map outside of the function`;
      const found = findingAt({ uri: path, range }, context, {
        rule: 'pool-per-request',
        severity: 'warning',
        message: `This pool is made anew for each request (${why}): each opens connections that no other uses; ${advice}.`,
        evidence: { library, inFunction, ...(dependsOn !== undefined && { dependsOn }) },
      });
      return [{ ...found, pool }];
    });
  },
};
