import type { CodeRule } from '../code-rule';
import { eagerAdvice } from './eager-loading';
import { repetitionFindings } from './repetition-finding';

/** `await post.author`, `post.getAuthor()` on each row of a list. */
export const lazyLoadInLoop: CodeRule = {
  id: 'lazy-load-in-loop',
  title: 'A relation is loaded for each row of a list (N+1)',
  reference: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN',
  check(context) {
    return repetitionFindings(
      context,
      'lazy-load-in-loop',
      'lazy',
      (repetition) => eagerAdvice(repetition) ?? 'load it together with the rows',
    );
  },
};
