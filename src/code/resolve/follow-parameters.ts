import type { FileFacts, FunctionFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import { unknownOrigin, weightOf } from './best-origin';
import { along, type Follow, valueOfType } from './follow';
import { injectedOrigin, typesInForce } from './follow-members';
import { fromCallers } from './follow-shared';
import { isElementParameter } from './lists';
import type { Origin, Place } from './origin';
import { functionOf } from './read-folder';
import { isThing } from './same-origin';
import type { Declaration } from './scope';
import { readType } from './type-text';
import { isWithinFunction, withoutCall } from './within';

/** The call that a function is given to: `posts.map(async (post) => …)`. */
export interface GivenTo {
  readonly chain: ChainValue;
  /** The link that takes it. */
  readonly link: number;
  readonly argument: number;
  /** Where the chain is to be read. */
  readonly at: Place;
}

/** Undefined for a function that is no argument. */
export function callTaking(id: number, at: Place): GivenTo | undefined {
  const facts = at.file.functions[id];
  if (!facts?.callback || facts.parent === undefined) return undefined;
  const { use, argument } = facts.callback;
  const chain = at.file.functions[facts.parent]?.uses[use]?.chain;
  if (!chain) return undefined;
  const link = chain.links.findIndex((one) => {
    const given = one.arguments?.[argument];
    return given?.kind === 'function' && given.id === id;
  });
  return link < 0 ? undefined : { chain, link, argument, at: { ...at, function: facts.parent } };
}

/** Where the value of a parameter comes from. */
export function parameterOrigin(
  follow: Follow,
  declaration: Declaration & { readonly kind: 'parameter' },
  at: Place,
): Origin {
  const { file } = at;
  const facts = file.functions[declaration.function];
  if (!facts) return unknownOrigin;
  const { index, path, pattern } = declaration;
  const inside: Place = { ...at, function: declaration.function };
  for (let passed = at.passed; passed; passed = passed.outer) {
    const value = passed.function === declaration.function ? passed.values[index] : undefined;
    const origin = value && along(follow, follow.trace(value, passed.at), path);
    if (origin && weightOf(origin) >= 1) return origin;
  }
  const isTyped = pattern.type !== undefined && !saysNothing.test(pattern.type);
  const typed = pattern.type === undefined ? unknownOrigin : typeOf(follow, pattern.type, inside);
  const injected = injectedOrigin(follow, pattern.decorators, typed, inside);
  if (injected.kind !== 'unknown') {
    const origin = along(follow, injected, path);
    if (isTyped && weightOf(origin) >= 3) return origin;
  }
  const taking = callTaking(declaration.function, at);
  const given = taking && givenOrigin(follow, taking, index);
  if (given && weightOf(given) >= 2) return along(follow, given, path);
  if (pattern.default) {
    const origin = along(follow, follow.trace(pattern.default, inside), path);
    if (isThing(origin)) return origin;
  }
  const unexplained = { kind: 'parameter', index, path: [], function: facts, file } as const;
  const isOpen = !isTyped && !facts.callback;
  const passed = isOpen ? fromCallers(follow, unexplained, declaration.function, path) : undefined;
  return passed ?? along(follow, weightOf(typed) >= 3 ? typed : unexplained, path);
}

/** `any`, `unknown[]`, `Array<any>`: as if nothing were written. */
const saysNothing = /^(?:readonly\s+)?(?:Readonly)?(?:Array<)?\s*(?:any|unknown|object)\s*>?(?:\[\])*$/;

function typeOf(follow: Follow, text: string, at: Place): Origin {
  return valueOfType(follow.type(readType(text), at, typesInForce(follow, at)));
}

/** What a call gives to the parameters of the function that it takes. */
function givenOrigin(follow: Follow, { chain, link, argument, at }: GivenTo, parameter: number): Origin | undefined {
  const { name = '', arguments: values = [] } = chain.links[link] ?? {};
  if (name === 'then' && argument === 0 && parameter === 0) return follow.links(chain, link, at);
  const called = name === '' && typeof chain.root === 'string' && link === 0 ? chain.root : name;
  if (isElementParameter(called, parameter)) {
    const list = argument === 0 ? follow.links(chain, link, at) : values[0] && follow.trace(values[0], at);
    return list && follow.element(list);
  }
  const read = withoutCall(chain, link);
  const callee = follow.links({ ...chain, links: read }, read.length, at);
  return fromCallee(follow, callee, argument, parameter, { chain, link, argument, at });
}

/** `function withTransaction(fn) { return knex.transaction((trx) => fn(trx)) }`: what the workspace's function passes on. */
function fromCallee(
  follow: Follow,
  callee: Origin,
  argument: number,
  parameter: number,
  given: GivenTo,
): Origin | undefined {
  const found = functionOf(callee);
  const typed = found && typedParameter(follow, found, argument, parameter);
  if (typed) return typed;
  const name = found?.function.parameters[argument]?.name;
  if (!found || name === undefined || name === '') return undefined;
  const id = follow.program.idOf(found.function, found.file);
  for (const [index, inner] of found.file.functions.entries()) {
    if (!isWithinFunction(found.file, index, id)) continue;
    for (const { chain } of inner.uses) {
      const further = passedOn(follow, chain, name, { file: found.file, function: index });
      if (further && parameter === 0) return further;
      const passed = chain.root === name && chain.links[0]?.name === '' ? chain.links[0].arguments : undefined;
      const value = passed?.[parameter];
      if (!value) continue;
      const values = given.chain.links[given.link]?.arguments ?? [];
      return follow.trace(value, {
        file: found.file,
        function: index,
        ...(found.self && { self: found.self }),
        passed: { function: id, values, at: given.at },
      });
    }
  }
  return undefined;
}

/** `work: (tx: Transaction) => Promise<T>` */
function typedParameter(
  follow: Follow,
  { function: facts, file }: { readonly function: FunctionFacts; readonly file: FileFacts },
  argument: number,
  parameter: number,
): Origin | undefined {
  const { type } = facts.parameters[argument] ?? {};
  const node = type?.includes('=>') ? readType(type) : undefined;
  const inner = node?.kind === 'function' ? node.parameters[parameter] : undefined;
  if (!inner) return undefined;
  const at = { file, function: follow.program.idOf(facts, file) };
  const origin = valueOfType(follow.type(inner, at, new Map()));
  return weightOf(origin) >= 4 ? origin : undefined;
}

/** `(work) => prisma.$transaction(work)`: the client itself is what Prisma gives. */
function passedOn(follow: Follow, chain: ChainValue, name: string, at: Place): Origin | undefined {
  const link = chain.links.findIndex(
    (one) =>
      one.name === '$transaction' &&
      one.arguments?.some((value) => value.kind === 'chain' && value.root === name && value.links.length === 0),
  );
  return link < 0 ? undefined : follow.links(chain, link, at);
}
