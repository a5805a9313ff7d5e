import type { TextRange } from '../../nouns/text-range';
import { chainsAt, chainsIn, firstLinks } from '../calls/chains';
import type { Binding, FileFacts, FunctionFacts, Use } from '../facts/facts';
import { stringOf } from '../facts/value-access';
import type { ChainValue, Value } from '../facts/values';
import type { Place, Tracer } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import { type CheckoutKind, kindOf } from './checkout-kinds';
import { type LostWay, type WayEvent, waysOf } from './ways';

/** What a function takes, and has to give back by a call of its own. */
export interface Checkout {
  readonly at: Place;
  readonly kind: CheckoutKind;
  /** `client`, the name that holds it. */
  readonly name: string;
  /** `pool.connect()`, without what is in its parentheses. */
  readonly taking: TextRange;
  /** Of the declaration or assignment that takes it; absent: a callback is given it. */
  readonly binding?: Binding;
  /** Of a callback's: the functions that are left on some way without giving it back. */
  readonly forgetting?: readonly number[];
  /** A thread of its own keeps it until it ends. */
  readonly isOfThread?: true;
  /** Of the calls that give it back, whole. */
  readonly givingBack: readonly ChainValue[];
  /** Where other code gets it, and may give it back: there nothing is said. */
  readonly isPassedOn: boolean;
  /** On which ways it is not given back; none where it is passed on. */
  readonly lost: readonly LostWay[];
  /** What the function waits for while it has it. */
  readonly waits: readonly TextRange[];
}

const mayTake =
  /^(?:connect|reserve|acquire|checkout|transaction|createQueryRunner|getconn|raw_connection)$|(?:Client|Connection|QueryRunner|Transaction)$|session/i;

/** All that the functions of a file take by name. Tests, seeds, migrations and scripts are left out. */
export function checkoutsIn(file: FileFacts, tracer: Tracer): Checkout[] {
  if (tracer.roles.isAside(file.uri)) return [];
  return file.functions.flatMap((facts, index) => {
    // What the program takes when it starts it may keep.
    if (index === 0) return [];
    const at = { file, function: index };
    return facts.bindings.flatMap((binding) => checkoutOf(binding, facts, at, tracer) ?? []);
  });
}

function checkoutOf(binding: Binding, facts: FunctionFacts, at: Place, tracer: Tracer): Checkout | undefined {
  const { value, pattern } = binding;
  if (value?.kind !== 'chain' || pattern.name === '' || binding.isElement || binding.isManaged) return undefined;
  const { links, root } = value;
  if (!links.some(({ name, arguments: given }) => given && mayTake.test(name === '' ? String(root) : name)))
    return undefined;
  const kind = kindOf(tracer.trace(value, at));
  if (!kind || isOfOutside(pattern.name, at)) return undefined;
  const { name } = pattern;
  const givingBack = facts.uses.flatMap(({ chain }) => chainsAt(chain).filter((one) => endsIt(one, name, kind)));
  const isPassedOn = isOthersToo(binding, facts) || isGivenAway(name, facts, at, givingBack.length > 0, kind, tracer);
  const { lost, waits } = waysOf(facts, eventsOf(name, binding, facts, kind, at.file.languageId));
  return {
    at,
    kind,
    name,
    taking: headOf(value),
    binding,
    givingBack,
    isPassedOn,
    lost: isPassedOn ? [] : lost,
    waits,
  };
}

/** `pool.connect` of `pool.connect()` */
export function headOf(value: ChainValue): TextRange {
  const called = value.links.findLast((link) => link.arguments);
  return { start: value.range.start, end: called?.argumentsRange?.end ?? value.range.end };
}

/** `let client = given; if (!client) client = await pool.connect();` */
function isOthersToo(binding: Binding, { bindings }: FunctionFacts): boolean {
  return bindings.some(
    ({ pattern, value }) =>
      pattern.name === binding.pattern.name &&
      value !== undefined &&
      value !== binding.value &&
      !(value.kind === 'literal' && value.value == null),
  );
}

