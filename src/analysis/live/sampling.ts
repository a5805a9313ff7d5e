/** Of two tries to reach a lost server, in ms. */
const longestBackOff = 60_000;

/** How long to wait after so many failures in a row: the interval, then twice as long each time, a minute at most. */
export function backOffMs(failures: number, intervalMs: number): number {
  return Math.min(longestBackOff, Math.max(1_000, intervalMs) * 2 ** Math.min(20, failures - 1));
}

/** Whether a sample was left out between these times of two samples: the machine slept, or the page was hidden. */
export function hasGap(before: number, now: number, stepMs: number): boolean {
  return now < before || now - before > 3 * stepMs + 2_000;
}

/** Those of the last `ms`, counted from the last of them. */
export function withinMs<T extends { readonly at: number }>(items: readonly T[], ms: number): T[] {
  const last = items.at(-1)?.at ?? 0;
  return items.filter(({ at }) => at > last - ms);
}
