import type { CheckResult } from '../nouns/check';
import type { FactName, GuideFacts } from './facts';
import type { PointId } from './points';

/**
 * One question about a database and the programs that use it. A pure function: the same facts give the same result. A check
 * never throws for missing facts: it says 'unknown' and what is missing.
 */
export interface Check {
  /** `connection-pool/size`: the point, and what it asks. */
  readonly id: `${PointId}/${string}`;
  readonly point: PointId;
  /** What holds when it has passed, a few words: `Pools fit the server`. */
  readonly title: string;
  /** What is gathered before it is asked again. */
  readonly needs: readonly FactName[];
  judge(facts: GuideFacts): CheckResult;
}
