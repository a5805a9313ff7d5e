import type { ChainValue } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { isBuilderMethod } from './builder';
import { callableAt } from './callables';
import { withoutCall } from './called';
import { applyLinks } from './links';
import type { Reader } from './reader';
import type { Callable, Located, Scope, Target } from './scope';

/** A builder that begins in one chain and goes on in others. `S` says how it begins. */
export interface Found<S> {
  readonly start: S;
  readonly chain: ChainValue;
  readonly scope: Scope;
  /** What is added to it, from the inside out. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly chain: ChainValue;
  /** The first link that is of the builder. */
  readonly link: number;
  readonly scope: Scope;
  /** The function of the program that was handed the builder by the link before: `applyFilters(query, filters)`. */
  readonly helper?: { readonly callable: Callable; readonly argument: number };
}

/** Adds what stands behind the builder's beginning. */
export function applyStep(query: Target, { chain, link, scope, helper }: Step, reader: Reader): void {
  if (helper) {
    const given = (chain.links[link - 1]?.arguments ?? []).map((value): Located => ({ value, scope }));
    const handed = given.map((each, i): Located | Target => (i === helper.argument ? query : each));
    reader.call(helper.callable, handed);
  }
  applyLinks(query, chain, link, scope, reader);
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
    const handed = link > 0 ? handedTo(tracer, chain, link, scope) : undefined;
    const base = handed && findBuilder(tracer, handed.builder, scope, start, depth + 1);
    if (handed && base) return { ...base, steps: [...base.steps, { chain, link, scope, helper: handed }] };
    const origin = tracer.traceLinks(chain, link, scope.at);
    if (origin.kind !== 'call' || isPrefix(origin.chain, chain)) continue;
    const inner = findBuilder(tracer, origin.chain, { at: origin.at, names: new Map() }, start, depth + 1);
    return inner && { ...inner, steps: [...inner.steps, { chain, link, scope }] };
  }
  return undefined;
}

/** A function of the program that is called with a builder, perhaps: with a chain that calls something, or a name. */
function handedTo(tracer: Tracer, chain: ChainValue, link: number, { at }: Scope) {
  const given = chain.links[link - 1]?.arguments ?? [];
  const argument = given.findIndex((value) => value.kind === 'chain' && !value.isNew);
  const builder = given[argument];
  if (builder?.kind !== 'chain') return undefined;
  const read = withoutCall(chain, link - 1);
  const callable = callableAt(tracer.traceLinks(read, read.links.length, at));
  const name = callable?.parameters[argument]?.name;
  const acts = callable?.steps.some(
    ({ value }) => value.kind === 'chain' && value.root === name && hasBuilderMethod(value),
  );
  return callable && acts ? { callable, argument, builder } : undefined;
}

export function hasBuilderMethod({ links }: ChainValue): boolean {
  return links.some((link) => link.arguments && isBuilderMethod(link.name));
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
