import type { Health } from '../../../database/health/health';
import type { Evidence } from '../../../nouns/check';
import type { RelatedPlace } from '../../../nouns/finding';
import type { GuideFacts } from '../../facts';

/** How one resource stands. 'short': work waits for it now; 'near': it costs much, or is nearly used up. */
export interface ResourceVerdict {
  readonly state: 'short' | 'near' | 'enough' | 'unknown';
  /** One clause with its number: `2 of 8 cores are busy` */
  readonly says: string;
  readonly evidence?: readonly Evidence[];
  readonly places?: readonly RelatedPlace[];
  /** What would show it. */
  readonly missing?: string;
}

export interface Resource {
  /** `Locks are`, `CPU is`: the beginning of a sentence. */
  readonly name: string;
  readonly verb: 'is' | 'are';
  judge(facts: GuideFacts, health: Health): ResourceVerdict;
}
