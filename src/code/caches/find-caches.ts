import { calledName, chainsIn, firstLinks } from '../calls/chains';
import { lastName } from '../calls/function-names';
import type { FunctionFacts } from '../facts/facts';
import { nameOf } from '../facts/value-access';
import type { ChainValue, Value } from '../facts/values';
import type { Program } from '../program/program';
import type { Place, Tracer } from '../resolve/origin';
import type { CacheUse } from './cache-use';
import { maySaveAnswers } from './maps';
import { around, callersOf, everyCall } from './reach';
import { keyPattern, type Lifetime, type ReadUse, usesOfCall } from './read-use';

/**
 * In the order of the files. A function of the program that hands its key on (`get(key) { return client.get(key); }`) is no use
 * itself: its calls are. Tests, seeds, migrations and scripts are left out.
 */
export function findCaches({ tracer }: Pick<Program, 'tracer'>): CacheUse[] {
  const all = withoutOtherMaps(withoutWrappers(callsOfCaches(tracer), tracer));
  if (all.length === 0) return [];
  const positions = new Map([...tracer.files.keys()].map((path, i) => [path, i]));
  const position = ({ path }: CacheUse) => positions.get(path) ?? 0;
  return withExpiry(all, tracer).sort((a, b) => position(a) - position(b) || a.range.start - b.range.start);
}

/** In the place of calls in functions that hand their key on the calls of those functions, which may hand theirs on again. */
function withoutWrappers(calls: readonly CacheCall[], tracer: Tracer, deep = 3): CacheCall[] {
  if (calls.length === 0) return [];
  const wrappers = wrappersOf(calls, tracer);
  const around = deep === 0 ? [] : callsOfWrappers(wrappers, tracer);
  const called = new Set(around.map(({ wrapper }) => wrapper));
  // What nobody is seen to call (a route, a method of a framework) stands for itself.
  const direct = calls.filter(
    ({ use, at }) => !wrappers.get(functionOf(at))?.some((one) => one.use === use && called.has(one)),
  );
  return [...direct, ...withoutWrappers(around, tracer, deep - 1)];
}

/** Maps that keep no answers are no caches. */
function withoutOtherMaps(calls: readonly CacheCall[]): CacheCall[] {
  const maps = new Map<string, CacheCall[]>();
  for (const call of calls) {
    if (call.use.holder !== undefined) maps.set(mapOf(call), [...(maps.get(mapOf(call)) ?? []), call]);
  }
  const caches = new Set(
    [...maps].filter(([, own]) => maySaveAnswers(own.map(({ use, ...at }) => ({ ...use, ...at })))).map(([id]) => id),
  );
  return calls.filter((call) => call.use.holder === undefined || caches.has(mapOf(call)));
}

const mapOf = ({ use, at }: CacheCall): string => `${at.file.uri} ${use.holder}`;

interface CacheCall {
  readonly use: ReadUse;
  readonly chain: ChainValue;
  readonly link: number;
  readonly at: Place;
}

/** What a function of the program does with the key that it is given. */
interface Wrapper {
  readonly use: ReadUse;
  /** Which argument is the key. */
  readonly key: number;
  /** Which is the lifetime, and what it is without. */
  readonly lifetime?: { readonly argument: number; readonly default?: number };
}

const functionOf = ({ file, function: index }: Place): FunctionFacts | undefined => file.functions[index];

function callsOfCaches(tracer: Tracer): CacheCall[] {
  return [...everyCall(tracer)].flatMap(({ chain, link, at }) =>
    usesOfCall(chain, link, at, tracer).map((use) => ({ use, chain, link, at })),
  );
}

function wrappersOf(calls: readonly CacheCall[], tracer: Tracer): Map<FunctionFacts | undefined, Wrapper[]> {
  const found = new Map<FunctionFacts | undefined, Wrapper[]>();
  const asking = new Set(calls.filter(asksItself).map(({ at }) => functionOf(at)));
  for (const { use, chain, link, at } of calls) {
    const own = functionOf(at);
    const key = own ? parameterAt(own, nameOf(use.key)) : -1;
    if (!own || key < 0 || asking.has(own)) continue;
    const given = chain.links[link]?.arguments ?? [];
    const names = new Set(given.flatMap((one) => namesIn(one)));
    const argument = own.parameters.findIndex(({ name }, i) => i > key && names.has(name) && isLifetime(name));
    const without = own.parameters[argument]?.default;
    const byDefault = without && numeric(without, at, tracer);
    found.set(own, [
      ...(found.get(own) ?? []),
      {
        use,
        key,
        ...(argument >= 0 && { lifetime: { argument, ...(byDefault !== undefined && { default: byDefault }) } }),
      },
    ]);
  }
  return found;
}

