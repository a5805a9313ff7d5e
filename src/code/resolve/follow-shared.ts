import type { FunctionFacts } from '../facts/facts';
import { entryOf } from '../facts/value-access';
import { isTemplate } from '../file-roles';
import { bestOrigin, weightOf } from './best-origin';
import { along, type Follow } from './follow';
import type { Origin } from './origin';
import { sharedFolders } from './paths';
import type { SharedValue } from './program-uses';
import { functionOf } from './read-folder';
import { agreed, isObject, isThing, originKey } from './same-origin';
import { isWithinFunction, withoutCall } from './within';

/** Names that programs give to the same thing. */
const alike: readonly ReadonlySet<string>[] = [
  new Set(['req', 'request']),
  new Set(['ctx', 'context', 'c', 'contextValue']),
  new Set(['app', 'fastify', 'server', 'instance', 'router']),
  new Set(['res', 'response', 'reply']),
  new Set(['global', 'globalThis', 'window']),
];

/** More writers of one name than these are not looked at. */
const mostWriters = 8;

/**
 * A member that some other place of the program puts there: `req.db = knex` in a middleware, `fastify.decorate('db', knex)`,
 * `global.prisma = new PrismaClient()`, `c.set('db', db)`, what `createContext` returns. Undefined when places differ.
 */
export function sharedMember(follow: Follow, of: Origin, name: string): Origin | undefined {
  if (name === '' || name === '[]' || /^\d/.test(name)) return undefined;
  const all = follow.program.uses.written(name);
  const named = all.filter((writer) => isNamedAlike(writer, of));
  const writers = named.length > 0 || all.length > mostWriters ? named : all.filter((one) => isSame(follow, one, of));
  if (writers.length > mostWriters) return undefined;
  const written = agreed(
    writers.map(({ value, at }) => follow.trace(value, at)),
    (origin) => isThing(origin) || isObject(origin),
  );
  return written ?? (isContext(of) ? ofContext(follow, name) : undefined);
}

/** A global that is assigned somewhere, `global.WIKI = WIKI`: by the files nearest to the one that asks, alike. */
export function assignedGlobal(follow: Follow, name: string, from: string): Origin | undefined {
  const writers = follow.program.uses
    .written(name)
    .filter(({ chain, links }) => links === 0 && /^(?:global|globalThis|window)$/.test(String(chain.root)));
  if (writers.length === 0 || writers.length > mostWriters) return undefined;
  const shared = writers.map(({ at }) => sharedFolders(at.file.uri, from));
  const nearest = writers.filter((_, i) => shared[i] === Math.max(...shared));
  const origin = bestOrigin(nearest.map(({ value, at }) => follow.trace(value, at)));
  return weightOf(origin) >= 4 ? origin : undefined;
}

function isNamedAlike({ chain, links }: SharedValue, of: Origin): boolean {
  const target = links === 0 ? chain.root : chain.links[links - 1]?.name;
  const name = lastName(of);
  return typeof target === 'string' && name !== undefined && isAlike(target, name);
}

function isSame(follow: Follow, { chain, links, at }: SharedValue, of: Origin): boolean {
  if (of.kind === 'parameter' || of.kind === 'unknown') return false;
  const receiver = follow.links(chain, links, at);
  return receiver.kind !== 'unknown' && originKey(receiver) === originKey(of);
}

function isAlike(one: string, other: string): boolean {
  // Hono's `c.var.db` is what `c.set('db', …)` set.
  if (one === other || other === 'var') return true;
  return alike.some((names) => names.has(one) && names.has(other));
}

/** As the program calls it: `req`, `locals` of `app.locals`. */
function lastName(of: Origin): string | undefined {
  if (of.kind === 'parameter') return of.path.at(-1) ?? of.function.parameters[of.index]?.name;
  if (of.kind === 'member' || of.kind === 'global') return of.name;
  if (of.kind === 'class') return of.class.name;
  return of.kind === 'package' ? of.path.at(-1) : undefined;
}

/** `ctx` of a tRPC procedure, the third parameter of a GraphQL resolver. */
function isContext(of: Origin): boolean {
  if (of.kind !== 'parameter') return false;
  const name = lastName(of) ?? '';
  return /^(?:ctx|context|contextValue|_?c(?:on)?te?xt)$/i.test(name) || (of.index === 2 && of.path.length === 0);
}

function ofContext(follow: Follow, name: string): Origin | undefined {
  const returned = follow.program.uses.contexts.flatMap(({ file, function: id }) =>
    (file.functions[id]?.returns ?? []).flatMap((value) => {
      const entry = entryOf(value, name);
      return entry ? [{ value: entry.value, at: { file, function: id } }] : [];
    }),
  );
  if (returned.length > mostWriters) return undefined;
  return agreed(returned.map(({ value, at }) => follow.trace(value, at)));
}

/**
 * What the program's calls of a function pass to a parameter that nothing else explains, followed along the path of its
 * destructuring, when they agree; of a constructor what `new` passes.
 */
export function fromCallers(
  follow: Follow,
  origin: Origin & { readonly kind: 'parameter' },
  id: number,
  path: readonly string[],
): Origin | undefined {
  const { function: facts, file, index } = origin;
  const name = facts.name.split('.').at(-1) ?? '';
  const called = name === 'constructor' ? (facts.class ?? '') : name;
  const calls = called === '' ? follow.program.importedCalls(file) : follow.program.uses.callsOf(called);
  const given = calls.flatMap(({ chain, link, at }) => {
    const value = chain.links[link]?.arguments?.[index];
    if (!value || value.kind === 'literal' || value.kind === 'runtime') return [];
    // A recursive call passes on what it was given.
    if (at.file === file && isWithinFunction(file, at.function, id)) return [];
    const read = withoutCall(chain, link);
    const callee = follow.links({ ...chain, isNew: undefined, links: read }, read.length, at);
    return isFunction(follow, callee, facts, id) ? [along(follow, follow.trace(value, at), path)] : [];
  });
  // A template of Django is shown by several views, each with a list of its own: one of them is meant.
  const isShown = file.languageId === 'python' && isTemplate(file.uri);
  return isShown ? (agreed(given, isOfThing) ?? given.find(isOfThing)) : agreed(given);
}

/** Rows of a list, what belongs to them, and all that a template is given, too. */
function isOfThing(origin: Origin): boolean {
  if (origin.kind === 'element' || origin.kind === 'member') return isOfThing(origin.of);
  return isThing(origin) || isObject(origin);
}

function isFunction(follow: Follow, callee: Origin, facts: FunctionFacts, id: number): boolean {
  if (callee.kind === 'class')
    return callee.class.methods.some((one) => one.function === id && one.name === 'constructor');
  const whole = callee.kind === 'module' ? follow.exported(callee.file, '=') : callee;
  return whole !== undefined && functionOf(whole)?.function === facts;
}
