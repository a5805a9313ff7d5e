import { prefixOf } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { Origin } from '../../resolve/origin';
import type { CallContext } from '../orm';

/** `tx.post`: a property, or one of a parameter that no annotation explains. */
export function memberOf(origin: Origin): { readonly of: Origin; readonly name: string } | undefined {
  if (origin.kind === 'member') return origin;
  if (origin.kind !== 'parameter') return undefined;
  const name = origin.path.at(-1);
  return name === undefined ? undefined : { of: { ...origin, path: origin.path.slice(0, -1) }, name };
}

/** Neither the workspace nor a package says what it is. */
function isUndeclared(origin: Origin): boolean {
  if (origin.kind === 'member') return isUndeclared(origin.of);
  return origin.kind === 'unknown' || origin.kind === 'parameter' || origin.kind === 'global';
}

function isPrismaPackage(name: string): boolean {
  return /^@prisma\/client(?:\/|$)|^\.prisma\/client|(?:^|[/-])(?:prisma|generated)(?:[/-]|$)/i.test(name);
}

/** What a client gives a client by. */
const clientMethods: ReadonlySet<string> = new Set(['$extends', '$on', 'withAccelerate', '$primary', '$replica']);

const clientTypes = new Set(['PrismaClient', 'TransactionClient', 'default']);

/**
 * Where the client is generated that an origin is an object of (PrismaClient, a class that extends it, an extended client, a
 * transaction): a file, or a package's name; '' where that is not known; undefined when it is no client.
 */
export function clientPlace(origin: Origin, context: CallContext, depth = 0): string | undefined {
  if (depth > 8) return undefined;
  const { tracer } = context;
  switch (origin.kind) {
    case 'instance':
      return placeOfType(origin.of, context, depth);
    case 'call': {
      const last = origin.chain.links.at(-1)?.name ?? '';
      // `new PrismaClient().$extends({ … })`; `prisma.$primary()` of the extension for read replicas
      if (clientMethods.has(last)) {
        const receiver = tracer.traceLinks(origin.chain, origin.chain.links.length - 1, origin.at);
        return clientPlace(receiver, context, depth + 1);
      }
      return placeOfType(origin, context, depth) ?? placeOfMade(origin, context, depth);
    }
    case 'member':
    case 'parameter': {
      // `ctx.prisma`, `globalThis.prisma`: where no type says it, the name does, together with the model's and the method's.
      const member = memberOf(origin);
      if (member) return /^prisma(?:Client|Service)?$/i.test(member.name) && isUndeclared(member.of) ? '' : undefined;
      return origin.kind === 'parameter' ? placeOfTransaction(origin, context, depth) : undefined;
    }
    case 'package':
      // A module of the workspace that nobody has: `import { prisma } from '@acme/database'`.
      return /^prisma(?:Client)?$/.test(origin.path.at(-1) ?? '') ? '' : undefined;
    default:
      return undefined;
  }
}

function placeOfType(type: Origin, context: CallContext, depth: number): string | undefined {
  if (depth > 8) return undefined;
  switch (type.kind) {
    case 'package':
      return clientTypes.has(type.path.at(-1) ?? '') && isPrismaPackage(type.package) ? type.package : undefined;
    case 'class': {
      const { extends: parent } = type.class;
      if (parent === undefined) return undefined;
      const base = context.tracer.trace(parent, { file: type.file, function: type.class.within });
      return placeOfType(base, context, depth + 1) ?? (parent.root === 'PrismaClient' ? '' : undefined);
    }
    case 'call':
      // `export const PrismaClient = $Class.getPrismaClientClass()`, as the generated client has it.
      return /^getPrismaClient(?:Class)?$/.test(type.chain.links.at(-1)?.name ?? '') ? type.at.file.uri : undefined;
    case 'type':
      return clientTypes.has(type.type.name) ? type.file.uri : undefined;
    default:
      return undefined;
  }
}

/** `remember('prisma', () => new PrismaClient())`: what a function is given to make, it gives back. */
function placeOfMade(
  { arguments: given, at }: Origin & { kind: 'call' },
  context: CallContext,
  depth: number,
): string | undefined {
  const passed = at.passed ? { values: at.passed.values, at: at.passed.at } : { values: given, at };
  for (const value of passed.values) {
    if (value.kind !== 'function') continue;
    for (const step of value.body) {
      if (!step.isReturned) continue;
      const origin = context.tracer.trace(step.value, { ...passed.at, function: value.id });
      const place = clientPlace(origin, context, depth + 1);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

/** `prisma.$transaction(async (tx) => …)`: the first parameter of the function that it is given. */
function placeOfTransaction(
  { index, path, function: called, file }: Origin & { kind: 'parameter' },
  context: CallContext,
  depth: number,
): string | undefined {
  if (index !== 0 || path.length > 0 || called.callback === undefined || called.parent === undefined) return undefined;
  const use = file.functions[called.parent]?.uses[called.callback.use];
  const chain: ChainValue | undefined = use?.chain;
  const link = chain?.links.findIndex(({ name }) => name === '$transaction') ?? -1;
  if (chain === undefined || link < 0) return undefined;
  const at = { file, function: called.parent };
  return clientPlace(context.tracer.trace(prefixOf(chain, link), at), context, depth + 1);
}
