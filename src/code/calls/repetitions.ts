import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import type { Association, Model } from '../models/model';
import type { Place } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import { CallGraph, type Edge, mostCallsDeep } from './call-graph';
import { chainsAt, firstLinks } from './chains';
import { resolverRepeats } from './field-resolvers';
import { type Frame, insideOf, isRecursive } from './frames';
import { isKept } from './kept-rows';
import { LazyAccesses } from './lazy-access';
import { ListFinder } from './list-sources';
import { reasonFor } from './reasons';
import { recursions } from './recursions';
import type { Repeat } from './repeats';
import type { QueryPlace, RepeatedLoop, Repetition, RepetitionStep, RowKey } from './repetition';
import { associationFor, rowKeys, TurnValues } from './row-keys';
import { RowFinder } from './rows';
import type { Queries } from './sources';
import { runsAtStartUp } from './start-up';
import { functionStep, nameOf, placeStep } from './steps';
import { treeWalks } from './tree-walks';
import type { PlacedUse } from './turns';

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

interface Reached {
  readonly place: QueryPlace;
  readonly frame?: Frame;
  readonly steps: readonly RepetitionStep[];
  readonly depth: number;
  /** What leads to it in the loop is behind an `if` or a `case`. */
  readonly isConditional: boolean;
  readonly pace: Repetition['pace'];
}

/** Finds the queries of a program that are sent once for each turn of a loop, also some calls further down. */
export class RepetitionFinder {
  readonly rows: RowFinder;
  readonly graph: CallGraph;
  readonly #queries: Queries;
  readonly #lazy: LazyAccesses;
  readonly #lists: ListFinder;
  readonly #others = new Map<Repeat, boolean>();

  private constructor(queries: Queries, rows: RowFinder, lazy: LazyAccesses, graph: CallGraph) {
    this.#queries = queries;
    this.#lazy = lazy;
    this.rows = rows;
    this.graph = graph;
    this.#lists = new ListFinder(queries, rows, graph);
  }

  /** Knows the ways to all queries when it is done. */
  static *inSteps(queries: Queries): Generator<undefined, RepetitionFinder> {
    const rows = new RowFinder(queries);
    const lazy = new LazyAccesses(queries, rows);
    const seeds: Place[] = [];
    for (const file of queries.files) {
      for (const { at } of queries.places(file).all) seeds.push(at);
      yield;
    }
    seeds.push(...lazy.candidates());
    const graph = yield* CallGraph.inSteps(queries, seeds, rows);
    return new RepetitionFinder(queries, rows, lazy, graph);
  }

