import type { Checkout } from '../../code/pools/checkouts';
import type { LostWay } from '../../code/pools/ways';
import type { CodeRule } from '../code-rule';
import { findingAt } from './located';

/** A connection or a transaction that a function takes, and does not give back on every way. */
export const connectionLeak: CodeRule = {
  id: 'connection-leak',
  title: 'A connection is not given back on every way',
  reference: 'https://node-postgres.com/features/pooling#checkout-use-and-return',
  isMinor: true,
  check(context) {
    return context.facts.checkouts.flatMap((checkout) => {
      const [lost] = checkout.lost;
      if (!lost) return [];
      const { at, kind, name, taking, givingBack } = checkout;
      const uri = at.file.uri;
      const found = findingAt({ uri, range: taking }, context, {
        rule: 'connection-leak',
        severity: 'warning',
        message: messageOf(checkout, lost),
        evidence: {
          library: kind.library,
          name,
          isGivenBack: givingBack.length > 0,
          ways: checkout.lost.map(({ by }) => by),
        },
        related: checkout.lost.flatMap((way) => {
          const range = way.by === 'end' ? way.after : way.range;
          return range ? [{ uri, range, message: relatedMessage(way, name) }] : [];
        }),
      });
      return [{ ...found, checkout }];
    });
  },
};

function messageOf(checkout: Checkout, lost: LostWay): string {
  const { at, kind, name, givingBack } = checkout;
  if (checkout.isOfThread)
    return 'This thread keeps a connection of the pool until it ends: ask inside of connection_pool.with_connection { … }, or when there are as many such threads as the pool has connections, all others wait.';
  const isTransaction = kind.noun === 'transaction';
  const ends = isTransaction ? 'neither committed nor rolled back' : 'not given back';
  const after = 'after as many times as the pool has connections, every request waits';
  if (givingBack.length === 0) {
    const never = isTransaction
      ? `${name} is never committed or rolled back`
      : `${name} is never given back (${kind.names.join(', ')})`;
    return `${never}: it keeps a connection, and ${after}.`;
  }
  const advice = adviceOf(checkout);
  switch (lost.by) {
    case 'await':
      return `${name} is ${ends} when something in between fails: ${advice}, or ${after}.`;
    case 'end':
      if (lost.after)
        return `${name} is ${ends} when something in between fails and is caught: ${advice}, or ${after}.`;
      return `${name} is ${ends} on every way: ${advice}, or ${after}.`;
    default:
      return `${name} is ${ends} where the function is left by this ${lost.by === 'throw' && /^(?:python|ruby)$/.test(at.file.languageId) ? 'raise' : lost.by}: ${advice}, or ${after}.`;
  }
}

function adviceOf({ at, kind, forgetting }: Checkout): string {
  if (kind.noun === 'transaction') return 'roll it back in a catch block';
  const call = `call ${kind.names[0]}()`;
  if (forgetting) return `${call} first`;
  return at.file.languageId === 'ruby' ? `${call} in an ensure, or use with_connection` : `${call} in a finally block`;
}

function relatedMessage({ by }: LostWay, name: string): string {
  if (by === 'return' || by === 'throw') return `${name} is kept when the function is left here.`;
  return `${name} is kept when this fails.`;
}
