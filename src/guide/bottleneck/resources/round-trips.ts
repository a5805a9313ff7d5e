import type { Evidence } from '../../../nouns/check';
import { formatCount, formatMs } from '../../../plan/format';
import type { GuideFacts } from '../../facts';
import { fact } from '../../support/evidence';
import { seen } from '../../support/known';
import { recently } from '../../support/recent';
import { placesOf, shortText } from '../../support/statements';
import { duration, percent } from '../../support/wording';
import { type WorkloadRow, workloadOf } from '../../workload';
import type { Resource } from './verdict';

/** Of all calls: from here on, what is sent row by row is worth mending first; no published figure. */
const muchOfCalls = 0.2;
/** Fewer calls say nothing of how a program works. */
const fewCalls = 1_000;
/** Of the time in transactions: the program and the network take more of it than the server. */
const mostly = 0.5;

/**
 * Short statements that are sent one by one: those of queries per row, with the calls that the server counted, and sessions
 * that wait within their transactions for the program's next statement.
 */
export const roundTrips: Resource = {
  name: 'Network round trips',
  verb: 'are',
  judge(facts, health) {
    const repeated = repeatedRows(facts);
    const calls = repeated.reduce((sum, { statistic }) => sum + statistic.calls, 0);
    const all = seen(health.statements)?.totalCalls ?? 0;
    const share = all >= fewCalls ? Math.min(1, calls / all) : 0;
    const idle = recentlyIdle(facts);
    const evidence: Evidence[] = [
      ...(all > 0 ? [fact('Statements sent row by row', `${formatCount(calls)} of ${formatCount(all)} calls`)] : []),
      ...(idle
        ? [
            fact(
              `Waiting for the program within transactions, in the last ${duration(idle.seconds)}`,
              percent(idle.share),
            ),
          ]
        : []),
    ];
    const [most] = repeated;
    const waits = idle !== undefined && idle.share >= mostly && idle.sessions >= 1;
    if (!most || share < muchOfCalls) {
      if (!waits) return { state: 'enough', says: 'few statements are sent row by row', evidence };
      const says = `sessions wait ${percent(idle.share)} of their transactions for the program’s next statement`;
      return { state: 'near', says, evidence };
    }
    const { statistic } = most;
    return {
      state: waits ? 'short' : 'near',
      says: `${percent(share)} of all calls are sent row by row, most of them (${formatCount(statistic.calls)}, ${formatMs(statistic.meanMs)} each): ${shortText(most, 60)}`,
      evidence,
      places: placesOf(repeated),
    };
  },
};

/** What findings of queries per row send, by the calls that were counted. */
function repeatedRows({ health, workspace }: GuideFacts): WorkloadRow[] {
  if (!workspace) return [];
  const repeated = new Set(
    workspace.findings.flatMap(({ finding: { evidence } }) => ('loop' in evidence ? (evidence.query ?? []) : [])),
  );
  if (repeated.size === 0) return [];
  const rows = workloadOf(health, workspace.queries)?.rows ?? [];
  return rows
    .filter(({ places }) => places.some(({ sql }) => repeated.has(sql)))
    .sort((a, b) => b.statistic.calls - a.statistic.calls);
}

/** Since 14: of the time in which transactions were open. */
function recentlyIdle(facts: GuideFacts) {
  const recent = recently(facts);
  const idle = recent?.growth(({ idleInTransactionMs }) => idleInTransactionMs);
  const active = recent?.growth(({ activeMs }) => activeMs);
  if (!recent || idle === undefined || active === undefined || idle + active === 0) return undefined;
  return { share: idle / (idle + active), sessions: idle / 1_000 / recent.seconds, seconds: recent.seconds };
}
