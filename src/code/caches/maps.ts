import type { FunctionFacts } from '../facts/facts';
import { nameOf, sourceOf } from '../facts/value-access';
import type { ChainValue, Value } from '../facts/values';
import type { Origin, Place } from '../resolve/origin';
import type { CacheLibrary } from './libraries';

/** A `Map` of a module or of a class, which may be anything: what is no cache is left out by `maySaveAnswers`. */
export const mapLibrary: CacheLibrary = {
  library: 'Map',
  packages: /^Map$/,
  gets: /^(?:get|has)$/,
  sets: /^set$/,
  deletes: /^delete$/,
  clears: /^clear$/,
  unit: 1,
  lifetime: {},
};

/** It outlives the function that uses it. */
export function isLastingMap(origin: Origin): boolean {
  return (
    origin.kind === 'instance' && origin.of.kind === 'global' && origin.of.name === 'Map' && origin.at?.function === 0
  );
}

export interface MapCall {
  readonly does: 'get' | 'set' | 'delete';
  readonly key?: Value;
  readonly chain: ChainValue;
  readonly link: number;
  readonly at: Place;
}

/**
 * A function looks for a key, waits for something, and puts that under the same key: then the map keeps answers. Registries,
 * counters and groups of rows do one of these only.
 */
export function maySaveAnswers(calls: readonly MapCall[]): boolean {
  return calls.some((set) => {
    const own = set.at.file.functions[set.at.function];
    if (set.does !== 'set' || !own?.isAsync || !isAwaited(set, own)) return false;
    const key = set.key && textOf(set.key);
    return calls.some(
      ({ does, at, key: asked }) =>
        does === 'get' && at.file === set.at.file && at.function === set.at.function && asked && textOf(asked) === key,
    );
  });
}

const textOf = (value: Value): string => nameOf(value) ?? sourceOf(value);

/** What is put there was waited for: `map.set(id, await load(id))`, `const post = await load(id); map.set(id, { post, at })`. */
function isAwaited({ chain, link }: MapCall, own: FunctionFacts): boolean {
  const call = chain.links[link];
  const range = call?.argumentsRange;
  if (!call?.arguments || !range) return false;
  const waited = own.uses.filter((use) => use.isAwaited);
  if (waited.some((use) => use.chain.range.start >= range.start && use.chain.range.end <= range.end)) return true;
  const names = new Set(call.arguments.slice(1).flatMap(namesIn));
  return waited.some(({ binding }) => {
    const pattern = binding === undefined ? undefined : own.bindings[binding]?.pattern;
    return pattern && [pattern.name, ...(pattern.bound ?? []).map(({ name }) => name)].some((name) => names.has(name));
  });
}

function namesIn(value: Value): string[] {
  if (value.kind === 'object') return value.entries.flatMap((entry) => namesIn(entry.value));
  return value.kind === 'chain' && typeof value.root === 'string' ? [value.root] : [];
}

/** `{ post, expiresAt }`: the program looks itself how old it is. */
export function hasItsOwnTime(value: Value | undefined): boolean {
  if (value?.kind !== 'object') return false;
  return value.entries.some(
    ({ key }) => typeof key === 'string' && /expir|until|ttl|time|stamp|age$|(?:^a|A)t$/i.test(key),
  );
}
