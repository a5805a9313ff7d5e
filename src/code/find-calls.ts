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
  /** Told what a library's reader threw at a call, which is then left out; without it, it is thrown on. */
  readonly onDefect?: (error: unknown, uri: string) => void;
}

/** More forms of one call than these are counted, not shown. */
const mostVariants = 8;
/** Forms of a call that are read in search of those. */
const mostTried = 24;

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
  const found: Found[] = [];
  for (const [id, { uses }] of file.functions.entries()) {
    const at = { file, function: id };
    for (const [index, use] of uses.entries()) {
      if (use.isWritten || (use.isContinued && !use.isAwaited)) continue;
      const call = carefully(() => readUse(use, index, at, search), file.uri, search);
      if (call) found.push({ ...call, isAwaited: use.isAwaited === true });
    }
  }
  return withoutParts(found);
}

function carefully<T>(read: () => T, uri: string, { onDefect }: CallSearch): T | undefined {
  if (!onDefect) return read();
  try {
    return read();
  } catch (error) {
    onDefect(error, uri);
    return undefined;
  }
}

function readUse(use: Use, index: number, at: Place, search: CallSearch): FoundCall | undefined {
  const { chain } = use;
  for (const length of lengthsOf(chain)) {
    const whole = length === chain.links.length ? chain : prefixOf(chain, length);
    const candidates = search.orms.filter((orm) => isFor(orm, at.file, search.orms) && mayRead(orm, whole));
    if (candidates.length === 0) continue;
    for (const orm of candidates) {
      const { variants, combinations } = variantsOf(orm.prepare?.(whole) ?? whole, mostTried);
      const calls = readAll(orm, variants, contextOf(at, use, search));
      if (calls.length === 0) continue;
      // Many decisions are about a value that is bound in any case: they make no other SQL.
      const isAll = variants.length === combinations && calls.length < mostVariants;
      const counted = isAll ? calls.length : combinations;
      return { uri: at.file.uri, at, chain: whole, use: index, variants: calls, combinations: counted };
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
    if (calls.length === mostVariants) break;
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

function isFor({ languageId }: Orm, file: FileFacts, orms: readonly Orm[]): boolean {
  return languageId === undefined
    ? orms.every((orm) => orm.languageId !== file.languageId)
    : languageId === file.languageId;
}

function mayRead(orm: Orm, { root, links }: ChainValue): boolean {
  if (orm.languageId !== undefined) return links.length > 0;
  if (typeof root !== 'string' && root.kind === 'template') return true;
  return links.some(({ name, arguments: values }) => orm.methods.has(name) || (name === '' && values !== undefined));
}

type Found = FoundCall & { readonly isAwaited: boolean };

/** Drops what is only a step towards, or an argument of, another call. */
function withoutParts(found: readonly Found[]): FoundCall[] {
  const calls = longestOfEach(found);
  const byRoot = groupedBy(calls, ({ chain }) => keyOf(chain.rootRange));
  const isArgument = argumentsOf(calls);
  return calls
    .filter(({ isAwaited, chain }) => {
      if (isAwaited) return true;
      const others = byRoot.get(keyOf(chain.rootRange)) ?? [];
      return !others.some((other) => isPrefix(chain, other.chain)) && !isArgument(chain.rootRange);
    })
    .map(({ isAwaited: _, ...call }) => call);
}

/** A constant's chain stands at each of its uses: of those that call the same name in the text the longest, else the first. */
function longestOfEach(found: readonly Found[]): Found[] {
  const same = groupedBy(found, ({ variants }) => {
    const [first] = variants;
    return first ? `${first.library} ${keyOf(first.nameRange)}` : '';
  });
  const longest = new Set<Found>();
  for (const group of same.values()) {
    longest.add(group.reduce((best, one) => (one.chain.links.length > best.chain.links.length ? one : best)));
  }
  return found.filter((one) => longest.has(one));
}

/** Tells whether a range stands in the arguments of one of the calls. A call's own arguments begin behind its root. */
function argumentsOf(calls: readonly Found[]): (range: TextRange) => boolean {
  const ranges = calls
    .flatMap(({ chain }) => chain.links.flatMap(({ argumentsRange }) => argumentsRange ?? []))
    .sort((a, b) => a.start - b.start);
  let furthest = 0;
  const ends = ranges.map(({ end }) => {
    furthest = Math.max(furthest, end);
    return furthest;
  });
  return ({ start, end }) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.start ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return (ends[low - 1] ?? 0) >= end;
  };
}

function isPrefix(one: ChainValue, other: ChainValue): boolean {
  return (
    one.links.length < other.links.length &&
    one.links.every((link, i) => keyOf(link.range) === keyOf(other.links[i]?.range))
  );
}

function keyOf(range: TextRange | undefined): string {
  return range ? `${range.start}-${range.end}` : '';
}

function groupedBy<T>(things: readonly T[], key: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const list = groups.get(key(thing));
    if (list) list.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}
