import type { ChainValue } from '../facts/values';
import type { Place } from '../resolve/origin';
import { type CallGraph, type Edge, mostCallsDeep } from './call-graph';
import { chainsAt, firstLinks } from './chains';
import { type Frame, insideOf } from './frames';
import type { LazyAccesses } from './lazy-access';
import type { Repeat } from './repeats';
import type { QueryPlace, Repetition, RepetitionStep } from './repetition';
import type { Queries } from './sources';
import { functionStep, nameOf, placeStep } from './steps';

interface Visit {
  readonly uses: readonly { readonly function: number; readonly use: number }[];
  /** Where names are to be read, with what was passed. */
  readonly within: Place;
  readonly frame?: Frame;
  readonly steps: readonly RepetitionStep[];
  readonly depth: number;
  /** The use of the loop that leads there is on some turns only. */
  readonly isConditional?: boolean;
  readonly pace?: Repetition['pace'];
}

/** A query that one turn of a repeat sends, in the repeat itself or some calls further down. */
export interface Reached {
  readonly place: QueryPlace;
  readonly frame?: Frame;
  readonly steps: readonly RepetitionStep[];
  readonly depth: number;
  /** What leads to it in the loop is behind an `if` or a `case`. */
  readonly isConditional: boolean;
  readonly pace: Repetition['pace'];
}

/** Goes from the turns of a repeat down the calls to all queries that they send. */
export class ReachedQueries {
  readonly #queries: Queries;
  readonly #lazy: LazyAccesses;
  readonly #graph: CallGraph;

  constructor(queries: Queries, lazy: LazyAccesses, graph: CallGraph) {
    this.#queries = queries;
    this.#lazy = lazy;
    this.#graph = graph;
  }

  /** What one turn sends, the nearest first. */
  *of(repeat: Repeat): Iterable<Reached> {
    const { file } = repeat;
    const turns = this.#queries.turns(file);
    const steps = [functionStep(file, repeat.function)];
    const uses = repeat.only
      ? [repeat.only]
      : repeat.kind === 'recursion'
        ? turns.usesOf(repeat.function)
        : turns.usesIn(repeat);
    const queue: Visit[] = [{ uses, within: { file, function: repeat.function }, steps, depth: 0 }];
    if (repeat.reference) queue.push(...this.#referred(repeat, repeat.reference, steps));
    const seen = new Set(queue.flatMap(({ frame }) => (frame ? [keyOf(frame.callee)] : [])));
    for (let visit = queue.shift(); visit; visit = queue.shift()) {
      const { frame, depth } = visit;
      for (const { function: index, use } of visit.uses) {
        const at: Place = { ...visit.within, function: index };
        const isConditional = visit.isConditional ?? isOnSomeTurns(repeat, index, use);
        const pace = visit.pace ?? paceOf(repeat, index, use);
        for (const place of this.#queries.places(at.file).of(index, use)) {
          yield { place, frame, steps: [...visit.steps, placeStep(place)], depth, isConditional, pace };
        }
        for (const chain of this.#chainsOf(at, use)) {
          const place = this.#lazy.of(chain, at, use, frame);
          if (place) yield { place, frame, steps: [...visit.steps, placeStep(place)], depth, isConditional, pace };
        }
        if (depth >= mostCallsDeep) continue;
        for (const edge of this.#graph.of(at, use)) {
          if (!isFollowed(edge, at) || seen.has(keyOf(edge.callee))) continue;
          seen.add(keyOf(edge.callee));
          queue.push({ ...this.#visitOf(edge, at, frame, visit.steps, depth + 1), isConditional, pace });
        }
      }
    }
  }

  #chainsOf({ file, function: index }: Place, use: number): ChainValue[] {
    const chain = file.functions[index]?.uses[use]?.chain;
    return chain ? chainsAt(chain).filter((one) => this.#lazy.mayBe(one)) : [];
  }

  /** `posts.map(toJSON)` */
  #referred(repeat: Repeat, reference: ChainValue, steps: readonly RepetitionStep[]): Visit[] {
    const at: Place = { file: repeat.file, function: repeat.function };
    return this.#graph.of(at, repeat.use?.use ?? -1).flatMap((edge) => {
      if (edge.chain.range.start !== reference.range.start || edge.chain.range.end > reference.range.end) return [];
      if (edge.kind === 'call' && !reference.links.some(({ name }) => name === 'bind')) return [];
      const element = repeat.over && { value: repeat.over, isElement: true as const };
      const given = element ? [...Array.from({ length: repeat.elementIndex }, () => element), element] : [];
      const step: RepetitionStep = { uri: repeat.file.uri, range: reference.range, name: nameOf(edge) };
      const frame: Frame = { callee: edge.callee, arguments: given, at };
      const uses = this.#queries.turns(edge.callee.file).usesOf(edge.callee.function);
      return [{ uses, within: insideOf(frame), frame, steps: [...steps, step], depth: 1 }];
    });
  }

  #visitOf(edge: Edge, at: Place, caller: Frame | undefined, steps: readonly RepetitionStep[], depth: number): Visit {
    const { callee, chain, link } = edge;
    const receiver =
      link > 0 || (link === 0 && chain.links[0]?.name !== '') ? { value: firstLinks(chain, link) } : undefined;
    const frame: Frame = { callee, arguments: edge.arguments.map((value) => ({ value })), receiver, at, caller };
    const called = chain.links[link];
    const range = called && called.name !== '' ? called.range : chain.rootRange;
    const step: RepetitionStep = { uri: at.file.uri, range, name: nameOf(edge) };
    const uses = this.#queries.turns(callee.file).usesOf(callee.function);
    return { uses, within: insideOf(frame), frame, steps: [...steps, step], depth };
  }
}

/** Behind an `if` or a `case` of the loop's own; one around the loop says nothing about its turns. */
function isOnSomeTurns({ file, function: around, loop }: Repeat, index: number, use: number): boolean {
  const branch = file.functions[index]?.uses[use]?.branch;
  if (!branch) return false;
  const bindings = loop === undefined || index !== around ? [] : (file.functions[around]?.bindings ?? []);
  return !bindings.some((binding) => binding.isElement && binding.loop === loop && binding.branch?.id === branch.id);
}

/** `for (…) sent.push(find(id))`: collected, and waited for together. */
function paceOf({ pace, file }: Repeat, index: number, use: number): Repetition['pace'] {
  const facts = file.functions[index]?.uses[use];
  return facts && !facts.isAwaited && facts.within === 'argument' ? 'in parallel' : pace;
}

/** A function that is only passed by name is run by what it is passed to: `.then(toJSON)`; `router.get('/', list)` runs later. */
function isFollowed(edge: Edge, { file, function: index }: Place): boolean {
  if (edge.kind !== 'reference') return true;
  const { uses } = file.functions[index] ?? { uses: [] };
  return uses.some(({ chain: outer }) =>
    chainsAt(outer).some(({ links }) =>
      links.some(
        (link) => link.name === 'then' && link.arguments?.some((one) => one.range.start === edge.chain.range.start),
      ),
    ),
  );
}

function keyOf({ file, function: index }: Place): string {
  return `${file.uri}#${index}`;
}
