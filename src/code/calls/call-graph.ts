import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Place, Tracer } from '../resolve/origin';
import { Callees } from './callees';
import { chainsAt, firstLinks } from './chains';
import { namesOf } from './function-names';
import type { RowFinder } from './rows';
import type { Queries } from './sources';

/** Calls further down than this are not followed. */
export const mostCallsDeep = 5;

/** One use of a function that reaches a query. */
export interface Edge {
  readonly chain: ChainValue;
  /** Index of the link that calls or reads; -1 when the root itself is passed by name: `posts.map(toJSON)`. */
  readonly link: number;
  readonly kind: 'call' | 'getter' | 'reference';
  readonly callee: Place;
  readonly arguments: readonly Value[];
}

/** Where a function is called, or passed by its name. */
export interface Caller {
  readonly at: Place;
  readonly edge: Edge;
}

/**
 * Which uses lead to functions that reach a query. Built from the queries upwards: of each function that reaches one, the
 * uses that say its name are asked where they lead; the rest of the program is not looked at.
 */
export class CallGraph {
  readonly #edges = new Map<string, Edge[]>();
  /** By the function that is called. */
  readonly #callers = new Map<string, Caller[]>();
  readonly #reaching = new Map<string, Place>();
  /** Files with a function that reaches a query. */
  readonly #files = new Set<FileFacts>();
  /** Every name that a file's uses say. */
  readonly #said = new Map<FileFacts, Set<string>>();
  readonly #tracer: Tracer;
  readonly #callees: Callees;

  private constructor(queries: Queries, rows: RowFinder) {
    this.#tracer = queries.sources.tracer;
    this.#callees = new Callees(this.#tracer, rows);
  }

  /** `seeds`: the functions in which queries stand. `calls`: how many lead to a query at most. */
  static *inSteps(
    queries: Queries,
    seeds: Iterable<Place>,
    rows: RowFinder,
    calls = mostCallsDeep,
  ): Generator<undefined, CallGraph> {
    const graph = new CallGraph(queries, rows);
    let fresh: Place[] = [];
    for (const seed of seeds) fresh.push(...graph.#reach(seed));
    for (let deep = 0; deep <= calls && fresh.length > 0; deep++) {
      const names = namesOf(fresh, queries.files);
      fresh = [];
      for (const file of queries.files) {
        fresh.push(...graph.#callersIn(file, names));
        yield;
      }
    }
    return graph;
  }

  /** The edges of one use, in the order of the text. */
  of(place: Place, use: number): readonly Edge[] {
    return this.#edges.get(keyOf(place, use)) ?? [];
  }

  /** All calls of a function that reaches a query, and places that pass it on by its name. */
  callersOf(place: Place): readonly Caller[] {
    return this.#callers.get(keyOf(place)) ?? [];
  }

  reachesFrom(file: FileFacts): boolean {
    return this.#files.has(file);
  }

  reaches(place: Place): boolean {
    return this.#reaching.has(keyOf(place));
  }

  /** Marks a function and those around it that run it. */
  #reach(place: Place): Place[] {
    const fresh: Place[] = [];
    for (let index: number | undefined = place.function; index !== undefined; ) {
      const one: Place = { file: place.file, function: index };
      if (this.#reaching.has(keyOf(one))) break;
      this.#reaching.set(keyOf(one), one);
      this.#callees.add(one);
      this.#files.add(place.file);
      fresh.push(one);
      const facts: FileFacts['functions'][number] | undefined = place.file.functions[index];
      index = facts?.callback ? facts.parent : undefined;
    }
    return fresh;
  }

  #callersIn(file: FileFacts, names: ReadonlySet<string>): Place[] {
    const fresh: Place[] = [];
    if (!this.#says(file, names)) return fresh;
    for (const [index, { uses }] of file.functions.entries()) {
      const at: Place = { file, function: index };
      for (const [use, { chain: outer }] of uses.entries()) {
        for (const chain of chainsAt(outer)) {
          for (const edge of this.#edgesOf(chain, at, names)) {
            this.#add(at, use, edge);
            fresh.push(...this.#reach(at), ...this.#reach(edge.callee));
          }
        }
      }
    }
    return fresh;
  }

  /** Whether any of the names stands in the file: most files say none of them. */
  #says(file: FileFacts, names: ReadonlySet<string>): boolean {
    let said = this.#said.get(file);
    if (!said) {
      said = new Set();
      for (const { uses } of file.functions) {
        for (const { chain: outer } of uses) {
          for (const { root, links } of chainsAt(outer)) {
            if (typeof root === 'string') said.add(root);
            for (const { name } of links) said.add(name);
          }
        }
      }
      this.#said.set(file, said);
    }
    for (const name of said) if (names.has(name)) return true;
    return false;
  }

  #add(at: Place, use: number, edge: Edge): void {
    const isSame = (one: Edge) =>
      one.chain.range.start === edge.chain.range.start &&
      one.link === edge.link &&
      one.callee.function === edge.callee.function &&
      one.callee.file === edge.callee.file;
    const edges = this.#edges.get(keyOf(at, use)) ?? [];
    if (edges.some(isSame)) return;
    this.#edges.set(keyOf(at, use), [...edges, edge]);
    const callers = this.#callers.get(keyOf(edge.callee)) ?? [];
    const isTold = callers.some((one) => one.at.file === at.file && isSame(one.edge));
    if (!isTold) this.#callers.set(keyOf(edge.callee), [...callers, { at, edge }]);
  }

  #edgesOf(chain: ChainValue, at: Place, names: ReadonlySet<string>): Edge[] {
    const edges: Edge[] = [];
    const { root, links } = chain;
    if (typeof root === 'string' && names.has(root)) {
      if (links.length === 0) edges.push(...this.#edgesTo(chain, -1, at));
      else if (links[0]?.name === '' && links[0].arguments && !chain.isNew) edges.push(...this.#edgesTo(chain, 0, at));
    }
    for (const [link, { name }] of links.entries()) {
      if (name !== '' && names.has(name)) edges.push(...this.#edgesTo(chain, link, at));
    }
    return edges;
  }

  #edgesTo(chain: ChainValue, link: number, at: Place): Edge[] {
    const called =
      chain.links[link]?.arguments ??
      (chain.links[link + 1]?.name === '' ? chain.links[link + 1]?.arguments : undefined);
    const origin = this.#tracer.trace(link < 0 ? chain : firstLinks(chain, link + 1, true), at);
    const isPassed = link === chain.links.length - 1 || chain.links[link + 1]?.name === 'bind';
    const known = called ? this.#callees.functionsOf(origin) : this.#callees.gettersOf(chain, link, at);
    const callees = known.length > 0 ? known : this.#callees.rowMethodsOf(chain, link, at);
    const kind = called ? 'call' : callees.length > 0 ? 'getter' : 'reference';
    const all = kind === 'reference' && isPassed ? this.#callees.functionsOf(origin) : callees;
    return all.flatMap((callee): Edge[] =>
      this.reaches(callee) || this.#callsReaching(callee)
        ? [{ chain, link, kind, callee, arguments: called ?? [] }]
        : [],
    );
  }

  /** A wrapped function runs what it wraps: it reaches what its callback reaches. */
  #callsReaching({ file, function: index }: Place): boolean {
    return file.functions.some(
      (facts, child) =>
        facts.parent === index && facts.callback !== undefined && this.reaches({ file, function: child }),
    );
  }
}

function keyOf({ file, function: index }: Place, use?: number): string {
  return use === undefined ? `${file.uri}#${index}` : `${file.uri}#${index}#${use}`;
}