/** A name that an outer function declares: `client = await pool.connect()`. */
function isOfOutside(name: string, { file, function: index }: Place): boolean {
  for (let outer = file.functions[index]?.parent; outer !== undefined; outer = file.functions[outer]?.parent) {
    if (file.functions[outer]?.bindings.some(({ pattern }) => pattern.name === name)) return true;
  }
  return false;
}

function endsIt({ root, links }: ChainValue, name: string, { end, isGiven }: CheckoutKind): boolean {
  return links.some(
    (link) =>
      link.arguments &&
      end.test(link.name) &&
      (isGiven ? link.arguments.some((one) => isItself(one, name)) : root === name),
  );
}

const isItself = (value: Value, name: string): boolean =>
  value.kind === 'chain' && value.root === name && value.links.length === 0;

/** It is returned, stored, given to a function that may give it back, or given back by a function that runs later. */
function isGivenAway(
  name: string,
  facts: FunctionFacts,
  at: Place,
  isEnded: boolean,
  kind: CheckoutKind,
  tracer: Tracer,
): boolean {
  if (facts.returns.some((value) => isOrHolds(value, name))) return true;
  // `with connection:` closes it at the end, and another name may be used for it: `@connection = connection`.
  if (facts.bindings.some(({ value }) => value !== undefined && isItself(value, name))) return true;
  const fields = at.file.classes.flatMap((one) => one.fields);
  if (fields.some(({ value, within }) => value && within === at.function && isOrHolds(value, name))) return true;
  const inner = at.file.functions.some((one, id) => id !== at.function && isInside(id, at) && saysEnd(one, name, kind));
  if (inner) return true;
  return facts.uses.some(({ chain, written, isWritten }) => {
    if (isWritten && written && isOrHolds(written, name)) return true;
    return chainsAt(chain).some((one) =>
      one.links.some((link, i) =>
        link.arguments?.some((given) => isTaken(given, name, one, i, { at, isEnded, kind, tracer })),
      ),
    );
  });
}

interface Giving {
  readonly at: Place;
  readonly isEnded: boolean;
  readonly kind: CheckoutKind;
  readonly tracer: Tracer;
}

/** Whether what is called may give it back. What gives it back itself lends it only. */
function isTaken(
  given: Value,
  name: string,
  chain: ChainValue,
  link: number,
  { at, isEnded, kind, tracer }: Giving,
): boolean {
  const isRelease = given.kind === 'chain' && given.root === name && kind.end.test(given.links.at(-1)?.name ?? '');
  if (isRelease && !given.links.at(-1)?.arguments) return true;
  // `new Session(client)` keeps it.
  if (isItself(given, name) && chain.isNew && link === 0) return true;
  if (isEnded) return false;
  // `Post.create(post, { transaction })` uses it only.
  if (!isItself(given, name) && kind.noun === 'transaction') return false;
  if (!isItself(given, name)) return isHeldIn(given, name);
  const callee = functionOf(tracer.trace(firstLinks(chain, link + 1, true), at));
  return (
    callee === undefined ||
    callee.function.uses.some(({ chain: used }) =>
      used.links.some((one) => /release|end|done|commit|rollback|close|destroy/i.test(one.name)),
    )
  );
}

function isOrHolds(value: Value, name: string): boolean {
  if (value.kind === 'chain') return value.root === name && value.links.length === 0;
  return isHeldIn(value, name);
}

function isHeldIn(value: Value, name: string): boolean {
  if (value.kind !== 'object' && value.kind !== 'array' && value.kind !== 'choice') return false;
  return chainsIn(value).some(({ root, links }) => root === name && links.length === 0);
}

export function isInside(index: number, { file, function: outer }: Place): boolean {
  for (let id = file.functions[index]?.parent; id !== undefined; id = file.functions[id]?.parent)
    if (id === outer) return true;
  return false;
}

