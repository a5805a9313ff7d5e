import { formatCount, formatCounted, formatMs } from '../../plan/format';
import type { Check } from '../check';
import { attention, passed } from '../support/results';
import { isQuery, placesOf, shortText, statementTable, withWorkload } from '../support/statements';
import { inOrder } from '../workload';

/**
 * Above it a person's train of thought is interrupted: Nielsen, "Response Times: The 3 Important Limits" (Usability
 * Engineering, 1993). In ms.
 */
const slowMs = 1_000;
/** What runs now and then, such as a report of the night, has nobody waiting for it; no published figure says how often that is. */
const fewCalls = 10;

/** The guide's second query: the statements by the time of one call. */
export const slowStatements: Check = {
  id: 'bottleneck/slow-statements',
  point: 'bottleneck',
  title: 'No statement lets people wait',
  needs: ['health', 'code'],
  judge: (facts) =>
    withWorkload(facts, ({ rows }) => {
      const byMean = inOrder(rows.filter(isQuery), 'mean');
      const slow = byMean.filter(({ statistic }) => statistic.meanMs >= slowMs && statistic.calls >= fewCalls);
      const evidence = [statementTable('By mean time', byMean.slice(0, 10))];
      const [worst] = slow;
      if (worst) {
        const { meanMs, calls } = worst.statistic;
        return attention(
          `${formatCounted(slow.length, 'statement takes', 'statements take')} more than 1 s each time; the slowest ${formatMs(meanMs)} (${formatCount(calls)} calls): ${shortText(worst)}`,
          { evidence, places: placesOf(slow) },
        );
      }
      const [first] = byMean;
      if (!first) return passed('No statement was counted yet.');
      const seldom = byMean.find(({ statistic }) => statistic.meanMs >= slowMs);
      const says = seldom
        ? `Only what is seldom asked takes more than 1 s: ${formatMs(seldom.statistic.meanMs)}, ${formatCounted(seldom.statistic.calls, 'call')}.`
        : `The slowest statement takes ${formatMs(first.statistic.meanMs)} on average.`;
      return passed(says, { evidence });
    }),
};
