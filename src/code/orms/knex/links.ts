import type { ChainValue, Link } from '../../facts/values';
import type { Reader } from './reader';
import type { Scope, Target } from './scope';

/** Methods of a promise or of the result: what follows them is no builder any more. */
const results =
  /^(?:then|catch|finally|asCallback|stream|pipe|map|forEach|toSQL|toString|toQuery|toNative|tap|get|rows)$/;

/** Applies the builder's methods from a link on; the first link that is none, when there is one. */
export function applyLinks(
  query: Target,
  chain: ChainValue,
  from: number,
  scope: Scope,
  reader?: Reader,
): Link | undefined {
  for (const link of chain.links.slice(from)) {
    if (
      link.awaited ||
      (link.arguments === undefined && !/^(?:or|and|not)$/.test(link.name)) ||
      results.test(link.name)
    ) {
      return link;
    }
    if (!query.apply(link, scope)) reader?.note(`What ${link.name}() adds is not included.`);
  }
  return undefined;
}
