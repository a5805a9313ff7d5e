import type { FileFacts, FunctionFacts, Use } from '../facts/facts';
import type { ChainValue, Link, Pattern, Value } from '../facts/values';
import { chainsIn } from './chains';
import { iterationOf } from './iterators';
import type { QueryPlace } from './repetition';
import { declared } from './scope';
import { runtimeSources } from './values-in';

/** What a function does with the rows of one of its queries. */
export interface ResultUses {
  readonly query: QueryPlace;
  /** Properties that are read of the rows, as dotted paths: `author.name`. */
  readonly properties: ReadonlySet<string>;
  /** Those of them that are used as a whole: what is read of `attributes` in `post.attributes.reduce(f)` is not known. */
  readonly wholes: ReadonlySet<string>;
  /** Rows go where they are not followed: returned, passed on, changed. `properties` is then not all. */
  readonly isPassedOn: boolean;
  /** What is done with the list as a whole: `length`, `filter`, `map`, `0`, `for`, 'passed on'. */
  readonly ofList: readonly {
    readonly name: string;
    readonly chain?: ChainValue;
    readonly link?: number;
    readonly use?: Use;
    /** It stands in a loop or a function of its own: many look-ups in rows that were read once. */
    readonly isRepeated?: boolean;
  }[];
}

/** Undefined when the query stands in no use of its function. */
export function resultUses(query: QueryPlace): ResultUses | undefined {
  const { file, function: index } = query.at;
  const facts = file.functions[index];
  const use = query.use === undefined ? undefined : facts?.uses[query.use];
  if (!facts || !use || !query.chain) return undefined;
  const reader = new ResultReader(file, { function: index, loop: use.loop });
  const end = ownLinks(query, use.chain);
  const after = use.chain.links.slice(end);
  // An argument of another call.
  const isOwn = use.chain.rootRange.start === query.chain.rootRange.start;
  if (!isOwn) return { query, properties: new Set(), wholes: new Set(), isPassedOn: true, ofList: [] };
  const shape = query.isMany ? 'list' : 'row';
  reader.links(use.chain, end, after, shape, '', use);
  if (!reader.isEnded) {
    const pattern = use.binding === undefined ? undefined : facts.bindings[use.binding]?.pattern;
    // What Ruby keeps in `@posts` is read by the template and by other methods.
    if (pattern?.name.startsWith('@')) reader.isPassedOn = true;
    if (pattern) reader.pattern(pattern, index, shape, '', 0);
    else reader.isPassedOn = true;
  }
  const { properties, wholes, ofList } = reader;
  const isPassedOn = reader.isPassedOn || isWrittenOut(query, facts);
  return { query, properties, wholes, isPassedOn, ofList };
}

/** How many of a chain's links are the query: `(await Post.findAll()).map(…)` → 1. */
function ownLinks(query: QueryPlace, chain: ChainValue): number {
  const name = chain.links.findIndex(({ range }) => range.start === query.nameStart);
  const awaited = chain.links.findIndex((link, index) => index > name && link.awaited);
  return awaited >= 0 ? awaited : (query.chain?.links.length ?? chain.links.length);
}

/** `let post; if (a) post = await find(…); return post`: the query itself stands for the name where it is returned or passed on. */
function isWrittenOut({ nameStart, use }: QueryPlace, facts: FunctionFacts): boolean {
  const holds = (value: Value) => chainsIn(value).some(({ links }) => links.at(-1)?.range.start === nameStart);
  const isElsewhere = facts.uses.some(({ chain }, index) => index !== use && holds(chain));
  return isElsewhere || facts.returns.some(holds);
}

type Shape = 'list' | 'row';

class ResultReader {
  readonly properties = new Set<string>();
  readonly wholes = new Set<string>();
  readonly ofList: { name: string; chain?: ChainValue; link?: number; use?: Use; isRepeated?: boolean }[] = [];
  isPassedOn = false;
  /** The last links end with something that is no row any more: a length, a property. */
  isEnded = false;
  readonly #file: FileFacts;
  readonly #home: { readonly function: number; readonly loop: number | undefined };
  /** What is read now stands in a loop or a function of its own. */
  #isRepeated = false;

