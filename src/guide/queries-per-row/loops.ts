import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { judgeFindings } from './code-findings';

const rules = new Set(['query-in-loop', 'count-in-loop', 'lazy-load-in-loop', 'write-in-loop']);

/** Loops of the workspace that send a query for each row, with the numbers of the server and the edit that sends one. */
export const queriesInLoops: Check = {
  id: 'queries-per-row/loops',
  point: 'queries-per-row',
  title: 'No loop sends a query for each row',
  needs: ['health', 'code'],
  judge: (facts) =>
    judgeFindings(facts, rules, {
      says: (count) => `${formatCounted(count, 'place sends', 'places send')} a query for each row of a loop`,
      none: 'No loop of the workspace is seen to send a query for each row.',
    }),
};
