import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** Two round trips saved are worth a word. */
const fewest = 3;

/** Queries in a row, each awaited, none of which needs the answer of another: each waits for a round trip. */
export const independentAwaits: CodeRule = {
  id: 'independent-awaits',
  title: 'Queries that do not need each other wait for each other',
  reference: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Promise/all',
  isMinor: true,
  check(context) {
    // On each turn of a loop, the loop is what is to be mended.
    const repeated = new Set(context.facts.repetitions.map(({ inner }) => inner));
    return context.facts.sequences.flatMap((sequence) => {
      const { queries } = sequence;
      const [first, ...others] = queries;
      if (!first || queries.length < fewest || repeated.has(first)) return [];
      const located = findingAt({ uri: first.uri, range: callRange(first) }, context, {
        rule: 'independent-awaits',
        severity: 'hint',
        message:
          `${queries.length} queries are sent one after the other although none needs the answer of another; ` +
          'send them together with Promise.all.',
        evidence: { queries: queries.map(({ name }) => name) },
        related: others.map((query) => ({
          uri: query.uri,
          range: callRange(query),
          message: `${query.name} could be sent with it.`,
        })),
      });
      return [{ ...located, sequence }];
    });
  },
};
