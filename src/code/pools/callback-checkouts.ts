import { chainsAt, chainsIn } from '../calls/chains';
import { takerOf } from '../calls/taker';
import type { FileFacts, FunctionFacts, Use } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Tracer } from '../resolve/origin';
import { packageOf } from './checkout-kinds';
import { type Checkout, headOf, isInside, pointOf } from './checkouts';
import { type LostWay, type WayEvent, waysOf } from './ways';

/**
 * What pg's pool gives to a callback: `pool.connect((err, client, done) => …)`. It is given back by `done()` or
 * `client.release()`, there or in the callback of a query that is sent with it; each of these functions has its own ways.
 */
export function callbackCheckoutsIn(file: FileFacts, tracer: Tracer): Checkout[] {
  if (tracer.roles.isAside(file.uri)) return [];
  return file.functions.flatMap((facts, index) => {
    const [, client, done] = facts.parameters;
    const taker = facts.callback && client && client.name !== '' ? takerOf(file, index) : undefined;
    if (!client || taker?.name !== 'connect' || facts.parent === undefined) return [];
    const from = packageOf(tracer.traceLinks(taker.chain, taker.link, { file, function: facts.parent }));
    if (!from || !/^(?:pg|pg-pool)$/.test(from.package) || !/Pool|^default$/.test(from.name)) return [];
    return [
      new Callback(file, index, client.name, done?.name || undefined).checkout(headOf(taker.chain), from.package),
    ];
  });
}

/** What is sent there calls back once. */
const asksOnce = /^(?:query|execute)$/;

class Callback {
  readonly #file: FileFacts;
  readonly #index: number;
  readonly #client: string;
  readonly #done: string | undefined;
  readonly #lost: LostWay[] = [];
  readonly #forgetting: number[] = [];

  constructor(file: FileFacts, index: number, client: string, done: string | undefined) {
    this.#file = file;
    this.#index = index;
    this.#client = client;
    this.#done = done;
  }

