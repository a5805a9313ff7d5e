import type { ClassFacts, Use } from '../facts/facts';
import { nameOf } from '../facts/value-access';
import type { Value } from '../facts/values';
import type { Place } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import type { CallGraph } from './call-graph';
import { firstLinks } from './chains';
import { listMapped, listsBefore } from './list-steps';
import type { RowFinder, Rows } from './rows';
import { type Declared, declared, indexOf } from './scope';
import type { Queries } from './sources';

/** Where the elements of a list come from, over all ways that the program goes. */
export interface ListSources {
  /** Those of which the query is known, and those of which the model is; each query once. */
  readonly rows: readonly Rows[];
  /** All of them are in `rows`. */
  readonly isWhole: boolean;
}

const nothing: ListSources = { rows: [], isWhole: true };
const unknown: ListSources = { rows: [], isWhole: false };
const mostSteps = 12;

/**
 * Follows a list to all queries that may have filled it: branches, later assignments, fields that several methods set, what a
 * function returns on its ways, and what each caller passes. A value's origin is the likeliest of them; an edit where the rows
 * are asked for needs all.
 */
export class ListFinder {
  readonly #queries: Queries;
  readonly #rows: RowFinder;
  readonly #graph: CallGraph;

  constructor(queries: Queries, rows: RowFinder, graph: CallGraph) {
    this.#queries = queries;
    this.#rows = rows;
    this.#graph = graph;
  }

  of(value: Value, at: Place): ListSources {
    return this.#of(value, at, 0);
  }

