import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';
import { repetitionFindings } from './repetition-finding';

/** A query that gives the same answer on every turn of a loop, or twice in one function. */
export const sameQueryAgain: CodeRule = {
  id: 'same-query-again',
  title: 'The same query with the same values is sent again',
  reference: 'https://www.postgresql.org/docs/current/protocol-flow.html',
  isMinor: true,
  check(context) {
    const inLoops = repetitionFindings(
      context,
      'same-query-again',
      'same query',
      () => 'nothing in it depends on the turn: ask once before the loop',
    );
    const twice = context.facts.sameQueries.map((same) => {
      const { first, again } = same;
      const found = findingAt({ uri: again.uri, range: callRange(again) }, context, {
        rule: 'same-query-again',
        severity: 'info',
        message: `${again.name} is sent again with the same values in this function; keep the first answer.`,
        evidence: { query: again.sql[0] ?? null },
        related: [{ uri: first.uri, range: callRange(first), message: 'The first time.' }],
      });
      return { ...found, same };
    });
    return [...inLoops, ...twice];
  },
};
