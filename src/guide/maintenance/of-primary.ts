import type { Check } from '../check';
import { notApplicable } from '../support/results';

/** A replica has its dead rows, statistics and indexes from its primary, and nothing can be mended on it. */
export function ofPrimary(check: Check): Check {
  return {
    ...check,
    judge: (facts) =>
      facts.health?.server.isReplica
        ? notApplicable('This server is a read-only replica: maintenance is its primary’s. Ask that one.')
        : check.judge(facts),
  };
}
