import type { Health } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import { cpu } from '../bottleneck/resources/cpu';
import { io } from '../bottleneck/resources/io';
import type { ResourceVerdict } from '../bottleneck/resources/verdict';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { seen } from '../support/known';
import { isQuery } from '../support/statements';
import { percent } from '../support/wording';
import { workloadOf } from '../workload';

/** What of the load a replica could take: statements that only read. */
export interface ReadShare {
  /** Of the time of all statements whose text could be read. */
  readonly time: number;
  readonly calls: number;
  /** Of all time: what belongs to statements whose text is hidden or not listed. */
  readonly unread: number;
}

/** Undefined where no statement was counted, or none can be read. */
export function readShare({ health, workspace }: GuideFacts): ReadShare | undefined {
  const workload = workloadOf(health, workspace?.queries ?? []);
  const rows = (workload?.rows ?? []).filter((row) => row.statistic.reading !== undefined && isQuery(row));
  const reads = rows.filter(({ statistic }) => statistic.reading?.readsOnly);
  const sum = (of: typeof rows, amount: 'totalMs' | 'calls') =>
    of.reduce((total, { statistic }) => total + statistic[amount], 0);
  const [ms, calls] = [sum(rows, 'totalMs'), sum(rows, 'calls')];
  if (!workload || ms <= 0 || calls <= 0) return undefined;
  return {
    time: sum(reads, 'totalMs') / ms,
    calls: sum(reads, 'calls') / calls,
    unread: workload.totalMs > 0 ? Math.max(0, 1 - ms / workload.totalMs) : 0,
  };
}

/** Whether the primary is short of what a second server would add: cores, and storage to read from. */
export function pressureOn(facts: GuideFacts, health: Health): ResourceVerdict {
  const verdicts = [cpu.judge(facts, health), io.judge(facts, health)];
  const worst = (['short', 'near', 'unknown'] as const).flatMap((state) =>
    verdicts.filter((verdict) => verdict.state === state),
  )[0];
  if (worst) return worst;
  return { state: 'enough', says: verdicts.map(({ says }) => says).join(', ') };
}

export function loadEvidence(share: ReadShare | undefined, health: Health): Evidence[] {
  const counters = seen(health.activity.counters);
  const source = 'pg_stat_statements; statements that only read, by their text';
  return [
    ...(share
      ? [
          fact('Reads, of the time', percent(share.time), { raw: share.time, source }),
          fact('Reads, of the calls', percent(share.calls), { raw: share.calls, source }),
        ]
      : []),
    ...(share && share.unread >= 0.01
      ? [fact('Time of statements that could not be read', percent(share.unread))]
      : []),
    ...(counters
      ? [
          fact('Rows read', formatCount(counters.rowsReturned + counters.rowsFetched), { source: 'pg_stat_database' }),
          fact('Rows written', formatCount(counters.rowsInserted + counters.rowsUpdated + counters.rowsDeleted), {
            source: 'pg_stat_database',
          }),
        ]
      : []),
  ];
}
