import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** Several writes in a loop, or a write and then a loop of writes, without a transaction around them. */
export const splitWrites: CodeRule = {
  id: 'split-writes',
  title: 'Writes that belong together are committed one by one',
  reference: 'https://www.postgresql.org/docs/current/tutorial-transactions.html',
  check(context) {
    return context.facts.splitWrites.map(({ loop, writes }) =>
      findingAt({ uri: loop.uri, range: loop.headRange }, context, {
        rule: 'split-writes',
        severity: 'info',
        message:
          `Each write of this loop is committed by itself (${[...new Set(writes.map(({ name }) => name))].join(', ')}): one that fails halfway ` +
          'leaves a part, and every commit waits for the disk; put a transaction around them.',
        evidence: { writes: writes.map(({ name }) => name) },
        related: writes.map((write) => ({ uri: write.uri, range: callRange(write), message: `${write.name} writes.` })),
      }),
    );
  },
};
