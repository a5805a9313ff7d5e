import type { QueryPlace } from '../../code/calls/repetition';
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
      if (repetition.inner.isMany && hasKnownLimit(repetition.inner)) {
        return 'ask for the first rows of each with one query (LATERAL, or row_number() with PARTITION BY)';
      }
      return `ask once for all of them before the loop${key === undefined ? '' : `, by a list of ${key}`}`;
    });
  },
};

/** `take: 16`; one that only some callers give (`take`) says nothing about this loop. */
function hasKnownLimit({ hasLimit, orm, sql }: QueryPlace): boolean {
  const [, parameter] = /\blimit\s+(?:\$(\d+)|\d+)/i.exec(sql[0] ?? '') ?? [];
  if (parameter === undefined) return hasLimit;
  const given = orm?.statements[0]?.parameters[Number(parameter) - 1];
  return hasLimit && typeof given?.constant === 'number';
}
