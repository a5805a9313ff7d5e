import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { judgeFindings } from './code-findings';

const rules = new Set(['same-query-again', 'independent-awaits', 'split-writes']);

/** Round trips that one request could do without: the same query twice, queries that wait for each other, single commits. */
export const roundTrips: Check = {
  id: 'queries-per-row/round-trips',
  point: 'queries-per-row',
  title: 'No round trip is needless',
  needs: ['health', 'code'],
  judge: (facts) =>
    judgeFindings(facts, rules, {
      says: (count) => `${formatCounted(count, 'place makes', 'places make')} round trips that can be saved`,
      none: 'No needless round trip is seen in the workspace.',
    }),
};
