import type { HeldCall } from '../../code/pools/held-calls';
import type { CodeRule } from '../code-rule';
import { findingAt } from './located';

/** Another service is waited for while a connection is held: nobody else can use it for as long as that takes. */
export const clientHeldAcrossCall: CodeRule = {
  id: 'client-held-across-call',
  title: 'A connection is held while another service is waited for',
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  isMinor: true,
  check(context) {
    const byTaking = new Map<string, HeldCall[]>();
    for (const one of context.facts.heldCalls) {
      const key = `${one.uri} ${one.taking.start}`;
      byTaking.set(key, [...(byTaking.get(key) ?? []), one]);
    }
    return [...byTaking.values()].flatMap((calls) => {
      const [first, ...others] = calls;
      if (!first) return [];
      const { uri, range, call, holds, taking } = first;
      const isTransaction = holds === 'transaction';
      const kept = isTransaction
        ? 'a transaction is open: its connection and its locks are kept'
        : 'a connection is held: it is kept';
      const names = [...new Set(calls.map((one) => one.call))];
      const found = findingAt({ uri, range }, context, {
        rule: 'client-held-across-call',
        severity: 'warning',
        message: `The program waits for ${listOf(names)} while ${kept} for as long as that takes; do it before or afterwards.`,
        evidence: { call, calls: names, holds },
        related: [
          {
            uri,
            range: taking,
            message: isTransaction ? 'The transaction begins here.' : 'The connection is taken here.',
          },
          ...others.map((one) => ({ uri: one.uri, range: one.range, message: `It waits for ${one.call} here, too.` })),
        ],
      });
      return [found];
    });
  },
};

/** `fetch`, `fetch and sendMail`, `fetch, sendMail and 3 others` */
function listOf(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return first;
  if (names.length === 2) return `${first} and ${second}`;
  return `${first}, ${second} and ${names.length - 2} other${names.length === 3 ? '' : 's'}`;
}
