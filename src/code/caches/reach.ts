import type { TextRange } from '../../nouns/text-range';
import { calledName, chainsAt, firstLinks } from '../calls/chains';
import { lastName } from '../calls/function-names';
import type { FunctionFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import { requestHandler } from '../pools/request-handlers';
import type { Place, Tracer } from '../resolve/origin';
import type { CacheUse, FunctionPlace } from './cache-use';

export interface CallPlace {
  readonly chain: ChainValue;
  /** Which link of the chain is the call. */
  readonly link: number;
  readonly at: Place;
}

/** Every call of the program, each once. */
export function* everyCall(tracer: Tracer): Generator<CallPlace> {
  for (const file of tracer.files.values()) {
    if (tracer.roles.isAside(file.uri)) continue;
    const seen = new Set<number>();
    for (const index of file.functions.keys()) {
      for (const call of callsIn({ file, function: index })) {
        const start = call.chain.links[call.link]?.argumentsRange?.start ?? 0;
        if (seen.has(start)) continue;
        seen.add(start);
        yield call;
      }
    }
  }
}

function* callsIn(at: Place): Generator<CallPlace> {
  for (const { chain: outer } of at.file.functions[at.function]?.uses ?? []) {
    for (const chain of chainsAt(outer)) {
      for (const [link, { arguments: given, argumentsRange }] of chain.links.entries()) {
        if (!given || !argumentsRange) continue;
        if (argumentsRange.start < chain.range.start || argumentsRange.end > chain.range.end) continue;
        yield { chain, link, at };
      }
    }
  }
}

/** The function with a name around a place, or the handler of a request, with what it calls. */
export function around(at: Place, tracer: Tracer): Pick<CacheUse, 'inFunction' | 'scope' | 'beside' | 'calls'> {
  const found = scopeOf(at);
  if (!found) return {};
  const calls = callsBelow(at, found.range);
  const places = new Map<FunctionFacts, FunctionPlace>();
  for (const { chain, link, at: place } of calls) {
    const origin = tracer.trace(firstLinks(chain, link + 1, true), place);
    if (origin.kind !== 'function') continue;
    places.set(origin.function, { path: origin.file.uri, range: origin.function.range });
  }
  return { inFunction: found.name, scope: found.range, beside: namesOf(calls), calls: [...places.values()] };
}

/** Of each of these places, who calls the function that it stands in. */
export function callersOf(
  places: readonly { readonly at: Place }[],
  tracer: Tracer,
): (at: Place) => Pick<CacheUse, 'callers'> {
  const wanted = new Map<FunctionFacts, Map<string, NonNullable<CacheUse['callers']>[number]>>();
  for (const { at } of places) {
    const own = namedAround(at);
    if (own) wanted.set(own, new Map());
  }
  const names = new Set([...wanted.keys()].map(({ name }) => lastName(name)));
  for (const { chain, link, at } of everyCall(tracer)) {
    if (!names.has(calledName(chain, link))) continue;
    const origin = tracer.trace(firstLinks(chain, link + 1, true), at);
    const found = origin.kind === 'function' ? wanted.get(origin.function) : undefined;
    const scope = found && scopeOf(at);
    if (!scope) continue;
    const place = { path: at.file.uri, range: scope.range, beside: namesOf(callsBelow(at, scope.range)) };
    found.set(`${place.path}:${place.range.start}`, place);
  }
  return (at) => {
    const own = namedAround(at);
    const found = own && wanted.get(own);
    return found && found.size > 0 ? { callers: [...found.values()] } : {};
  };
}

function namedAround({ file, function: start }: Place): FunctionFacts | undefined {
  let index: number | undefined = start;
  while (index !== undefined && index > 0 && file.functions[index]?.name === '') index = file.functions[index]?.parent;
  return index === undefined || index === 0 ? undefined : file.functions[index];
}

function scopeOf(at: Place): { readonly name: string; readonly range: TextRange } | undefined {
  const handler = requestHandler(at.file, at.function);
  const own = handler ? at.file.functions[handler.function] : namedAround(at);
  return own && { name: handler?.name ?? own.name, range: own.range };
}

function callsBelow({ file }: Place, { start, end }: TextRange): CallPlace[] {
  return [...file.functions.entries()].flatMap(([index, { range }]) =>
    range.start >= start && range.end <= end ? [...callsIn({ file, function: index })] : [],
  );
}

function namesOf(calls: readonly CallPlace[]): string[] {
  const names = calls.map(({ chain, link }) => calledName(chain, link));
  return [...new Set(names)].filter((name) => name !== '');
}
