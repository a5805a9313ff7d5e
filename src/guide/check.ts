import type { CheckResult, GuideStep } from '../nouns/check';
import type { GuideFacts } from './facts';

/**
 * One question about a database and the programs that use it. A pure function: the same facts give the same result. A check
 * never throws for missing facts: it says 'unknown' and what is missing.
 */
export interface Check {
  /** `connection-pool/size`; also the anchor of its page in docs/guide. */
  readonly id: string;
  readonly step: GuideStep;
  /** What holds when it has passed, a few words: `Pools fit the server`. */
  readonly title: string;
  judge(facts: GuideFacts): CheckResult;
}
