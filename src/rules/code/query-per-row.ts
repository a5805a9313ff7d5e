import type { CodeRule } from '../code-rule';
import { eagerAdvice, keyOf } from './eager-loading';
import { repetitionFindings } from './repetition-finding';

/**
 * One query per row of a loop, also through functions and files (N+1). SQL text that stands in the loop itself is told by
 * the text rule of the same name while one types.
 */
export const queryPerRow: CodeRule = {
  id: 'query-in-loop',
  title: 'A query is sent once for each turn of a loop (N+1)',
  reference: 'https://www.postgresql.org/docs/current/populate.html',
  check(context) {
    return repetitionFindings(context, 'query-in-loop', 'query', (repetition) => {
      if (repetition.loop.kind === 'recursion') return 'ask for all levels at once (WITH RECURSIVE)';
      if (repetition.loop.kind === 'field resolver')
        return 'collect the keys and ask once for all of them (DataLoader)';
      const eager = eagerAdvice(repetition);
      if (eager !== undefined) return eager;
      const key = keyOf(repetition);
      return `ask once for all of them before the loop${key === undefined ? '' : `, by a list of ${key}`}`;
    });
  },
};
