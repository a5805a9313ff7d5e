import type { GuideFix } from '../../nouns/check';
import { formatCount, formatCounted, formatMs } from '../../plan/format';
import type { Check } from '../check';
import { attention, failed, notApplicable, passed } from '../support/results';
import {
  blocksOf,
  fewInAll,
  isQuery,
  placesOf,
  shortText,
  statementTable,
  tooFewCalls,
  withWorkload,
} from '../support/statements';
import { percent } from '../support/wording';
import type { WorkloadRow } from '../workload';

/**
 * Of the whole time. By Amdahl's law a statement's share is the most that can be won by mending it; below a tenth nobody would
 * notice, which is this check's own limit.
 */
const worthOfTime = 0.1;
/** Of the whole time: what takes more than half of it is the reason of the slowness. */
const mostOfTime = 0.5;
/** Below it an answer seems instant: Nielsen, "Response Times: The 3 Important Limits". In ms. */
const instantMs = 100;
/** 8 MB for one call, hundred blocks for each row of the answer: it looks at far more than it needs. This check's own limits. */
const manyBlocks = 1_000;
const blocksForRow = 100;
/** Fewer calls are no habit of a program. */
const fewCalls = 10;

/** Which statements take the time, and whether that could be less. */
export const topStatements: Check = {
  id: 'slow-queries/top-statements',
  point: 'slow-queries',
  title: 'No statement wastes time',
  needs: ['health', 'code'],
  judge: (facts) =>
    withWorkload(facts, ({ rows, totalCalls }) => {
      const queries = rows.filter(isQuery);
      const [first] = queries;
      if (totalCalls < fewInAll) return tooFewCalls(totalCalls);
      if (!first) return notApplicable('No query was counted yet.');
      const evidence = [statementTable('By total time', queries.slice(0, 20))];
      const worth = queries.filter(isWorthIt);
      const [worst] = worth;
      if (!worst) {
        return passed(
          `No statement is slow or reads far more than it answers; the first takes ${percent(first.share)} of the time, ${formatMs(first.statistic.meanMs)} a call.`,
          { evidence },
        );
      }
      const share = Math.min(
        1,
        worth.reduce((sum, row) => sum + row.share, 0),
      );
      const { calls, meanMs } = worst.statistic;
      const says = `${formatCounted(worth.length, 'statement takes', 'statements take')} ${percent(share)} of all time and could take less; the first (${percent(worst.share)}, ${formatCount(calls)} calls, ${formatMs(meanMs)} each): ${shortText(worst)}`;
      const details = { evidence, places: placesOf(worth), fixes: [countAnew] };
      return share >= mostOfTime ? failed(says, details) : attention(says, details);
    }),
};

/** It takes much of the time, is slow or reads far more than it answers, and is no single event. */
function isWorthIt(row: WorkloadRow): boolean {
  const { calls, meanMs, rows } = row.statistic;
  if (row.share < worthOfTime || calls < fewCalls) return false;
  const blocks = blocksOf(row);
  return meanMs >= instantMs || (blocks / calls >= manyBlocks && blocks / Math.max(rows, calls) >= blocksForRow);
}

/** What was counted before a fix hides its effect. */
const countAnew: GuideFix = {
  kind: 'statement',
  title: 'After a fix: forget what was counted, in all databases',
  sql: 'SELECT pg_stat_statements_reset()',
  note: 'From then on is seen what takes the time with the fix.',
};
