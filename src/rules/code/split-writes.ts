import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** Several writes in a loop, or a write and then a loop of writes, without a transaction around them. */
export const splitWrites: CodeRule = {
  id: 'split-writes',
  title: 'Writes that belong together are committed one by one',
  reference: 'https://www.postgresql.org/docs/current/tutorial-transactions.html',
  isMinor: true,
  check(context) {
    return context.facts.splitWrites.map((split) => {
      const { loop, writes } = split;
      const found = findingAt({ uri: loop.uri, range: loop.headRange }, context, {
        rule: 'split-writes',
        severity: 'info',
        message:
          `The writes of this loop (${[...new Set(writes.map(({ name }) => name))].join(', ')}) are committed one by one: ` +
          'when one fails, those before it stay; put a transaction around them.',
        evidence: { writes: writes.map(({ name }) => name) },
        related: writes.map((write) => ({ uri: write.uri, range: callRange(write), message: `${write.name} writes.` })),
      });
      return { ...found, split };
    });
  },
};
