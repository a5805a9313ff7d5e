import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import type { Association, Model } from '../models/model';
import type { Place } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import { CallGraph } from './call-graph';
import { firstLinks } from './chains';
import { resolverRepeats } from './field-resolvers';
import { type Frame, isRecursive } from './frames';
import { isKept, touchOf } from './kept-rows';
import { LazyAccesses } from './lazy-access';
import { ListFinder } from './list-sources';
import { type Reached, ReachedQueries } from './reached-queries';
import { reasonFor } from './reasons';
import { recursions } from './recursions';
import type { Repeat } from './repeats';
import type { QueryPlace, RepeatedLoop, Repetition, RowKey } from './repetition';
import { associationFor, rowKeys, TurnValues } from './row-keys';
import { RowFinder } from './rows';
import type { Queries } from './sources';
import { runsAtStartUp } from './start-up';
import { treeWalks } from './tree-walks';
import type { PlacedUse } from './turns';

/** Finds the queries of a program that are sent once for each turn of a loop, also some calls further down. */
export class RepetitionFinder {
  readonly rows: RowFinder;
  readonly graph: CallGraph;
  readonly #queries: Queries;
  readonly #reached: ReachedQueries;
  readonly #lists: ListFinder;
  readonly #others = new Map<Repeat, boolean>();

  private constructor(queries: Queries, rows: RowFinder, lazy: LazyAccesses, graph: CallGraph) {
    this.#queries = queries;
    this.#reached = new ReachedQueries(queries, lazy, graph);
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
    for (const reached of this.#reached.of(repeat)) {
      const { place } = reached;
      const key = touchOf(place) ?? `${place.uri} ${place.range.start}`;
      if (told.has(key)) continue;
      told.add(key);
      const repetition = this.#repetition(repeat, reached);
      if (repetition) found.push(repetition);
    }
    // What a turn writes, the next one may read: `position = await nextPosition(); await page.update({ position })`.
    const isWriting = found.some(({ kind }) => kind === 'write');
    return isWriting ? found.filter(({ kind }) => kind !== 'same query') : found;
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
    if (isKept(inner, repeat.over, turn, frame)) return undefined;
    // `switch (kind) { case 'posts': await Post.findAll() }`: another query on each turn.
    if (kind === 'same query' && isConditional) return undefined;
    const model = source.over?.model;
    const innerModel = inner.orm?.model;
    const association = model && innerModel ? associationFor(model, innerModel, keys) : undefined;
    // What is touched has a name; several associations may have the same key.
    const isTouched = kind === 'lazy' || (kind === 'count' && !inner.call);
    const touched = isTouched && model && inner.chain ? mentioned(model, inner.chain) : undefined;
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

/** `where: { id: { in: ids } }`: each turn asks for many rows already. */
function asksByList({ orm, sql }: QueryPlace): boolean {
  if (orm) return orm.statements[0]?.parameters.some(({ isArray }) => isArray) ?? false;
  return /=\s*any\s*\(\s*\$/i.test(sql[0] ?? '');
}

/**
 * `post.$relatedQuery('author')`, `post.author`, of `comment.post.author` the first; `post.getAuthor()`: the longest name, of
 * `getEarlyComments` not `comments`.
 */
function mentioned({ associations }: Model, { links }: ChainValue): Association | undefined {
  const given = links.flatMap((link) => link.arguments ?? []);
  const isGiven = ({ name }: Association) => given.some((one) => one.kind === 'literal' && one.value === name);
  const isCalled = ({ name }: Association) =>
    links.some((link) => link.name.toLowerCase().includes(name.toLowerCase()));
  const called = associations.filter(isCalled).sort((a, b) => b.name.length - a.name.length);
  const named = links.flatMap((link) => associations.find(({ name }) => name === link.name) ?? [])[0];
  return associations.find(isGiven) ?? named ?? called[0];
}