/** What it puts into the cache it was neither given nor does it ask for by a function that it was given. */
function asksItself({ use, chain, link, at }: CacheCall): boolean {
  const own = functionOf(at);
  if (use.does !== 'set' || !own) return false;
  const values = (chain.links[link]?.arguments ?? []).filter((value) => value !== use.key);
  const names = new Set(values.flatMap(rootsIn));
  for (const { pattern, value } of own.bindings) {
    const all = [pattern.name, ...(pattern.bound ?? []).map(({ name }) => name)];
    if (value && all.some((name) => names.has(name))) for (const root of rootsIn(value)) names.add(root);
  }
  return !own.parameters.some(({ name }) => names.has(name) && !isLifetime(name) && nameOf(use.key) !== name);
}

function rootsIn(value: Value): string[] {
  return chainsIn(value).flatMap(({ root }) => (typeof root === 'string' ? [root] : []));
}

const parameterAt = ({ parameters }: FunctionFacts, name: string | undefined): number =>
  name === undefined ? -1 : parameters.findIndex((one) => one.name === name);

const isLifetime = (name: string): boolean => /ttl|expir|life|time|seconds|secs|age|duration|ex$/i.test(name);

/** Of an argument, and of the entries of an object: `{ EX: ttl }`. */
function namesIn(value: CacheCall['chain'] | NonNullable<CacheCall['use']['key']>): string[] {
  if (value.kind === 'object') return value.entries.flatMap((one) => nameOf(one.value) ?? []);
  return [nameOf(value) ?? ''];
}

function numeric(value: NonNullable<ReadUse['key']>, at: Place, tracer: Tracer): number | undefined {
  const origin = value.kind === 'chain' ? tracer.trace(value, at) : undefined;
  const found = origin?.kind === 'value' ? origin.value : value;
  return found.kind === 'literal' && typeof found.value === 'number' ? found.value : undefined;
}

function callsOfWrappers(
  wrappers: ReadonlyMap<FunctionFacts | undefined, Wrapper[]>,
  tracer: Tracer,
): (CacheCall & { readonly wrapper: Wrapper })[] {
  const names = new Set([...wrappers.keys()].map((one) => lastName(one?.name ?? '')));
  if (names.size === 0) return [];
  return [...everyCall(tracer)].flatMap(({ chain, link, at }) => {
    const given = chain.links[link]?.arguments;
    if (!given || !names.has(calledName(chain, link))) return [];
    const origin = tracer.trace(firstLinks(chain, link + 1, true), at);
    const found = origin.kind === 'function' ? (wrappers.get(origin.function) ?? []) : [];
    return found.flatMap((wrapper) => {
      const own = given[wrapper.key];
      if (!own) return [];
      const lifetime = wrappedLifetime(wrapper.use, given, wrapper.lifetime, at, tracer);
      return [{ use: { ...wrapper.use, key: own, lifetime }, chain, link, at, wrapper }];
    });
  });
}

function wrappedLifetime(
  { lifetime, library }: ReadUse,
  given: readonly NonNullable<ReadUse['key']>[],
  own: Wrapper['lifetime'],
  at: Place,
  tracer: Tracer,
): Lifetime {
  if (!own) return lifetime;
  const value = given[own.argument];
  const number = value ? numeric(value, at, tracer) : own.default;
  // `setEx`, `EX` and their like are of Redis, whose lifetimes are in s unless they are written otherwise.
  return number === undefined ? 'unknown' : number * library.unit;
}

/** With what `expire(key, 60)` says of what was set under the same key in the same function. */
function withExpiry(calls: readonly CacheCall[], tracer: Tracer): CacheUse[] {
  const expired = new Set<FunctionFacts | undefined>();
  for (const { chain, link, at } of everyCall(tracer)) {
    if (/^p?expire(?:at)?$/i.test(chain.links[link]?.name ?? '')) expired.add(functionOf(at));
  }
  const callers = callersOf(calls, tracer);
  return calls.map(({ use, chain, link, at }) => {
    const { library, does, lifetime } = use;
    const end = chain.links[link]?.argumentsRange?.start ?? chain.range.end;
    const isKnown = does === 'set' && typeof lifetime === 'number';
    const isCut =
      use.holder !== undefined && calls.some((one) => one.use.does === 'delete' && one.use.holder === use.holder);
    const stays = does === 'set' && lifetime === 'none' && !library.isBounded && !isCut && !expired.has(functionOf(at));
    const pattern = keyPattern(use.key, at, tracer);
    return {
      path: at.file.uri,
      range: { start: chain.range.start, end },
      library: library.library,
      does,
      key: use.holder === undefined ? pattern : `${use.holder}[${pattern}]`,
      ...(isKnown && { lifetime }),
      ...(stays && { staysForEver: true as const }),
      ...around(at, tracer),
      ...callers(at),
    };
  });
}
