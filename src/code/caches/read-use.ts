import { entry, numberOf, sourceOf, stringOf } from '../facts/value-access';
import type { ChainValue, Link, Value } from '../facts/values';
import { located } from '../orms/support/program-values';
import { objectAt } from '../pools/settings';
import type { Origin, Place, Tracer } from '../resolve/origin';
import { type CacheLibrary, cacheLibraries } from './libraries';
import { hasItsOwnTime, isLastingMap, mapLibrary } from './maps';

/** What one call does with a library's cache. */
export interface ReadUse {
  readonly library: CacheLibrary;
  readonly does: 'get' | 'set' | 'delete';
  /** Absent where all of them are meant. */
  readonly key?: Value;
  /** Of a Map its name. */
  readonly holder?: string;
  readonly lifetime: Lifetime;
}

/** In s; 'none': nothing gives one; 'unknown': known only at run time. */
export type Lifetime = number | 'none' | 'unknown';

/** What the call of a chain's link does; `wrap` does two things. */
export function usesOfCall(chain: ChainValue, at: number, place: Place, tracer: Tracer): ReadUse[] {
  const link = chain.links[at];
  if (!link?.arguments || !libraries.some((library) => isOf(library, link.name))) return [];
  const receiver = tracer.traceLinks(chain, at, place);
  const from = packageOf(receiver);
  const library = libraries.find(({ packages }) => from !== undefined && packages.test(from));
  if (!library || !isOf(library, link.name)) return [];
  const uses = usesOf(link, link.arguments, { library, receiver, place, tracer });
  const holder = chain.links[at - 1]?.name ?? String(chain.root);
  return library === mapLibrary ? uses.map((use) => ({ ...use, holder })) : uses;
}

const libraries: readonly CacheLibrary[] = [...cacheLibraries, mapLibrary];

interface Used {
  readonly library: CacheLibrary;
  readonly receiver: Origin;
  readonly place: Place;
  readonly tracer: Tracer;
}

function usesOf({ name }: Link, given: readonly Value[], used: Used): ReadUse[] {
  const { library, receiver, place, tracer } = used;
  const [key] = given;
  if (library.clears.test(name)) return [{ library, does: 'delete', lifetime: 'none' }];
  if (!key) return [];
  if (library.wraps?.name.test(name)) {
    const lifetime =
      secondsOf(given[library.wraps.lifetime], library, place, tracer) ?? ofMaker(receiver, library, tracer);
    return [
      { library, does: 'get', key, lifetime },
      { library, does: 'set', key, lifetime },
    ];
  }
  if (library.gets.test(name)) return [{ library, does: 'get', key, lifetime: 'none' }];
  if (library.deletes.test(name)) {
    return (key.kind === 'array' ? key.elements.map(({ value }) => value) : given)
      .filter(({ kind }) => kind !== 'function')
      .map((one) => ({ library, does: 'delete', key: one, lifetime: 'none' }));
  }
  // A lock, and no value of a cache.
  if (given.some((one) => stringOf(one)?.toUpperCase() === 'NX' || entry(one, 'NX') || entry(one, 'nx'))) return [];
  return [{ library, does: 'set', key, lifetime: lifetimeOf(name, given, used) }];
}

const isOf = ({ gets, sets, deletes, clears, wraps }: CacheLibrary, name: string): boolean =>
  [gets, sets, deletes, clears].some((names) => names.test(name)) || wraps?.name.test(name) === true;

function lifetimeOf(name: string, given: readonly Value[], { library, receiver, place, tracer }: Used): Lifetime {
  if (library === mapLibrary) return hasItsOwnTime(located(given[1], place, tracer)?.value) ? 'unknown' : 'none';
  if (/^p?setex$/i.test(name)) {
    const unit = name.toLowerCase() === 'psetex' ? 0.001 : 1;
    return secondsOf(given[1], { unit }, place, tracer) ?? 'unknown';
  }
  // `set(key, value, 'EX', 60)`
  const word = given.findIndex((one, i) => i > 1 && /^[ep]x(?:at)?$/i.test(stringOf(one) ?? ''));
  if (word > 0) return ofOption(stringOf(given[word]) ?? '', given[word + 1], place, tracer);
  for (const one of given.slice(1)) {
    const options = objectAt(one, place, tracer)?.value;
    for (const option of library.lifetime.options ?? []) {
      const value = entry(options, option);
      if (value)
        return /^[ep]x(?:at)?$/i.test(option)
          ? ofOption(option, value, place, tracer)
          : (secondsOf(value, library, place, tracer) ?? 'unknown');
    }
    if (options?.open && (library.lifetime.options?.length ?? 0) > 0 && one !== given[1]) return 'unknown';
  }
  const { argument } = library.lifetime;
  const own = argument === undefined ? undefined : secondsOf(given[argument], library, place, tracer);
  return own ?? ofMaker(receiver, library, tracer);
}

