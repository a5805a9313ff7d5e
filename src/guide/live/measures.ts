import type { Activity, Connections, DatabaseCounters, Health } from '../../database/health/health';
import { growthBetween, perSecond } from '../../database/health/rates';
import { seen } from '../support/known';

/** Two readings of the same server, one sample apart. Without `before` nothing is known of rates. */
export interface Step {
  readonly before?: Activity;
  readonly now: Activity;
  /** Read since the last sample: tables and statements are asked less often. */
  readonly health?: Health;
  /** The one before that. */
  readonly earlierHealth?: Health;
}

type Counter = (counters: DatabaseCounters) => number | undefined;

export const connectionsIn =
  (count: (connections: Connections) => number) =>
  ({ now }: Step): number | undefined => {
    const found = seen(now.connections);
    return found && count(found);
  };

export const inState = (...names: readonly string[]) =>
  connectionsIn(({ byState }) => sum(byState.filter(({ name }) => names.includes(name)).map(({ count }) => count)));

const namedStates = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'];

export const otherStates = connectionsIn(({ byState }) =>
  sum(byState.filter(({ name }) => !namedStates.includes(name)).map(({ count }) => count)),
);

/** Both readings of a counter, with since when it counts. */
function between<T>(
  { before, now }: Step,
  count: Counter,
  since: (counters: DatabaseCounters) => string | undefined,
  difference: (from: Counted, to: Counted) => T,
): T | undefined {
  const [from, to] = [seen(before?.counters), seen(now.counters)];
  if (!before || !from || !to) return undefined;
  return difference(
    { readAt: before.readAt, since: since(from), count: count(from) },
    { readAt: now.readAt, since: since(to), count: count(to) },
  );
}

type Counted = Parameters<typeof perSecond>[0];

const ofDatabase = ({ since }: DatabaseCounters): string | undefined => since;
export const ofCheckpoints = ({ checkpoints }: DatabaseCounters): string | undefined => checkpoints.since;
export const ofWal = ({ wal }: DatabaseCounters): string | undefined => wal?.since;

export const rate =
  (count: Counter, since = ofDatabase) =>
  (step: Step): number | undefined =>
    between(step, count, since, perSecond);

export const growth =
  (count: Counter, since = ofDatabase) =>
  (step: Step): number | undefined =>
    between(step, count, since, growthBetween);

/** Of the blocks that were asked for in this step; nothing where none was. */
export const hitRatio =
  (hits: Counter, reads: Counter) =>
  (step: Step): number | undefined => {
    const [hit, read] = [growth(hits)(step), growth(reads)(step)];
    return hit === undefined || read === undefined || hit + read === 0 ? undefined : hit / (hit + read);
  };

export const largest = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** Of a standby its own, of a primary that of the replica that is farthest behind; in s. */
export const replayLag = ({ now }: Step): number | undefined => {
  const found = seen(now.replication);
  return found?.replayLagSeconds ?? largest(found?.replicas.map(({ replayLagSeconds }) => replayLagSeconds) ?? []);
};

/** Mean time of the statements that ended between two readings, in ms. */
export function meanStatementMs({ health, earlierHealth }: Step): number | undefined {
  const [from, to] = [seen(earlierHealth?.statements), seen(health?.statements)];
  if (!from || !to || from.since !== to.since) return undefined;
  const [ms, calls] = [to.totalMs - from.totalMs, to.totalCalls - from.totalCalls];
  return calls > 0 && ms >= 0 ? ms / calls : undefined;
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
