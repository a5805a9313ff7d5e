import type { GuideFacts } from '../../facts';
import { seen } from '../../support/known';

export type WaitClass = 'cpu' | 'io' | 'lock' | 'client' | 'other';

/** Sessions that work on a statement, on average over the samples that there are. */
export interface ActiveSessions {
  readonly all: number;
  readonly by: Readonly<Record<WaitClass, number>>;
}

/** Undefined where the sessions cannot be seen. */
export function activeSessions({ earlier, health }: GuideFacts): ActiveSessions | undefined {
  const samples = [earlier, health?.activity].flatMap((activity) => seen(activity?.connections)?.byWait ?? []);
  const count = [earlier, health?.activity].filter((activity) => seen(activity?.connections)).length;
  if (count === 0) return undefined;
  const by = { cpu: 0, io: 0, lock: 0, client: 0, other: 0 };
  for (const { name, count: sessions } of samples) by[classOf(name)] += sessions / count;
  return { all: Object.values(by).reduce((sum, one) => sum + one, 0), by };
}

/** Of pg_stat_activity's wait_event_type and wait_event: https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE */
function classOf(wait: string): WaitClass {
  if (wait === 'CPU') return 'cpu';
  // Whoever waits for the lock on the log waits until another session has written it.
  if (wait.startsWith('IO: ') || wait === 'LWLock: WALWrite') return 'io';
  if (wait.startsWith('Lock: ')) return 'lock';
  return wait.startsWith('Client: ') ? 'client' : 'other';
}

/** `3`, `0.5`: an average of a few samples. */
export function sessionsText(average: number): string {
  return String(Math.round(average * 10) / 10);
}