/** `EX: 60`, `PX: 60_000`; a time of the clock is a lifetime that nobody knows. */
function ofOption(name: string, value: Value | undefined, place: Place, tracer: Tracer): Lifetime {
  const option = name.toLowerCase();
  if (option !== 'ex' && option !== 'px') return 'unknown';
  return secondsOf(value, { unit: option === 'px' ? 0.001 : 1 }, place, tracer) ?? 'unknown';
}

/** Undefined where nothing stands there. 0 is for ever in every library. */
function secondsOf(
  value: Value | undefined,
  { unit }: Pick<CacheLibrary, 'unit'>,
  place: Place,
  tracer: Tracer,
): Lifetime | undefined {
  if (value === undefined || value.kind === 'function') return undefined;
  const found = located(value, place, tracer)?.value ?? value;
  if (found.kind === 'object') return undefined;
  const number = numberOf(found) ?? product(sourceOf(found));
  if (number === undefined) return 'unknown';
  return number === 0 ? 'none' : number * unit;
}

/** `60 * 60` → 3600 */
function product(source: string): number | undefined {
  if (!/^[\d_.]+(?:\s*\*\s*[\d_.]+)*$/.test(source)) return undefined;
  return source.split('*').reduce((result, factor) => result * Number(factor.replaceAll('_', '')), 1);
}

/** Of the options with which the cache was made. */
function ofMaker(receiver: Origin, library: CacheLibrary, tracer: Tracer): Lifetime {
  const made = receiver.kind === 'instance' || receiver.kind === 'call' ? receiver : undefined;
  // What a framework makes has options that nobody sees here.
  if (library.default && (!made?.arguments || !made.at)) return 'unknown';
  for (const value of made?.arguments ?? []) {
    const options = made?.at && objectAt(value, made.at, tracer);
    for (const name of library.default ?? []) {
      const found = options && entry(options.value, name);
      if (found) return secondsOf(found, library, options.at, tracer) ?? 'unknown';
    }
    if (library.default && (!options || options.value.open)) return 'unknown';
  }
  return 'none';
}

function packageOf(origin: Origin): string | undefined {
  switch (origin.kind) {
    case 'package':
      return origin.package;
    case 'call':
      return packageOf(origin.callee);
    case 'instance':
      return isLastingMap(origin) ? 'Map' : packageOf(origin.of);
    case 'member':
      return packageOf(origin.of);
    default:
      return undefined;
  }
}

/** `post:${id}` → `post:*`; what is followed to a constant or a function of the program is its text. */
export function keyPattern(key: Value | undefined, place: Place, tracer: Tracer, deep = 3): string {
  if (key === undefined) return '*';
  if (key.kind === 'literal') return String(key.value);
  if (key.kind === 'template') {
    return joined(
      key.strings.flatMap((text, i) => {
        const value = key.values[i];
        return value === undefined ? [text] : [text, keyPattern(value, place, tracer, deep - 1)];
      }),
    );
  }
  if (key.kind === 'runtime') return ofConcatenation(key.source);
  if (key.kind !== 'chain' || deep === 0) return '*';
  const origin = tracer.trace(key, place);
  return origin.kind === 'value' && origin.value !== key ? keyPattern(origin.value, origin.at, tracer, deep - 1) : '*';
}

/** `'post:' + id` → `post:*` */
function ofConcatenation(source: string): string {
  const parts = source.split('+').map((part) => /^\s*(['"])(.*)\1\s*$/.exec(part)?.[2] ?? '*');
  return parts.length > 1 ? joined(parts) : '*';
}

const joined = (parts: readonly string[]): string => parts.join('').replaceAll(/\*+/g, '*');
