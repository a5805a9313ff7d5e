import type { CodeRule } from '../code-rule';
import { keyOf } from './eager-loading';
import { repetitionFindings } from './repetition-finding';

/** A count, or whether there is any, asked for each row. */
export const countInLoop: CodeRule = {
  id: 'count-in-loop',
  title: 'Rows are counted once for each turn of a loop',
  reference: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-GROUP',
  check(context) {
    return repetitionFindings(context, 'count-in-loop', 'count', (repetition) => {
      const key = keyOf(repetition);
      return `count once for all of them${key === undefined ? '' : `, grouped by ${key}`}`;
    });
  },
};
