import type { ChainValue } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { isBuilderMethod } from './builder';
import type { Scope } from './scope';

/** A builder that begins in one chain and goes on in others. `S` says how it begins. */
export interface Found<S> {
  readonly start: S;
  readonly chain: ChainValue;
  readonly scope: Scope;
  /** What is added to it, from the inside out. */
  readonly steps: readonly { readonly chain: ChainValue; readonly link: number; readonly scope: Scope }[];
}

/**
 * Where a chain's builder begins: here, or in a function of the program that returns one (`this.published().where(…)`), or
 * in what such a function was handed (`paged(query, 2)`).
 */
export function findBuilder<S>(
  tracer: Tracer,
  chain: ChainValue,
  scope: Scope,
  start: (chain: ChainValue, scope: Scope) => S | undefined,
  depth = 0,
): Found<S> | undefined {
  const own = start(chain, scope);
  if (own) return { start: own, chain, scope, steps: [] };
  if (depth > 4) return undefined;
  for (let link = chain.links.length; link >= 0; link--) {
    if (link > 0 && !chain.links[link - 1]?.arguments && !isRead(chain, link)) continue;
    if (link === 0 && !isBuilderName(chain, scope.at)) continue;
    const set = link === 0 ? (lastSet(chain, scope.at) ?? passed(chain, scope.at)) : undefined;
    if (set) {
      const inner = findBuilder(tracer, set.chain, { at: set.at, names: new Map() }, start, depth + 1);
      return inner && { ...inner, steps: [...inner.steps, { chain, link, scope }] };
    }
    const origin = tracer.traceLinks(chain, link, scope.at);
    if (origin.kind !== 'call' || isPrefix(origin.chain, chain)) continue;
    const inner = findBuilder(tracer, origin.chain, { at: origin.at, names: new Map() }, start, depth + 1);
    return inner && { ...inner, steps: [...inner.steps, { chain, link, scope }] };
  }
  return undefined;
}

/** `this.table.where(…)`, where a getter gives the builder. */
function isRead({ links }: ChainValue, link: number): boolean {
  const next = links[link];
  return link <= 2 && next?.arguments !== undefined && !next.awaited && isBuilderMethod(next.name);
}

/** A name that is a builder itself: neither what was read of a row nor rows that were awaited. */
function isBuilderName({ root, links }: ChainValue, at: Place): boolean {
  if (typeof root !== 'string' || root === 'this') return false;
  if (links.some((link) => !link.arguments || link.awaited || !isBuilderMethod(link.name))) return false;
  for (let id: number | undefined = at.function; id !== undefined; id = at.file.functions[id]?.parent) {
    const { bindings = [], uses = [] } = at.file.functions[id] ?? {};
    const own = bindings.flatMap(({ pattern }, i) => (pattern.name === root ? [i] : []));
    const taken = uses.filter(({ binding }) => binding !== undefined && own.includes(binding));
    if (taken.some(({ isAwaited }) => isAwaited)) return false;
    if (own.length > 0) break;
  }
  return true;
}

/** `let query = db('tags'); query = visible(query); await query`: what the name was set to last, where it is set more than once. */
function lastSet(
  { root, range }: ChainValue,
  at: Place,
): { readonly chain: ChainValue; readonly at: Place } | undefined {
  const { bindings = [] } = at.file.functions[at.function] ?? {};
  const own = bindings.filter(({ pattern, value }) => pattern.name === root && value !== undefined);
  const last = own.length > 1 ? own.findLast((each) => each.range.end <= range.start) : undefined;
  return last?.value?.kind === 'chain' && last.branch === undefined ? { chain: last.value, at } : undefined;
}

/** What the call at hand gives to the parameter of that name. */
function passed({ root }: ChainValue, at: Place): { readonly chain: ChainValue; readonly at: Place } | undefined {
  if (at.passed?.function !== at.function) return undefined;
  const index = at.file.functions[at.function]?.parameters.findIndex(({ name }) => name === root) ?? -1;
  const value = at.passed.values[index];
  return value?.kind === 'chain' ? { chain: value, at: at.passed.at } : undefined;
}

function isPrefix(part: ChainValue, whole: ChainValue): boolean {
  return part.rootRange.start === whole.rootRange.start && part.root === whole.root && part.links[0] === whole.links[0];
}
