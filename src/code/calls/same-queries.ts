import type { FunctionFacts, Use } from '../facts/facts';
import type { Branch } from '../facts/values';
import type { CallGraph } from './call-graph';
import { chainsIn } from './chains';
import { keepsLoaded } from './kept-rows';
import type { QueryPlace } from './repetition';
import { wording } from './same-text';
import type { Queries } from './sources';

/** The same query with the same values twice in one function, with nothing between that could change the answer. */
export interface SameQuery {
  readonly first: QueryPlace;
  readonly again: QueryPlace;
}

const reads = /^(?:find|find one|count|exists|aggregate|load)$/;

export function sameQueries(queries: Queries, graph: CallGraph): SameQuery[] {
  const found: SameQuery[] = [];
  for (const file of queries.files) {
    const byFunction = new Map<number, QueryPlace[]>();
    for (const place of queries.places(file).all) {
      const list = byFunction.get(place.at.function);
      if (list) list.push(place);
      else byFunction.set(place.at.function, [place]);
    }
    for (const places of byFunction.values()) found.push(...pairsOf(places, graph));
  }
  return found;
}

function pairsOf(places: readonly QueryPlace[], graph: CallGraph): SameQuery[] {
  const pairs: SameQuery[] = [];
  const words = places.map(({ chain }) => (chain ? wording(chain) : ''));
  for (const [index, again] of places.entries()) {
    const earlier = words.lastIndexOf(words[index] ?? '', index - 1);
    const first = index > 0 && words[index] !== '' ? places[earlier] : undefined;
    if (!first || !reads.test(again.operation) || first.range.start === again.range.start) continue;
    if (isAnsweredAlike(first, again, places.slice(earlier + 1, index), graph)) pairs.push({ first, again });
  }
  return pairs;
}

function isAnsweredAlike(
  first: QueryPlace,
  again: QueryPlace,
  between: readonly QueryPlace[],
  graph: CallGraph,
): boolean {
  const facts = first.at.file.functions[first.at.function];
  if (!facts || first.use === undefined || again.use === undefined || first.use >= again.use) return false;
  if (keepsLoaded(first)) return false;
  if (between.some(({ operation }) => !reads.test(operation))) return false;
  const [one, other] = [facts.uses[first.use], facts.uses[again.use]];
  if (!one || !other || one.loop !== other.loop || !isAlways(one.branch, other.branch)) return false;
  // What returns or throws at once is on another way.
  if (one.within === 'return') return false;
  // Read anew into the same name: the program knows that it has changed.
  if (one.binding !== undefined && nameOf(facts, one) !== '' && nameOf(facts, one) === nameOf(facts, other))
    return false;
  for (let use = first.use + 1; use < again.use; use++) {
    const isRead = between.some((place) => place.use === use);
    // Whatever is waited for may change something.
    if (graph.of(first.at, use).length > 0 || (facts.uses[use]?.isAwaited && !isRead)) return false;
  }
  const names = new Set(again.chain ? chainsIn(again.chain).map(({ root }) => root) : []);
  return !facts.bindings.some(
    ({ pattern, range, value }) =>
      value !== undefined &&
      range.start > first.range.start &&
      range.end < again.range.start &&
      names.has(pattern.name),
  );
}

function nameOf({ bindings }: FunctionFacts, { binding }: Use): string {
  return binding === undefined ? '' : (bindings[binding]?.pattern.name ?? '');
}

function isAlways(first: Branch | undefined, again: Branch | undefined): boolean {
  return first === undefined || (first.id === again?.id && first.arm === again.arm);
}
