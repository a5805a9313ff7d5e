import type { CodeRule } from '../code-rule';
import { findingAt } from './located';

/** A pool that is made anew for each request: its connections serve that request only. */
export const poolPerRequest: CodeRule = {
  id: 'pool-per-request',
  title: 'A pool is made for each request',
  reference: 'https://node-postgres.com/features/pooling',
  isMinor: true,
  check(context) {
    return context.facts.pools.flatMap(({ path, range, library, perRequest }) =>
      perRequest
        ? [
            findingAt({ uri: path, range }, context, {
              rule: 'pool-per-request',
              severity: 'warning',
              message: `This pool is made anew for each request (${perRequest.why}): each opens connections that no other uses; make it once, outside of the function.`,
              evidence: { library, inFunction: perRequest.inFunction },
            }),
          ]
        : [],
    );
  },
};
