import { percent } from '../guide/support/wording';
import type { Workload, WorkloadRow } from '../guide/workload';
import { formatCounted, formatMs } from '../plan/format';

/** `12,300 calls, 4.1 ms mean, 12 % of all time since 3 November` */
export function callsTitle({ statistic, share }: WorkloadRow, { since, readAt }: Workload): string {
  const { calls, meanMs } = statistic;
  const period = since === undefined ? 'that was counted' : `since ${dayOf(since, readAt)}`;
  return `${formatCounted(calls, 'call')}, ${formatMs(meanMs)} mean, ${percent(share)} of all time ${period}`;
}

/** The year where it is another one; of today the time. Both are of the server's clock, and shown by this machine's zone. */
function dayOf(time: string, now: string): string {
  const [at, today] = [new Date(time), new Date(now)];
  if (Number.isNaN(at.getTime())) return 'the last reset';
  if (at.toDateString() === today.toDateString()) {
    return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  }
  const isThisYear = at.getFullYear() === today.getFullYear();
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' }) });
}
