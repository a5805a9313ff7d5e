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
      if (repetition.loop.kind === 'recursion' || repetition.isRecursive)
        return 'ask for all levels at once (WITH RECURSIVE)';
      if (repetition.loop.kind === 'field resolver')
        return 'collect the keys and ask once for all of them (DataLoader)';
      const eager = eagerAdvice(repetition);
      if (eager !== undefined) return eager;
      const key = keyOf(repetition);
      if (repetition.inner.isMany && repetition.inner.hasLimit) {
        return 'ask for the first rows of each with one query (LATERAL, or row_number() with PARTITION BY)';
      }
      return `ask once for all of them before the loop${key === undefined ? '' : `, by a list of ${key}`}`;
    });
  },
};
