import type { TextRange } from '../../../nouns/text-range';
import { prefixOf, sourceOf } from '../../facts/value-access';
import type { ChainValue, FunctionValue, Link, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { bind } from './binding';
import { isSameStart, leadsOn, withoutCall } from './links';
import { listMethod } from './list-methods';
import { listFrom, recordFrom, unknownOf } from './literals';
import { type CallPlace, constant, type FunctionThing, list, nowhere, type Thing, unknown } from './things';

/** What a library says of the names that come from outside the program. */
export interface InterpretedLibrary {
  /** `import { eq } from 'drizzle-orm'` → ('drizzle-orm', ['eq']) */
  exported(packageName: string, path: readonly string[]): Thing | undefined;
  /** `new Kysely({ … })`, a parameter with the type `NodePgDatabase<typeof schema>`. */
  instance(origin: Origin & { readonly kind: 'instance' }): Thing | undefined;
  /** A name or member that nothing explains, by what is known of it: the callback's parameter of `db.transaction(tx => …)`. */
  unexplained?(origin: Origin, at: Place): Thing | undefined;
  /** What a declaration stands for that was read before: a table. */
  known?(chain: ChainValue, at: Place): Thing | undefined;
  /** Of a chain whose root nobody knows: what stands before the link that only this library's objects have. */
  guess?(chain: ChainValue): { readonly thing: Thing; readonly next: number } | undefined;
}

/** Names that mean something in a callback: `eb` → the expression builder that the library hands over. */
interface Scope {
  readonly at: Place;
  readonly names: ReadonlyMap<string, Thing>;
}

const deepest = 60;

/** Acts out expressions of the program with a library's things. One for one call: it collects the notes on it. */
export class Interpreter {
  readonly notes = new Set<string>();
  readonly #tracer: Tracer;
  readonly #library: InterpretedLibrary;
  readonly #failed = new Set<ChainValue>();
  #depth = 0;
  #steps = 0;

  constructor(tracer: Tracer, library: InterpretedLibrary) {
    this.#tracer = tracer;
    this.#library = library;
  }

  evaluate(value: Value, at: Place): Thing {
    return this.#value(value, { at, names: new Map() });
  }

  /** The same with names that mean something there: a function's parameters. */
  evaluateWith(value: Value, at: Place, names: ReadonlyMap<string, Thing>): Thing {
    return this.#value(value, { at, names });
  }

  /** The same of a chain's first links. */
  prefix(chain: ChainValue, links: number, at: Place): Thing {
    return this.evaluate(prefixOf(chain, links), at);
  }

  #value(value: Value, scope: Scope): Thing {
    if (this.#depth >= deepest || ++this.#steps > 20_000) return unknownOf(value, scope.at);
    this.#depth++;
    try {
      return this.#inner(value, scope);
    } finally {
      this.#depth--;
    }
  }

  #inner(value: Value, scope: Scope): Thing {
    switch (value.kind) {
      case 'literal':
        return { ...constant(value.value, value.range), written: { value, at: scope.at } };
      case 'runtime':
        return unknownOf(value, scope.at);
      case 'object':
        return recordFrom(value, (each) => this.#value(each, scope));
      case 'array':
        return listFrom(value, (each) => this.#value(each, scope));
      case 'template':
        return this.#template(value, scope);
      case 'function':
        return this.#closure(value, scope);
      case 'choice':
        return this.#choice(
          value.options.map(({ value: option }) => option),
          value,
          scope,
        );
      case 'chain':
        return this.#chain(value, scope);
    }
  }

  #template(value: Value & { readonly kind: 'template' }, scope: Scope): Thing {
    const values = value.values.map((each) => this.#value(each, scope));
    if (value.tag === undefined) {
      const isConstant = values.every((each) => each.kind === 'constant');
      if (!isConstant) return unknownOf(value, scope.at);
      return constant(
        value.strings
          .map((text, i) => text + (i < values.length ? String((values[i] as { value: unknown }).value) : ''))
          .join(''),
        value.range,
      );
    }
    const tag = this.#value(value.tag, scope);
    const made = tag.kind === 'library' ? tag.template(value.strings, values, value.range) : undefined;
    return made ?? unknownOf(value, scope.at);
  }

  #closure(value: FunctionValue, scope: Scope): FunctionThing {
    const at: Place = { file: scope.at.file, function: value.id };
    const returned = value.body.filter((step) => step.isReturned).map((step) => step.value);
    return {
      kind: 'function',
      range: value.range,
      call: (given) => {
        const names = new Map(scope.names);
        bind(value.parameters, given, names);
        return this.#choice(returned, value, { at, names });
      },
    };
  }

  /** The first that a library knows; a name that may be one or the other (`trx ?? this.db`) is what is known. */
  #choice(options: readonly Value[], whole: Value | undefined, scope: Scope): Thing {
    let best: Thing | undefined;
    for (const option of options) {
      const thing = this.#value(option, scope);
      if (thing.kind === 'library') return thing;
      if (best === undefined || rank(thing) > rank(best)) best = thing;
    }
    if (best !== undefined && (options.length === 1 || best.kind !== 'constant')) return best;
    if (whole === undefined) return best ?? constant(undefined);
    return options.length === 0 ? constant(undefined, whole.range) : unknownOf(whole, scope.at);
  }

  #chain(chain: ChainValue, scope: Scope): Thing {
    const start = this.#root(chain, scope);
    const thing = this.#walk(start, chain, scope);
    if (thing !== undefined) return thing;
    // `{ ...db, get insert() { … } }`: an object that the program puts around the library's.
    const guessed = start.thing?.kind === 'record' ? this.#library.guess?.(chain) : undefined;
    const found = guessed && this.#walk(guessed, chain, scope);
    if (found !== undefined) return found;
    return { ...unknownOf(chain, scope.at), members: () => this.#declaredMembers(chain, scope.at) };
  }

  /** The links from `next` on. */
  #walk(
    start: { readonly thing: Thing | undefined; readonly next: number },
    chain: ChainValue,
    scope: Scope,
  ): Thing | undefined {
    let { thing } = start;
    for (let next = start.next; next < chain.links.length && thing !== undefined; next++) {
      thing = this.#step(thing, chain.links[next] as Link, chain, next, scope);
    }
    return thing;
  }

  #declaredMembers(chain: ChainValue, at: Place): readonly string[] | undefined {
    const origin = this.#tracer.trace(chain, at);
    if (origin.kind !== 'instance' || origin.of.kind !== 'type') return undefined;
    const { type } = origin.of;
    if (type.members.length === 0 || type.extends !== undefined) return undefined;
    this.notes.add(`Of ${sourceOf(chain)} the columns are shown that its type has.`);
    return type.members.map(({ name }) => name);
  }

  /** What the first links stand for, and the first link that was not looked at. */
  #root(chain: ChainValue, scope: Scope): { thing: Thing | undefined; next: number } {
    if (typeof chain.root !== 'string') return { thing: this.#value(chain.root, scope), next: 0 };
    const bound = scope.names.get(chain.root);
    if (bound !== undefined) return { thing: bound, next: 0 };
    for (let links = 0; links <= chain.links.length; links++) {
      const link = chain.links[links - 1];
      const isMade =
        chain.isNew === true && chain.links.findIndex((each) => each.arguments !== undefined) === links - 1;
      if (link?.arguments !== undefined && link.name !== '' && !isMade) {
        // The function that is called, so that it is acted out with its arguments.
        const callee = this.#thingOf(
          this.#tracer.traceLinks(withoutCall(chain, links), links, scope.at),
          scope.at,
          chain,
        );
        if (callee !== undefined) return { thing: this.#call(callee, link, chain, links - 1, scope), next: links };
      }
      const origin = this.#tracer.traceLinks(chain, links, scope.at);
      const known = this.#thingOf(origin, scope.at, chain);
      if (known !== undefined) return { thing: known, next: links };
      if (!leadsOn(origin)) break;
    }
    return this.#library.guess?.(chain) ?? { thing: undefined, next: 0 };
  }

  #step(thing: Thing, link: Link, chain: ChainValue, index: number, scope: Scope): Thing | undefined {
    const member = link.name === '' ? thing : this.#member(thing, link.name, link.range);
    if (link.arguments === undefined) return member;
    if (member === undefined) return listMethod(thing, link.name, () => this.#arguments(link, scope));
    return this.#call(member, link, chain, index, scope);
  }

  #member(thing: Thing, name: string, range: TextRange): Thing | undefined {
    if (thing.kind === 'library') return thing.get(name, range);
    if (thing.kind === 'record') return thing.entries.get(name);
    if (thing.kind === 'list' && /^\d+$/.test(name)) return thing.items[Number(name)];
    return undefined;
  }

  #call(callee: Thing, link: Link, chain: ChainValue, index: number, scope: Scope): Thing | undefined {
    const given = this.#arguments(link, scope);
    if (callee.kind === 'function') return callee.call(given);
    if (callee.kind !== 'library') return undefined;
    const end = link.argumentsRange?.end ?? link.range.end;
    const place: CallPlace = {
      link,
      range: { start: chain.rootRange.start, end },
      source: sourceOf(index === chain.links.length - 1 ? chain : { ...chain, links: chain.links.slice(0, index + 1) }),
      at: scope.at,
    };
    return callee.call(given, place);
  }

  #arguments(link: Link, scope: Scope): Thing[] {
    const given: Thing[] = [];
    for (const argument of link.arguments ?? []) {
      const isSpread =
        argument.kind === 'array' && (argument.isSpread || (argument.open === true && argument.elements.length === 0));
      const thing = this.#value(argument, scope);
      if (!isSpread) {
        given.push(thing);
        continue;
      }
      // `and(...conditions)`
      if (thing.kind !== 'list') continue;
      given.push(...thing.items);
      if (thing.isOpen) given.push(list([], thing.range, true));
    }
    return given;
  }

  /** Undefined: go on with the next link. */
  #thingOf(origin: Origin, at: Place, from: ChainValue): Thing | undefined {
    switch (origin.kind) {
      case 'package':
        return this.#library.exported(origin.package, origin.path);
      case 'value': {
        const { value } = origin;
        if (value.kind === 'chain' || value.kind === 'runtime') return undefined;
        return this.#value(value, { at: origin.at, names: new Map() });
      }
      case 'call': {
        const known = this.#library.known?.(origin.chain, origin.at);
        if (known !== undefined) return known;
        // Links of the chain that is being looked at say nothing more by themselves.
        if (this.#depth >= deepest || isSameStart(origin.chain, from) || this.#failed.has(origin.chain))
          return undefined;
        const thing = this.#value(origin.chain, { at: origin.at, names: new Map() });
        if (thing.kind !== 'unknown') return thing;
        this.#failed.add(origin.chain);
        return undefined;
      }
      case 'member':
        // `const { ref } = db.dynamic`
        return this.#depth >= deepest ? undefined : this.#memberOf(origin, at, from);
      case 'function':
        return this.#programFunction(origin);
      case 'instance':
        return this.#library.instance(origin);
      default:
        return this.#library.unexplained?.(origin, at);
    }
  }

  #memberOf(origin: Origin & { readonly kind: 'member' }, at: Place, from: ChainValue): Thing | undefined {
    this.#depth++;
    const of = this.#thingOf(origin.of, at, from);
    this.#depth--;
    const member = of === undefined ? undefined : this.#member(of, origin.name, nowhere);
    return member ?? this.#library.unexplained?.(origin, at);
  }

  #programFunction({ function: program, file, self }: Origin & { readonly kind: 'function' }): FunctionThing {
    const at: Place = { file, function: file.functions.indexOf(program), ...(self && { self }) };
    return {
      kind: 'function',
      range: program.nameRange,
      call: (given) => {
        if (this.#depth >= deepest) return unknown(program.name, program.nameRange);
        const names = new Map<string, Thing>();
        bind(program.parameters, given, names);
        return this.#choice(program.returns, undefined, { at, names });
      },
    };
  }
}

function rank(thing: Thing): number {
  if (thing.kind === 'constant') return thing.value === undefined || thing.value === null ? 0 : 1;
  return thing.kind === 'unknown' ? 2 : 3;
}
