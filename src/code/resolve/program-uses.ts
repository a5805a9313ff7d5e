import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import { NameIndex } from './name-index';
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
  readonly #calls: NameIndex<NamedCall>;
  readonly #shared: NameIndex<SharedValue>;
  readonly #contexts: NameIndex<Place>;

  constructor(files: ReadonlyMap<string, FileFacts>) {
    this.#calls = new NameIndex(files, callsIn);
    this.#shared = new NameIndex(files, sharedIn);
    this.#contexts = new NameIndex(files, contextsIn);
  }

  /** Calls of that name in any file; none when there are too many. */
  callsOf(name: string): readonly NamedCall[] {
    return this.#calls.count(name) > mostCallers ? [] : this.#calls.get(name);
  }

  /** What is written to a member of that name of something. */
  written(name: string): readonly SharedValue[] {
    return this.#shared.get(name);
  }

  /** Functions that make a request's context: `createContext`, `context` of a server's options. */
  get contexts(): readonly Place[] {
    return this.#contexts.get('');
  }

  replace(old: FileFacts, next: FileFacts): void {
    for (const index of [this.#calls, this.#shared, this.#contexts]) index.replace(old, next);
  }
}

function* callsIn(file: FileFacts): Generator<readonly [string, NamedCall]> {
  for (const [id, { uses }] of file.functions.entries()) {
    const at = { file, function: id };
    for (const { chain } of uses) {
      for (const [link, { name, arguments: values }] of chain.links.entries()) {
        if (!values || values.length === 0) continue;
        const called = name === '' && link === 0 && typeof chain.root === 'string' ? chain.root : name;
        if (called !== '') yield [called, { chain, link, at }];
      }
    }
  }
}

function* sharedIn(file: FileFacts): Generator<readonly [string, SharedValue]> {
  for (const [id, { uses }] of file.functions.entries()) {
    const at = { file, function: id };
    for (const { chain, written } of uses) {
      const last = chain.links.at(-1);
      if (last && written) yield [last.name, { chain, links: chain.links.length - 1, value: written, at }];
      for (const [links, { name, arguments: values }] of chain.links.entries()) {
        const [key, value] = values ?? [];
        if (!value || key?.kind !== 'literal' || typeof key.value !== 'string') continue;
        if (/^(?:decorate\w*|set|provide)$/.test(name)) yield [key.value, { chain, links, value, at }];
      }
    }
  }
}

function* contextsIn(file: FileFacts): Generator<readonly [string, Place]> {
  for (const [id, { name }] of file.functions.entries()) {
    if (/(?:^|\.)(?:(?:create|make|build|get|init)\w*)?context\w*$/i.test(name)) yield ['', { file, function: id }];
  }
}
