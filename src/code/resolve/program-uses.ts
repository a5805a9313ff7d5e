import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Place } from './origin';

/** A call of a function by its name. */
export interface NamedCall {
  readonly chain: ChainValue;
  readonly link: number;
  readonly at: Place;
}

/** `req.db = knex`, `app.decorate('db', knex)`, `c.set('db', db)`. */
export interface SharedValue {
  readonly chain: ChainValue;
  /** How many links of the chain say what is written to. */
  readonly links: number;
  readonly value: Value;
  readonly at: Place;
}

/** A name that is called more often tells nothing by its callers. */
const mostCallers = 12;

/** What the files of a workspace do with names, looked up when something is known in no other way. */
export class ProgramUses {
  readonly #files: ReadonlyMap<string, FileFacts>;
  #calls: ReadonlyMap<string, readonly NamedCall[]> | undefined;
  #shared: ReadonlyMap<string, readonly SharedValue[]> | undefined;
  #contexts: readonly Place[] | undefined;

  constructor(files: ReadonlyMap<string, FileFacts>) {
    this.#files = files;
  }

  /** Calls of that name in any file; none when there are too many. */
  callsOf(name: string): readonly NamedCall[] {
    this.#calls ??= this.#indexCalls();
    const found = this.#calls.get(name) ?? [];
    return found.length > mostCallers ? [] : found;
  }

  /** What is written to a member of that name of something. */
  written(name: string): readonly SharedValue[] {
    this.#shared ??= this.#indexShared();
    return this.#shared.get(name) ?? [];
  }

  /** Functions that make a request's context: `createContext`, `context` of a server's options. */
  get contexts(): readonly Place[] {
    this.#contexts ??= [...this.#files.values()].flatMap((file) =>
      file.functions.flatMap(({ name }, id) =>
        /(?:^|\.)(?:(?:create|make|build|get|init)\w*)?context\w*$/i.test(name) ? [{ file, function: id }] : [],
      ),
    );
    return this.#contexts;
  }

  #indexCalls(): Map<string, NamedCall[]> {
    const found = new Map<string, NamedCall[]>();
    this.#eachChain((chain, at) => {
      chain.links.forEach(({ name, arguments: values }, link) => {
        if (!values || values.length === 0) return;
        const called = name === '' && link === 0 && typeof chain.root === 'string' ? chain.root : name;
        if (called === '') return;
        const list = found.get(called);
        if (list) list.push({ chain, link, at });
        else found.set(called, [{ chain, link, at }]);
      });
    });
    return found;
  }

  #indexShared(): Map<string, SharedValue[]> {
    const found = new Map<string, SharedValue[]>();
    const add = (name: string, value: SharedValue) => {
      const list = found.get(name);
      if (list) list.push(value);
      else found.set(name, [value]);
    };
    this.#eachChain((chain, at, written) => {
      const last = chain.links.at(-1);
      if (!last) return;
      if (written) add(last.name, { chain, links: chain.links.length - 1, value: written, at });
      chain.links.forEach(({ name, arguments: values }, links) => {
        const [key, value] = values ?? [];
        if (!value || key?.kind !== 'literal' || typeof key.value !== 'string') return;
        if (/^(?:decorate\w*|set|provide)$/.test(name)) add(key.value, { chain, links, value, at });
      });
    });
    return found;
  }

  #eachChain(visit: (chain: ChainValue, at: Place, written: Value | undefined) => void): void {
    for (const file of this.#files.values()) {
      file.functions.forEach(({ uses }, id) => {
        const at = { file, function: id };
        for (const { chain, written } of uses) visit(chain, at, written);
      });
    }
  }
}