  checkout(taking: Checkout['taking'], library: string): Checkout {
    const own = this.#functions(this.#index);
    const chains = own.flatMap(([, { uses }]) => uses.flatMap((use) => chainsAt(use.chain)));
    const givingBack = chains.filter((chain) => this.#givesBack(chain));
    const isPassedOn = own.some(([id, facts]) => this.#isGivenAway(id, facts, givingBack.length > 0));
    if (!isPassedOn) this.#follow(this.#index);
    const names = [this.#done ?? 'release'];
    return {
      at: { file: this.#file, function: this.#index },
      kind: { library, noun: 'connection', end: /^release$/, names },
      name: this.#client,
      taking,
      forgetting: this.#forgetting,
      givingBack,
      isPassedOn,
      lost: this.#lost,
      waits: [],
    };
  }

  /** The function and those that stand in it. */
  #functions(index: number): readonly (readonly [number, FunctionFacts])[] {
    const at = { file: this.#file, function: index };
    return [...this.#file.functions.entries()].filter(([id]) => id === index || isInside(id, at));
  }

  #follow(index: number): void {
    const facts = this.#file.functions[index];
    if (!facts) return;
    const { events, next } = this.#eventsOf(index, facts);
    const { lost } = waysOf(facts, events);
    if (lost.length > 0) this.#forgetting.push(index);
    this.#lost.push(...lost);
    for (const one of next) this.#follow(one);
  }

  #eventsOf(index: number, facts: FunctionFacts): { readonly events: WayEvent[]; readonly next: readonly number[] } {
    const events: WayEvent[] = [];
    const next: number[] = [];
    for (const use of facts.uses) {
      const range = pointOf(use);
      const taken = chainsAt(use.chain).flatMap((chain) => this.#takenIn(chain, index));
      next.push(...taken.flatMap(({ id, isFollowed }) => (isFollowed ? [id] : [])));
      if (taken.length > 0 || this.#endsHere(use, index)) events.push({ kind: 'give back', range });
      else if (use.chain.root === 'process' && use.chain.links[0]?.name === 'exit')
        events.push({ kind: 'stop', range });
      else if (use.isAwaited) events.push({ kind: 'await', range });
    }
    // What is thrown in a callback ends the program.
    for (const way of facts.ways ?? []) {
      if (way.kind === 'return') events.push(way);
      if (way.kind === 'throw') events.push({ kind: 'stop', range: way.range });
    }
    const start = index === this.#index ? this.#firstUse(facts) : facts.range.start;
    return { events: [{ kind: 'take', range: { start, end: start } }, ...events], next };
  }

  /** What leaves before it is used at all is told by the error: there is none then. */
  #firstUse({ uses, range }: FunctionFacts): number {
    const used = uses.find(({ chain }) => chainsIn(chain).some((one) => this.#isOwn(one)) || this.#holdsOwn(chain));
    return used ? Math.min(pointOf(used).start, used.chain.rootRange.start) : range.end - 1;
  }

  #isOwn({ root }: ChainValue): boolean {
    return root === this.#client || (root === this.#done && this.#done !== undefined);
  }

  /** In functions that it is given. */
  #holdsOwn(chain: ChainValue): boolean {
    return functionsIn(chain).some(({ id }) => this.#saysEnd(id));
  }

  #givesBack({ root, links }: ChainValue): boolean {
    const [first] = links;
    if (root === this.#done && this.#done !== undefined) return first?.arguments !== undefined && first.name === '';
    return root === this.#client && first?.name === 'release' && first.arguments !== undefined;
  }

  #saysEnd(index: number): boolean {
    return this.#functions(index).some(([, { uses }]) =>
      uses.some((use) => chainsAt(use.chain).some((chain) => this.#givesBack(chain))),
    );
  }

  /** Functions that a call is given, and that give it back. */
  #takenIn(chain: ChainValue, index: number): { readonly id: number; readonly isFollowed: boolean }[] {
    return functionsOfLinks(chain)
      .filter(({ id }) => this.#file.functions[id]?.parent === index && this.#saysEnd(id))
      .map(({ id, name }) => ({ id, isFollowed: asksOnce.test(name) && chain.root === this.#client }));
  }

  /** `done()`, `client.release()`, `fail(err)` with a function beside it that calls these. */
  #endsHere({ chain }: Use, index: number): boolean {
    return chainsAt(chain).some((one) => {
      if (this.#givesBack(one)) return true;
      if (typeof one.root !== 'string' || one.links[0]?.arguments === undefined || one.links[0].name !== '')
        return false;
      return this.#functions(this.#index).some(
        ([id, { name, parent }]) => name === one.root && id !== index && parent !== undefined && this.#saysEnd(id),
      );
    });
  }

  /** Other code gets it, and may give it back; or another value has its name there. */
  #isGivenAway(id: number, { parameters, uses, bindings, returns }: FunctionFacts, isEnded: boolean): boolean {
    if (id !== this.#index && parameters.some(({ name }) => name === this.#client || name === this.#done)) return true;
    const isBare = (value: Value): boolean =>
      value.kind === 'chain' &&
      this.#isOwn(value) &&
      (value.links.length === 0 || (value.links[0]?.name === 'release' && !value.links[0].arguments));
    const holds = (value: Value): boolean =>
      isBare(value) || (value.kind !== 'chain' && value.kind !== 'function' && chainsIn(value).some(isBare));
    if (returns.some(holds) || bindings.some(({ value }) => value !== undefined && holds(value))) return true;
    return uses.some(({ chain, isWritten, written }) => {
      if (isWritten && written && holds(written)) return true;
      const given = chainsAt(chain).flatMap(({ links }) => links.flatMap((link) => link.arguments ?? []));
      return given.some((value) => {
        const isClient = value.kind === 'chain' && value.root === this.#client && value.links.length === 0;
        // Lent only, where it is given back here.
        return isClient ? !isEnded : holds(value);
      });
    });
  }
}

function functionsIn(chain: ChainValue): readonly { readonly id: number }[] {
  return chainsIn(chain).flatMap(functionsOfLinks);
}

function functionsOfLinks({ links }: ChainValue): { readonly id: number; readonly name: string }[] {
  return links.flatMap(({ name, arguments: given = [] }) =>
    given.flatMap((value) => (value.kind === 'function' ? [{ id: value.id, name }] : [])),
  );
}