function saysEnd({ uses }: FunctionFacts, name: string, kind: CheckoutKind): boolean {
  return uses.some(({ chain }) => chainsAt(chain).some((one) => endsIt(one, name, kind)));
}

function eventsOf(
  name: string,
  binding: Binding,
  facts: FunctionFacts,
  kind: CheckoutKind,
  languageId: string,
): WayEvent[] {
  const { value } = binding;
  const taking = value?.kind === 'chain' ? value.range : binding.range;
  const events: WayEvent[] = [{ kind: 'take', range: taking }];
  const isWaiting = languageId === 'python' || languageId === 'ruby';
  const mayFail = isWaiting
    ? asksDatabase(name, facts)
    : ({ isAwaited, chain }: Use) => isAwaited && !neverFails(chain);
  for (const use of facts.uses) {
    const { chain } = use;
    if (chain.range.start === taking.start) continue;
    if (chainsAt(chain).some((one) => endsIt(one, name, kind))) events.push({ kind: 'give back', range: pointOf(use) });
    else if (chain.root === 'process' && chain.links[0]?.name === 'exit')
      events.push({ kind: 'stop', range: chain.range });
    else if (languageId === 'ruby' && chain.root === 'this' && chain.links[0]?.name === 'raise')
      events.push({ kind: 'throw', range: chain.range });
    else if (mayFail(use) && !begins(chain, name)) events.push({ kind: 'await', range: pointOf(use) });
  }
  for (const way of facts.ways ?? []) {
    if (way.kind === 'return' || way.kind === 'throw') events.push(way);
  }
  return events;
}

/** Python and Ruby wait in every call: those of the connection, of what it gave (a cursor), and those that are given it. */
function asksDatabase(name: string, { bindings }: FunctionFacts): (use: Use) => boolean {
  const own = new Set([name]);
  for (const { pattern, value } of bindings) {
    if (value?.kind === 'chain' && typeof value.root === 'string' && own.has(value.root) && pattern.name !== '')
      own.add(pattern.name);
  }
  const isOwn = (root: ChainValue['root']) => typeof root === 'string' && own.has(root);
  return ({ chain }) =>
    chainsAt(chain).some(
      ({ root, links }) =>
        links.some((link) => link.arguments?.some((given) => given.kind === 'chain' && isOwn(given.root))) ||
        (isOwn(root) && links.some((link) => link.arguments && !asksNothing.test(link.name))),
    );
}

const asksNothing = /^(?:checkin|cursor|add|add_all|expunge|rollback|begin|close|set_session|autocommit)$/;

/** Of a chain that stands elsewhere, too, what is written here is its end. */
export function pointOf({ chain }: Use): TextRange {
  const start = chain.rootRange.start;
  const last = chain.links.at(-1);
  const end = last ? (last.argumentsRange ?? last.range).end : chain.range.end;
  return start <= end && start >= chain.range.start ? { start, end } : chain.range;
}

/** `BEGIN`, `await runner.connect()`, `await begin(client)`: where that fails there is no connection any more. */
function begins({ root, links }: ChainValue, name: string): boolean {
  const link = links.find((one) => one.arguments);
  if (!link?.arguments) return false;
  const isBegin = /^(?:begin|start|connect)/i.test(link.name === '' ? String(root) : link.name);
  if (isBegin && link.arguments.some((given) => isOrHolds(given, name))) return true;
  if (root !== name || link !== links[0]) return false;
  if (/^(?:connect|startTransaction|beginTransaction)$/.test(link.name)) return true;
  return /^\s*(?:begin|start\s+transaction|set)\b/i.test(stringOf(link.arguments[0]) ?? '');
}

/** `await save().catch(log)`, `await Promise.allSettled(…)` */
function neverFails({ root, links }: ChainValue): boolean {
  return links.some(({ name }) => name === 'catch') || (root === 'Promise' && links[0]?.name === 'allSettled');
}
