import type { DatabaseCounters } from '../../database/health/health';
import { growthBetween } from '../../database/health/rates';
import type { GuideFacts } from '../facts';
import { seen } from './known';
import { secondsBetween } from './wording';

/** What happened between two samples of the same server. */
export interface Recent {
  readonly seconds: number;
  /** Undefined where it is not counted, or was reset between the samples. */
  growth(count: (counters: DatabaseCounters) => number | undefined): number | undefined;
}

/** Undefined without a second sample. */
export function recently({ earlier, health }: GuideFacts): Recent | undefined {
  const [before, after] = [seen(earlier?.counters), seen(health?.activity.counters)];
  if (!earlier || !health || !before || !after) return undefined;
  const seconds = secondsBetween(earlier.readAt, health.activity.readAt);
  if (!seconds) return undefined;
  return {
    seconds,
    growth: (count) =>
      growthBetween(
        { readAt: earlier.readAt, since: before.since, count: count(before) },
        { readAt: health.activity.readAt, since: after.since, count: count(after) },
      ),
  };
}