  constructor(file: FileFacts, home: { readonly function: number; readonly loop: number | undefined }) {
    this.#file = file;
    this.#home = home;
  }

  pattern({ name, bound }: Pattern, index: number, shape: Shape, prefix: string, depth: number): void {
    if (name !== '') this.#name(name, index, shape, prefix, depth);
    for (const { name: local, path } of bound ?? []) {
      const [first = '', ...rest] = path;
      if (path.includes('...')) this.isPassedOn = true;
      else if (shape === 'list' && /^\d+$/.test(first)) {
        this.ofList.push({ name: first });
        if (rest.length === 0) this.#name(local, index, 'row', prefix, depth);
        else this.#property(`${prefix}${rest.join('.')}`);
      } else if (shape === 'list') this.isPassedOn = true;
      else this.#nested(local, index, `${prefix}${path.join('.')}`, depth);
    }
  }

  /** A property's own name: what is read of it counts with it. */
  #nested(local: string, index: number, path: string, depth: number): void {
    this.#property(path);
    this.wholes.add(path);
    this.#name(local, index, 'row', `${path}.`, depth, true);
  }

  #property(path: string): void {
    this.properties.add(path);
  }

  /** Every occurrence of a name in its function and the functions in it. */
  #name(name: string, index: number, shape: Shape, prefix: string, depth: number, isProperty = false): void {
    if (depth > 6) {
      this.isPassedOn = true;
      return;
    }
    for (const [inner, facts] of this.#file.functions.entries()) {
      if (declared(name, { file: this.#file, function: inner })?.at.function !== index) continue;
      this.#inFunction(facts, inner, name, shape, prefix, depth, isProperty);
    }
  }

  #inFunction(
    facts: FunctionFacts,
    index: number,
    name: string,
    shape: Shape,
    prefix: string,
    depth: number,
    isProperty: boolean,
  ): void {
    const passedOn = () => {
      // A property's value may go anywhere: the property is counted as read.
      if (isProperty) return;
      this.isPassedOn = true;
      if (shape === 'list') this.ofList.push({ name: 'passed on' });
    };
    for (const use of facts.uses) {
      this.#isRepeated = index !== this.#home.function || use.loop !== this.#home.loop;
      const iterated = new Set<ChainValue>();
      for (const chain of chainsIn(use.chain)) {
        for (const [link, { arguments: given }] of chain.links.entries()) {
          const iteration = given && iterationOf(chain, link);
          if (
            iteration?.over.kind !== 'chain' ||
            iteration.over.root !== name ||
            iteration.over.links.length > 0 ||
            !given?.includes(iteration.over)
          )
            continue;
          // `_.map(posts, f)`, `Promise.map(posts, f)`
          iterated.add(iteration.over);
          this.ofList.push({ name: 'for', chain, link, use });
          this.#callback(given?.[iteration.argument], iteration.element, prefix, depth);
        }
        if (chain.root !== name || iterated.has(chain)) continue;
        if (chain.links.length === 0) passedOn();
        else if (use.isWritten && chain === use.chain && chain.links.length === 1) passedOn();
        else {
          this.isEnded = false;
          this.links(chain, 0, chain.links, shape, prefix, use, depth);
          if (!this.isEnded) this.#rest(use, chain, index, depth, prefix, isProperty);
        }
      }
      for (const source of runtimeSources(use.chain)) if (mentions(source, name)) passedOn();
    }
    for (const binding of facts.bindings) {
      if (!binding.value) continue;
      if (
        binding.isElement &&
        binding.value.kind === 'chain' &&
        binding.value.root === name &&
        binding.value.links.length === 0
      ) {
        this.ofList.push({ name: 'for' });
        this.pattern(binding.pattern, index, 'row', prefix, depth + 1);
      } else if (isBareIn(binding.value, name)) passedOn();
    }
    if (facts.returns.some((value) => isBareIn(value, name))) passedOn();
  }

  /** A row or a list at the end of a chain: held by a name, or passed on. */
  #rest(use: Use, chain: ChainValue, index: number, depth: number, prefix: string, isProperty: boolean): void {
    const pattern =
      chain === use.chain && use.binding !== undefined
        ? this.#file.functions[index]?.bindings[use.binding]?.pattern
        : undefined;
    if (pattern && this.#last) this.pattern(pattern, index, this.#last, prefix, depth + 1);
    else if (!isProperty) this.isPassedOn = true;
  }

  #last: Shape | undefined;

  /** What follows a list or a row in a chain. */
  links(
    chain: ChainValue,
    from: number,
    links: readonly Link[],
    start: Shape,
    prefix: string,
    use: Use,
    depth = 0,
  ): void {
    let shape: Shape = start;
    this.#last = shape;
    for (const [offset, link] of links.entries()) {
      const { name, arguments: given } = link;
      if (/^(?:then|catch|finally|rows)$/.test(name) && shape === 'list' && name === 'rows') continue;
      if (name === 'then' || name === 'catch' || name === 'finally') {
        this.isPassedOn = true;
        this.isEnded = true;
        return;
      }
      if (shape === 'list') {
        const index = from + offset;
        this.ofList.push({ name, chain, link: index, use, isRepeated: this.#isRepeated });
        if (name === 'length') {
          this.isEnded = true;
          return;
        }
        if (/^(?:\[\]|\d+|at|find|findLast|shift|pop)$/.test(name)) {
          this.#callback(given?.[0], 0, prefix, depth);
          shape = 'row';
        } else if (/^(?:filter|slice|sort|toSorted|reverse|toReversed)$/.test(name)) {
          this.#callback(given?.[0], 0, prefix, depth);
          if (/sort/i.test(name)) this.#callback(given?.[0], 1, prefix, depth);
        } else if (/^(?:map|flatMap|forEach|some|every|findIndex|reduce|each|mapSeries)$/.test(name)) {
          this.#callback(given?.[0], name === 'reduce' ? 1 : 0, prefix, depth);
          this.isEnded = true;
          return;
        } else {
          this.isPassedOn = true;
          this.isEnded = true;
          return;
        }
        this.#last = shape;
        continue;
      }
      // Of a row: its property with all that follows, up to a call.
      const path = links.slice(offset);
      const call = path.findIndex((one) => one.arguments || one.name === '[]');
      const read = (call < 0 ? path : path.slice(0, call)).map((one) => one.name);
      if (read.length === 0) {
        this.isPassedOn = true;
      } else this.#paths(read, prefix);
      this.isEnded = true;
      return;
    }
    this.#last = shape;
  }

  /** `author.name`, and `author`; `title.trim()` reads title. */
  #paths(names: readonly string[], prefix: string): void {
    for (let length = 1; length <= names.length; length++) {
      this.#property(`${prefix}${names.slice(0, length).join('.')}`);
    }
    this.wholes.add(`${prefix}${names.join('.')}`);
  }

  #callback(callee: Value | undefined, element: number, prefix: string, depth: number): void {
    if (!callee) return;
    if (callee.kind !== 'function') {
      // `posts.map(toJSON)`, `.filter(Boolean)`
      if (
        !(callee.kind === 'chain' && callee.root === 'Boolean') &&
        callee.kind !== 'literal' &&
        callee.kind !== 'runtime'
      )
        this.isPassedOn = true;
      return;
    }
    const parameter = callee.parameters[element];
    if (parameter) this.pattern(parameter, callee.id, 'row', prefix, depth + 1);
  }
}

/** The name itself, not something of it: `{ posts }`, `[posts]`, `done ? posts : []`. */
function isBareIn(value: Value, name: string): boolean {
  return (
    chainsIn(value).some(({ root, links }) => root === name && links.length === 0) ||
    runtimeSources(value).some((source) => mentions(source, name))
  );
}

function mentions(source: string, name: string): boolean {
  return new RegExp(`(?<![.\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(source);
}