  #of(value: Value, at: Place, steps: number): ListSources {
    if (steps > mostSteps) return unknown;
    switch (value.kind) {
      case 'literal':
        return value.value == null ? nothing : unknown;
      case 'choice':
        return united(value.options.map((option) => this.#of(option.value, at, steps + 1)));
      case 'array':
        return this.#ofArray(value, at, steps);
      case 'chain':
        return this.#ofChain(value, at, steps);
      default:
        return this.#ofOrigin(value, at);
    }
  }

  #ofArray({ elements, spreads = [] }: Value & { readonly kind: 'array' }, at: Place, steps: number): ListSources {
    const lists = spreads.map((spread) => this.#of(withoutSet(spread.value), at, steps + 1));
    return united([...lists, ...elements.map((one) => this.#ofElement(one.value, at))]);
  }

  /** A row in a list: `[...posts, draft]`, `found.push(post)`. */
  #ofElement(value: Value, at: Place): ListSources {
    const rows = this.#rows.of(value, at);
    return rows ? { rows: [{ ...rows, isList: true }], isWhole: true } : unknown;
  }

  #ofChain(chain: Value & { readonly kind: 'chain' }, at: Place, steps: number): ListSources {
    // A Set has no `map`, and what a query sends is its own.
    if (chain.isNew) return unknown;
    const last = chain.links.at(-1);
    if (last && this.#queries.places(at.file).named(last.range.start)) return this.#ofOrigin(chain, at);
    const before = listsBefore(chain);
    if (before) return united(before.map((list) => this.#of(list, at, steps + 1)));
    const mapped = listMapped(chain);
    if (mapped) return this.#ofMapped(chain, mapped, at, steps);
    if (chain.root === 'this' && chain.links.length === 1 && last && !last.arguments)
      return this.#ofField(last.name, chain, at, steps);
    if (typeof chain.root !== 'string') return this.#ofOrigin(chain, at);
    if (chain.links.length === 0) return this.#ofName(chain, chain.root, at, steps);
    return last?.arguments ? this.#ofCall(chain, at, steps) : this.#ofOrigin(chain, at);
  }

  /** `posts.map((post) => post.authorId)` has one element for each row; it may be another kind of thing. */
  #ofMapped(chain: Value, list: Value, at: Place, steps: number): ListSources {
    const own = this.#ofOrigin(chain, at);
    const before = this.#of(list, at, steps + 1);
    if (own.rows.length > 0) return { ...own, isWhole: before.isWhole && before.rows.length < 2 };
    return { ...before, rows: before.rows.map(({ query }) => ({ query, path: [], isList: true })) };
  }

  #ofName(chain: Value & { readonly kind: 'chain' }, name: string, at: Place, steps: number): ListSources {
    const found = declared(name, at, chain.rootRange.start);
    if (!found) return this.#ofOrigin(chain, at);
    if (found.parameter) {
      const given = this.#ofParameter(found, found.parameter, chain, at, steps);
      if (found.bindings.length === 0) return given;
      return united([given, ...this.#ofBindings(found, chain, at, steps)]);
    }
    return united([...this.#ofBindings(found, chain, at, steps), ...this.#ofPushes(name, found, at)]);
  }

  #ofBindings({ bindings, at: declaredAt }: Declared, chain: Value, at: Place, steps: number): ListSources[] {
    const inside: Place = { ...at, function: declaredAt.function };
    return bindings.flatMap(({ binding: { value, isElement }, path }) => {
      if (!value) return [];
      if (!isElement && path.length === 0) return [this.#of(value, inside, steps + 1)];
      const whole = this.#ofOrigin(chain, at);
      return [bindings.length > 1 ? { ...whole, isWhole: false } : whole];
    });
  }

  /** `found.push(post)`, also in a callback; what is spread, `found.push(...posts)`, stands in the list already. */
  #ofPushes(name: string, { at: { file, function: declaredAt } }: Declared, at: Place): ListSources[] {
    return file.functions.flatMap(({ uses }, index) =>
      uses.flatMap(({ chain: { root, rootRange, links } }) => {
        const [link] = links;
        if (root !== name || links.length !== 1 || !/^(?:push|unshift)$/.test(link?.name ?? '')) return [];
        const inside: Place = { ...at, function: index };
        if (declared(name, inside, rootRange.start)?.at.function !== declaredAt) return [];
        return (link?.arguments ?? []).flatMap((one) =>
          one.kind === 'array' && one.open ? [] : [this.#ofElement(one, inside)],
        );
      }),
    );
  }

  /** What the callers pass, each of them; what is known without them where there is none. */
  #ofParameter(
    { at: { file, function: id } }: Declared,
    { index, path }: NonNullable<Declared['parameter']>,
    chain: Value,
    at: Place,
    steps: number,
  ): ListSources {
    const passed = at.passed?.function === id ? at.passed : undefined;
    const given = passed?.values[index];
    if (passed && given) return this.#ofGiven(given, path, passed.at, chain, at, steps);
    // `.then((posts) => …)`
    if (file.functions[id]?.callback) return this.#ofOrigin(chain, at);
    const callers = this.#graph.callersOf({ file, function: id });
    const all = callers.map(({ at: caller, edge }) => {
      const argument = edge.kind === 'call' ? edge.arguments[index] : undefined;
      return argument ? this.#ofGiven(argument, path, caller, undefined, at, steps) : unknown;
    });
    const found = united(all);
    if (found.rows.some(({ query }) => query)) return found;
    return { rows: this.#ofOrigin(chain, at).rows, isWhole: false };
  }

  #ofGiven(
    value: Value,
    path: readonly string[],
    from: Place,
    chain: Value | undefined,
    at: Place,
    steps: number,
  ): ListSources {
    const [name, ...rest] = path;
    if (name === undefined) return this.#of(value, from, steps + 1);
    const entry = value.kind === 'object' ? value.entries.findLast(({ key }) => key === name) : undefined;
    if (entry) return this.#ofGiven(entry.value, rest, from, chain, at, steps);
    const passedOn = this.#ofSpread(value, path, from, steps);
    if (passedOn) return passedOn;
    return chain ? this.#ofOrigin(chain, at) : unknown;
  }

  /** A template gives another one all that it was given. */
  #ofSpread(value: Value, path: readonly string[], from: Place, steps: number): ListSources | undefined {
    const [spread, ...others] = value.kind === 'object' ? (value.spreads ?? []) : [];
    const whole = spread?.value;
    const name = nameOf(whole);
    if (steps > mostSteps || name === undefined || whole?.kind !== 'chain' || others.length > 0) return undefined;
    const found = declared(name, from, whole.rootRange.start);
    if (!found?.parameter) return undefined;
    const { index, path: before } = found.parameter;
    const member = { ...whole, links: path.map((one) => ({ name: one, range: whole.range })) };
    return this.#ofParameter(found, { index, path: [...before, ...path] }, member, from, steps + 1);
  }

  /** `this.posts = await Post.findAll()` in any method of the class. */
  #ofField(name: string, chain: Value, at: Place, steps: number): ListSources {
    const { file } = at;
    const owner = classAround(at);
    const field = owner?.fields.find((one) => one.name === name);
    if (!owner || !field?.value) return this.#ofOrigin(chain, at);
    const isSet = ({ chain: { root, links }, isWritten }: Use) =>
      isWritten === true && root === 'this' && links.length === 1 && links[0]?.name === name;
    const writers = file.functions
      .filter((facts) => facts.class === owner.name)
      .flatMap(({ uses }) => uses.filter(isSet));
    const found = this.#of(field.value, { file, function: field.within }, steps + 1);
    return { ...found, isWhole: found.isWhole && writers.length < 2 };
  }

  /** What a function of the program returns on each of its ways. */
  #ofCall(chain: Value & { readonly kind: 'chain' }, at: Place, steps: number): ListSources {
    const { tracer } = this.#queries.sources;
    const callee = functionOf(tracer.trace(firstLinks(chain, chain.links.length, true), at));
    const own = this.#ofOrigin(chain, at);
    if (!callee || callee.function.returns.length === 0) return own;
    const { file, function: facts } = callee;
    const id = indexOf(file, facts);
    const values = chain.links.at(-1)?.arguments ?? [];
    const inside: Place = { file, function: id, passed: { function: id, values, at } };
    const all = united(facts.returns.map((value) => this.#of(value, inside, steps + 1)));
    return all.rows.length > 0 ? all : own;
  }

  #ofOrigin(value: Value, at: Place): ListSources {
    const rows = this.#rows.of(value, at);
    return rows ? { rows: [rows], isWhole: true } : unknown;
  }
}

function classAround({ file, function: start }: Place): ClassFacts | undefined {
  for (let index: number | undefined = start; index !== undefined; index = file.functions[index]?.parent) {
    const name = file.functions[index]?.class;
    if (name !== undefined) return file.classes.find((one) => one.name === name);
  }
  return undefined;
}

/** `[...new Set(ids)]` is a list again. */
function withoutSet(value: Value): Value {
  if (value.kind !== 'chain' || !value.isNew || value.root !== 'Set' || value.links.length > 1) return value;
  return value.links[0]?.arguments?.[0] ?? value;
}

function united(all: readonly ListSources[]): ListSources {
  const rows: Rows[] = [];
  for (const one of all.flatMap((each) => each.rows)) {
    const isKnown = rows.some(
      ({ query, path }) => query === one.query && path.join('.') === one.path.join('.') && query !== undefined,
    );
    if (!isKnown) rows.push(one);
  }
  return { rows, isWhole: all.every(({ isWhole }) => isWhole) };
}
