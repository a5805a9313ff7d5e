import type { TextRange } from '../nouns/text-range';
import type { FileFacts, Use } from './facts/facts';
import { prefixOf } from './facts/value-access';
import type { ChainValue } from './facts/values';
import { variantsOf } from './facts/variants';
import type { CallContext, FoundCall, ModelIndex, Orm, OrmCall } from './orms/orm';
import type { Place, Tracer } from './resolve/origin';

export interface CallSearch {
  readonly orms: readonly Orm[];
  readonly tracer: Tracer;
  readonly models: ModelIndex;
}

/** More forms of one call than these are counted, not shown. */
const mostVariants = 8;

/** What follows a query without being part of it: `Post.findAll().then(…)`, bluebird's `.map(…)` of the rows. */
const afterQuery: ReadonlySet<string> = new Set(['then', 'catch', 'finally', 'tap', 'spread', 'asCallback', 'nodeify']);

const ofRows: ReadonlySet<string> = new Set([
  'map',
  'filter',
  'reduce',
  'each',
  'mapSeries',
  'forEach',
  'get',
  'return',
]);

/** Every call of a file that sends a query, in the order of the text. Parts of a call (a builder's steps, a subquery) are none. */
export function findCalls(file: FileFacts, search: CallSearch): FoundCall[] {
  const found: (FoundCall & { readonly isAwaited: boolean })[] = [];
  for (const [id, { uses }] of file.functions.entries()) {
    const at = { file, function: id };
    for (const [index, use] of uses.entries()) {
      if (use.isWritten || (use.isContinued && !use.isAwaited)) continue;
      const call = readUse(use, index, at, search);
      if (call) found.push({ ...call, isAwaited: use.isAwaited === true });
    }
  }
  return withoutParts(found);
}

function readUse(use: Use, index: number, at: Place, search: CallSearch): FoundCall | undefined {
  const { chain } = use;
  for (const length of lengthsOf(chain)) {
    const whole = length === chain.links.length ? chain : prefixOf(chain, length);
    const candidates = search.orms.filter((orm) => mayRead(orm, whole));
    if (candidates.length === 0) continue;
    for (const orm of candidates) {
      const { variants, combinations } = variantsOf(orm.prepare?.(whole) ?? whole, mostVariants);
      const calls = readAll(orm, variants, contextOf(at, use, search));
      if (calls.length > 0) return { uri: at.file.uri, at, chain: whole, use: index, variants: calls, combinations };
    }
  }
  return undefined;
}

function readAll(orm: Orm, variants: readonly ChainValue[], context: CallContext): OrmCall[] {
  const calls: OrmCall[] = [];
  const seen = new Set<string>();
  for (const variant of variants) {
    const call = orm.read(variant, context);
    if (!call) continue;
    const key = JSON.stringify([call.statements.map(({ sql }) => sql), call.notes]);
    if (seen.has(key)) continue;
    seen.add(key);
    calls.push(call);
  }
  return calls;
}

function contextOf(at: Place, use: Use, { tracer, models }: CallSearch): CallContext {
  return { at, tracer, models, use, trace: (value) => tracer.trace(value, at) };
}

/** How many links may be the query: all, or those before `.then(…)`, `(await …).rows` and the like; the longest first. */
function lengthsOf({ links }: ChainValue): number[] {
  const lengths = [links.length];
  for (let length = links.length - 1; length > 0; length--) {
    const [last, next] = [links[length - 1], links[length]];
    if (!last?.arguments || !next) continue;
    const [first] = next.arguments ?? [];
    const takesRows = ofRows.has(next.name) && first?.kind === 'function';
    if (last.awaited || next.awaited || afterQuery.has(next.name) || takesRows) lengths.push(length);
  }
  return lengths;
}

function mayRead(orm: Orm, { root, links }: ChainValue): boolean {
  if (typeof root !== 'string' && root.kind === 'template') return true;
  return links.some(({ name, arguments: values }) => orm.methods.has(name) || (name === '' && values !== undefined));
}

/** Drops what is only a step towards, or an argument of, another call. */
function withoutParts<T extends FoundCall & { readonly isAwaited: boolean }>(found: readonly T[]): FoundCall[] {
  const kept = found.filter((one) => !found.some((other) => other !== one && isPart(one, other, found)));
  return kept.map(({ isAwaited: _, ...call }) => call);
}

function isPart<T extends FoundCall & { readonly isAwaited: boolean }>(one: T, other: T, found: readonly T[]): boolean {
  if (isSameCall(one, other)) {
    const [a, b] = [one.chain.links.length, other.chain.links.length];
    return a < b || (a === b && found.indexOf(other) < found.indexOf(one));
  }
  if (one.isAwaited) return false;
  return isPrefix(one.chain, other.chain) || isArgument(one.chain, other.chain);
}

/** A constant's chain stands at each of its uses. */
function isSameCall(one: FoundCall, other: FoundCall): boolean {
  const [a, b] = [one.variants[0], other.variants[0]];
  return a !== undefined && b !== undefined && a.library === b.library && isSame(a.nameRange, b.nameRange);
}

function isPrefix(one: ChainValue, other: ChainValue): boolean {
  return (
    one.links.length < other.links.length &&
    isSame(one.rootRange, other.rootRange) &&
    one.links.every((link, i) => isSame(link.range, other.links[i]?.range))
  );
}

function isArgument(one: ChainValue, other: ChainValue): boolean {
  return other.links.some(
    ({ argumentsRange: range }) => range && range.start <= one.rootRange.start && one.range.end <= range.end,
  );
}

function isSame(a: TextRange, b: TextRange | undefined): boolean {
  return a.start === b?.start && a.end === b.end;
}
