import type { TextRange } from '../../nouns/text-range';
import { calledName, chainsAt, firstLinks } from '../calls/chains';
import { lastName } from '../calls/function-names';
import type { FileFacts, FunctionFacts } from '../facts/facts';
import { nameOf } from '../facts/value-access';
import type { ChainValue } from '../facts/values';
import { requestHandler } from '../pools/request-handlers';
import type { Program } from '../program/program';
import type { Place, Tracer } from '../resolve/origin';
import type { CacheUse } from './cache-use';
import { keyPattern, type Lifetime, type ReadUse, usesOfCall } from './read-use';

/**
 * In the order of the files. A function of the program that hands its key on (`get(key) { return client.get(key); }`) is no use
 * itself: its calls are. Tests, seeds, migrations and scripts are left out.
 */
export function findCaches({ tracer }: Pick<Program, 'tracer'>): CacheUse[] {
  const calls = callsOfCaches(tracer);
  if (calls.length === 0) return [];
  const wrappers = wrappersOf(calls, tracer);
  const direct = calls.filter(({ use, at }) => !wrappers.get(functionOf(at))?.some((one) => one.use === use));
  const all = [...direct, ...callsOfWrappers(wrappers, tracer)];
  const positions = new Map([...tracer.files.keys()].map((path, i) => [path, i]));
  const position = ({ path }: CacheUse) => positions.get(path) ?? 0;
  return withExpiry(all, tracer).sort((a, b) => position(a) - position(b) || a.range.start - b.range.start);
}

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

function* everyCall(tracer: Tracer): Generator<{ chain: ChainValue; link: number; at: Place }> {
  for (const file of tracer.files.values()) {
    if (tracer.roles.isAside(file.uri)) continue;
    const seen = new Set<number>();
    for (const [index, { uses }] of file.functions.entries()) {
      for (const { chain: outer } of uses) {
        for (const chain of chainsAt(outer)) {
          for (const [link, { arguments: given, argumentsRange }] of chain.links.entries()) {
            if (!given || !argumentsRange || seen.has(argumentsRange.start)) continue;
            if (argumentsRange.start < chain.range.start || argumentsRange.end > chain.range.end) continue;
            seen.add(argumentsRange.start);
            yield { chain, link, at: { file, function: index } };
          }
        }
      }
    }
  }
}

function callsOfCaches(tracer: Tracer): CacheCall[] {
  return [...everyCall(tracer)].flatMap(({ chain, link, at }) =>
    usesOfCall(chain, link, at, tracer).map((use) => ({ use, chain, link, at })),
  );
}

function wrappersOf(calls: readonly CacheCall[], tracer: Tracer): Map<FunctionFacts | undefined, Wrapper[]> {
  const found = new Map<FunctionFacts | undefined, Wrapper[]>();
  for (const { use, chain, link, at } of calls) {
    const own = functionOf(at);
    const key = own ? parameterAt(own, nameOf(use.key)) : -1;
    if (!own || key < 0) continue;
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

const parameterAt = ({ parameters }: FunctionFacts, name: string | undefined): number =>
  name === undefined ? -1 : parameters.findIndex((one) => one.name === name);

const isLifetime = (name: string): boolean => /ttl|expir|life|seconds|secs|age|duration|ex$/i.test(name);

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

function callsOfWrappers(wrappers: ReadonlyMap<FunctionFacts | undefined, Wrapper[]>, tracer: Tracer): CacheCall[] {
  const names = new Set([...wrappers.keys()].map((one) => lastName(one?.name ?? '')));
  if (names.size === 0) return [];
  return [...everyCall(tracer)].flatMap(({ chain, link, at }) => {
    const given = chain.links[link]?.arguments;
    if (!given || !names.has(calledName(chain, link))) return [];
    const origin = tracer.trace(firstLinks(chain, link + 1, true), at);
    const found = origin.kind === 'function' ? (wrappers.get(origin.function) ?? []) : [];
    return found.flatMap(({ use, key, lifetime }): CacheCall[] => {
      const own = given[key];
      if (!own) return [];
      return [
        { use: { ...use, key: own, lifetime: wrappedLifetime(use, given, lifetime, at, tracer) }, chain, link, at },
      ];
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
  return calls.map(({ use, chain, link, at }) => {
    const { library, does, lifetime } = use;
    const end = chain.links[link]?.argumentsRange?.start ?? chain.range.end;
    const isKnown = does === 'set' && typeof lifetime === 'number';
    const stays = does === 'set' && lifetime === 'none' && !library.isBounded && !expired.has(functionOf(at));
    return {
      path: at.file.uri,
      range: { start: chain.range.start, end },
      library: library.library,
      does,
      key: keyPattern(use.key, at, tracer),
      ...(isKnown && { lifetime }),
      ...(stays && { staysForEver: true as const }),
      ...around(at),
    };
  });
}

/** The function with a name around a place, or the handler of a request. */
function around({ file, function: start }: Place): Pick<CacheUse, 'inFunction' | 'scope' | 'beside'> {
  const handler = requestHandler(file, start);
  let index: number | undefined = handler?.function ?? start;
  while (index !== undefined && index > 0 && !handler && file.functions[index]?.name === '') {
    index = file.functions[index]?.parent;
  }
  const own = index === undefined || index === 0 ? undefined : file.functions[index];
  if (!own) return {};
  return { inFunction: handler?.name ?? own.name, scope: own.range, beside: calledIn(file, own.range) };
}

function calledIn({ functions }: FileFacts, { start, end }: TextRange): string[] {
  const names = functions
    .filter(({ range }) => range.start >= start && range.end <= end)
    .flatMap(({ uses }) => uses)
    .flatMap(({ chain }) => chainsAt(chain))
    .flatMap((chain) => chain.links.flatMap(({ arguments: given }, i) => (given ? [calledName(chain, i)] : [])));
  return [...new Set(names)].filter((name) => name !== '');
}
