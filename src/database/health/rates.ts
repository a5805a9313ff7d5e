/** A reading of counters that only grow, until somebody resets them. */
export interface Counting {
  /** By the server's clock, ISO 8601. */
  readonly readAt: string;
  /** Since when is counted; absent where that is not known. */
  readonly since?: string;
  /** When the server was started, where that is known. */
  readonly startedAt?: string;
}

/**
 * How much a counter grew in each second between two readings of the same server; undefined where that cannot be told: a counter
 * that is not there, a reset or a restart between the readings, a counter that became smaller, no time between them.
 */
export function perSecond(
  from: Counting & { readonly count: number | undefined },
  to: Counting & { readonly count: number | undefined },
): number | undefined {
  const growth = growthBetween(from, to);
  const seconds = (Date.parse(to.readAt) - Date.parse(from.readAt)) / 1000;
  return growth === undefined || !(seconds > 0) ? undefined : growth / seconds;
}

/** How much a counter grew between two readings; undefined as for `perSecond`. */
export function growthBetween(
  from: Counting & { readonly count: number | undefined },
  to: Counting & { readonly count: number | undefined },
): number | undefined {
  if (from.count === undefined || to.count === undefined || to.count < from.count) return undefined;
  if (from.since !== to.since || from.startedAt !== to.startedAt) return undefined;
  return to.count - from.count;
}