  /** Of the loops that stand in one file. */
  inFile(file: FileFacts): Repetition[] {
    if (!this.graph.reachesFrom(file)) return [];
    const repeats = [
      ...this.#queries.turns(file).repeats,
      ...resolverRepeats(file, this.#queries),
      ...recursions(file, this.#queries, this.graph),
      ...treeWalks(file),
    ];
    return repeats.flatMap((repeat) => this.#of(repeat));
  }

  #of(repeat: Repeat): Repetition[] {
    const found: Repetition[] = [];
    const told = new Set<string>();
    for (const reached of this.#reached(repeat)) {
      const { place } = reached;
      const key = `${place.uri} ${place.range.start}`;
      if (told.has(key)) continue;
      told.add(key);
      const repetition = this.#repetition(repeat, reached);
      if (repetition) found.push(repetition);
    }
    // What a turn writes, the next one may read: `position = await nextPosition(); await page.update({ position })`.
    const isWriting = found.some(({ kind }) => kind === 'write');
    return isWriting ? found.filter(({ kind }) => kind !== 'same query') : found;
  }

  /** What one turn sends, the nearest first. */
  *#reached(repeat: Repeat): Iterable<Reached> {
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
        for (const edge of this.graph.of(at, use)) {
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
    return this.graph.of(at, repeat.use?.use ?? -1).flatMap((edge) => {
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

  #repetition(repeat: Repeat, reached: Reached): Repetition | undefined {
    const { place: inner, frame, steps, depth, isConditional, pace } = reached;
    // Rows that are added to a session are written together.
    const isLater = pace !== 'one by one' || inner.operation === 'insert';
    if (inner.orm?.isBatched && isLater) return undefined;
    // `rows = await next(rows.at(-1).id)` are pages.
    if (repeat.only && inner.isMany) return undefined;
    // Pages are asked for by recursion, too.
    if (repeat.kind === 'recursion' && inner.isMany && (inner.hasLimit || inner.site === undefined)) return undefined;
    const turn = new TurnValues(repeat);
    const keys = repeat.kind === 'recursion' ? [] : rowKeys(inner, turn, frame);
    const source = this.#loopOf(repeat);
    const ofRow = this.#rowOf(inner, source);
    const kind = ofRow ? 'lazy' : this.#kindOf(repeat, inner, frame, turn, keys);
    if (isKept(inner, turn, frame)) return undefined;
    // `switch (kind) { case 'posts': await Post.findAll() }`: another query on each turn.
    if (kind === 'same query' && isConditional) return undefined;
    const model = source.over?.model;
    const innerModel = inner.orm?.model;
    const association = model && innerModel ? associationFor(model, innerModel, keys) : undefined;
    // What is touched has a name; several associations may have the same key.
    const touched = kind === 'lazy' && model && inner.chain ? mentioned(model, inner.chain) : undefined;
    const settled = touched ?? association;
    return {
      kind,
      loop: source,
      steps,
      inner,
      keys,
      ...(model && settled ? { association: { of: model, association: settled } } : {}),
      pace,
      depth,
      ...(repeat.only || isRecursive(repeat, frame) ? { isRecursive: true as const } : {}),
      ...(isConditional ? { isConditional: true as const } : {}),
      ...(this.#waitsForOther(repeat) ? { waitsForOther: true as const } : {}),
      ...(runsAtStartUp(source.at, this.graph) ? { isAtStartUp: true as const } : {}),
      ...(asksByList(inner) ? { isByList: true as const } : {}),
      reason: reasonFor(repeat, inner),
    };
  }

  /** `await fetch(url)`, `await storage.copy(file)`: what no code of the workspace does, or what waits and sends no query. */
  #waitsForOther(repeat: Repeat): boolean {
    const known = this.#others.get(repeat);
    if (known !== undefined) return known;
    const { file } = repeat;
    const isOther = ({ function: index, use, facts }: PlacedUse) => {
      const { chain, isAwaited } = facts;
      const called = chain.links.findLastIndex((link) => link.arguments);
      if (!isAwaited || called < 0 || chain.root === 'Promise' || chain.isNew) return false;
      const at: Place = { file, function: index };
      if (this.#queries.places(file).of(index, use).length > 0 || this.graph.of(at, use).length > 0) return false;
      const { tracer } = this.#queries.sources;
      const callee = functionOf(tracer.trace(firstLinks(chain, called + 1, true), at));
      if (callee) return callee.function.uses.some((inner) => inner.isAwaited);
      return !this.#isOfRow(chain, at);
    };
    const found = this.#queries.turns(file).usesIn(repeat).some(isOther);
    this.#others.set(repeat, found);
    return found;
  }

  /** `await post.author`, `await post.save()`: whether or not a reader knows what it sends. */
  #isOfRow(chain: ChainValue, at: Place): boolean {
    return this.rows.ofOrigin(this.#queries.sources.tracer.traceLinks(chain, 0, at)) !== undefined;
  }

  /** The model of the row that a call is made on: `post.getAuthor()`, `post.$relatedQuery('author')`. */
  #rowOf({ call, chain, nameStart, operation }: QueryPlace, source: RepeatedLoop): Model | undefined {
    if (!call || !chain || !/^(?:find|find one|load)$/.test(operation)) return undefined;
    const link = chain.links.findIndex(({ range }) => range.start === nameStart);
    if (link < 0) return undefined;
    const rows = this.rows.ofOrigin(this.#queries.sources.tracer.traceLinks(chain, link, call.at));
    // A row that the turn itself has asked for is not one of the list's.
    const isOfLoop = rows?.query === undefined || rows.query === source.over?.query;
    return rows?.isList === false && isOfLoop ? rows.model : undefined;
  }

  #kindOf(
    repeat: Repeat,
    inner: QueryPlace,
    frame: Frame | undefined,
    turn: TurnValues,
    keys: readonly RowKey[],
  ): Repetition['kind'] {
    if (/^(?:insert|update|delete|upsert)$/.test(inner.operation)) return 'write';
    if (inner.orm && !inner.call) return inner.operation === 'count' ? 'count' : 'lazy';
    const hasTurns =
      repeat.kind !== 'recursion' &&
      repeat.kind !== 'field resolver' &&
      repeat.kind !== 'while' &&
      repeat.kind !== 'do';
    if (hasTurns && keys.length === 0 && inner.chain && inner.operation !== 'raw') {
      if (turn.differs(inner.chain, inner.at, frame) === false) return 'same query';
    }
    return /^(?:count|exists)$/.test(inner.operation) ? 'count' : 'query';
  }

  #loopOf(repeat: Repeat): RepeatedLoop {
    const { file, element, over } = repeat;
    const at: Place = { file, function: repeat.function };
    const sources = over && this.#lists.of(over, at);
    const known = sources?.rows.filter(({ query }) => query) ?? [];
    const rows = known[0] ?? sources?.rows[0];
    const otherQueries = known.slice(1).flatMap(({ query }) => query ?? []);
    const isMixed = sources !== undefined && (!sources.isWhole || sources.rows.length > 1);
    return {
      uri: file.uri,
      kind: repeat.kind,
      headRange: repeat.headRange,
      bodyRange: repeat.bodyRange,
      at,
      loop: repeat.loop,
      callback: repeat.callback,
      use: repeat.use,
      rowName: element?.name ?? '',
      ...(over
        ? {
            over: {
              value: over,
              at,
              query: rows?.query,
              ...(otherQueries.length > 0 ? { otherQueries } : {}),
              ...(isMixed ? { isMixed: true as const } : {}),
              path: rows?.path ?? [],
              model: rows?.model,
            },
          }
        : {}),
    };
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

/** `where: { id: { in: ids } }`: each turn asks for many rows already. */
function asksByList({ orm, sql }: QueryPlace): boolean {
  if (orm) return orm.statements[0]?.parameters.some(({ isArray }) => isArray) ?? false;
  return /=\s*any\s*\(\s*\$/i.test(sql[0] ?? '');
}

/** `post.$relatedQuery('author')`, `post.getAuthor()`, `post.author`; the longest name, of `getEarlyComments` not `comments`. */
function mentioned({ associations }: Model, { links }: ChainValue): Association | undefined {
  const given = links.flatMap((link) => link.arguments ?? []);
  const isGiven = ({ name }: Association) => given.some((one) => one.kind === 'literal' && one.value === name);
  const isCalled = ({ name }: Association) =>
    links.some((link) => link.name.toLowerCase().includes(name.toLowerCase()));
  const called = associations.filter(isCalled).sort((a, b) => b.name.length - a.name.length);
  return associations.find(isGiven) ?? called[0];
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
