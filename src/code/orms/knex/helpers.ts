import { sourceOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { CallContext } from '../orm';
import { callableAt } from './callables';
import { withoutCall } from './called';
import type { KnexQuery } from './query';
import type { Located } from './scope';

/**
 * `applyFilters(query, filters)` before `await query`: a function of the program that is handed the builder and adds to it.
 * Its argument is the same chain, or the beginning of it.
 */
export function applyHelpers(query: KnexQuery, chain: ChainValue, { at, tracer, use }: CallContext): void {
  const { reader } = query;
  for (const other of at.file.functions[at.function]?.uses ?? []) {
    if (other.chain.range.start >= (use?.chain.range.end ?? Number.POSITIVE_INFINITY)) break;
    const link = other.chain.links.findIndex((each) => each.arguments?.some((value) => isSameBuilder(value, chain)));
    const given = other.chain.links[link]?.arguments;
    if (!given || isInside(other.chain.links[link], chain)) continue;
    const read = withoutCall(other.chain, link);
    const callable = callableAt(tracer.traceLinks(read, read.links.length, at));
    if (!callable) {
      if (isLikelyHelper(other.chain, link)) reader.note(`What ${sourceOf(other.chain)} adds is not included.`);
      continue;
    }
    const scope = { at, names: new Map() };
    reader.call(
      callable,
      given.map((value): Located | KnexQuery => (isSameBuilder(value, chain) ? query : { value, scope })),
    );
  }
}

function isSameBuilder(value: Value, chain: ChainValue): boolean {
  if (value.kind !== 'chain') return false;
  if (value.links.length === 0) return chain.links.length === 0 && value.root === chain.root;
  const isSameRoot = value.rootRange.start === chain.rootRange.start && value.rootRange.end === chain.rootRange.end;
  return isSameRoot && value.links.every((link, i) => link.range.start === chain.links[i]?.range.start);
}

/** The chain stands in the call's arguments itself: it is no helper that was handed it before. */
function isInside(call: Link | undefined, { rootRange }: ChainValue): boolean {
  const outer = call?.argumentsRange;
  return outer !== undefined && outer.start <= rootRange.start && rootRange.end <= outer.end;
}

/** Not `Promise.all([query])`, `console.log(query)`. */
function isLikelyHelper(chain: ChainValue, link: number): boolean {
  const name = chain.links[link]?.name === '' ? chain.root : chain.links[link]?.name;
  return typeof name === 'string' && /filter|paginat|sort|scope|apply|search|where|order|query/i.test(name);
}
