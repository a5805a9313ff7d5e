import type { TextRange } from '../../../nouns/text-range';
import { prefixOf } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin } from '../../resolve/origin';
import type { CallContext } from '../orm';

export interface DelegateCall {
  /** Index of the link that is called: `findMany` of `prisma.post.findMany(…)`. */
  readonly link: number;
  readonly operation: string;
  readonly nameRange: TextRange;
  readonly model: Model;
}

/** Methods of `prisma.post`. */
export const operations = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
]);

/** The call of a model's method in a chain, when what stands before it is a client of Prisma's. */
export function delegateCall(chain: ChainValue, context: CallContext): DelegateCall | undefined {
  const link = chain.links.findIndex(({ name, arguments: given }) => given !== undefined && operations.has(name));
  const called = chain.links[link];
  if (called === undefined) return undefined;
  const model = modelOfDelegate(chain, link, context);
  return model && { link, operation: called.name, nameRange: called.range, model };
}

function modelOfDelegate(chain: ChainValue, link: number, context: CallContext): Model | undefined {
  const receiver = context.tracer.traceLinks(chain, link, context.at);
  const delegate = memberOf(receiver);
  if (delegate) {
    const model = named(delegate.name, context);
    return model && isClient(delegate.of, context) ? model : undefined;
  }
  // A parameter of the type Prisma.PostDelegate.
  if (receiver.kind !== 'instance' || (receiver.of.kind !== 'package' && receiver.of.kind !== 'type')) return undefined;
  const type = receiver.of.kind === 'package' ? (receiver.of.path.at(-1) ?? '') : receiver.of.type.name;
  return type.endsWith('Delegate') ? named(type.slice(0, -'Delegate'.length), context) : undefined;
}

/** `tx.post`: a property, or one of a parameter that no annotation explains. */
function memberOf(origin: Origin): { readonly of: Origin; readonly name: string } | undefined {
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

/** `prisma.postCategory` is the model PostCategory. */
function named(delegate: string, { models, at }: CallContext): Model | undefined {
  if (delegate === '') return undefined;
  const name = delegate.charAt(0).toUpperCase() + delegate.slice(1);
  return models.named('prisma', name, at.file.uri) ?? models.named('prisma', delegate, at.file.uri);
}

export function isPrismaPackage(name: string): boolean {
  return /^@prisma\/client(?:\/|$)|^\.prisma\/client|(?:^|[/-])(?:prisma|generated)(?:[/-]|$)/i.test(name);
}

const clientTypes = new Set(['PrismaClient', 'TransactionClient', 'default']);

/** Whether an origin is an object of PrismaClient, of a class that extends it, an extended client, or a transaction's. */
export function isClient(origin: Origin, context: CallContext, depth = 0): boolean {
  if (depth > 8) return false;
  const { tracer } = context;
  switch (origin.kind) {
    case 'instance':
      return isClientType(origin.of, context, depth);
    case 'call': {
      const last = origin.chain.links.at(-1)?.name ?? '';
      // `new PrismaClient().$extends({ … })`
      if (last === '$extends' || last === '$on' || last === 'withAccelerate') {
        const receiver = tracer.traceLinks(origin.chain, origin.chain.links.length - 1, origin.at);
        return isClient(receiver, context, depth + 1);
      }
      return isClientType(origin, context, depth);
    }
    case 'member':
    case 'parameter': {
      // `ctx.prisma`, `globalThis.prisma`: where no type says it, the name does, together with the model's and the method's.
      const member = memberOf(origin);
      if (member) return /^prisma(?:Client|Service)?$/i.test(member.name) && isUndeclared(member.of);
      return origin.kind === 'parameter' && isOfTransaction(origin, context, depth);
    }
    case 'package':
      // A module of the workspace that nobody has: `import { prisma } from '@acme/database'`.
      return /^prisma(?:Client)?$/.test(origin.path.at(-1) ?? '');
    default:
      return false;
  }
}

function isClientType(type: Origin, context: CallContext, depth: number): boolean {
  if (depth > 8) return false;
  switch (type.kind) {
    case 'package':
      return clientTypes.has(type.path.at(-1) ?? '') && isPrismaPackage(type.package);
    case 'class': {
      const { extends: parent } = type.class;
      if (parent === undefined) return false;
      if (parent.root === 'PrismaClient') return true;
      return isClientType(
        context.tracer.trace(parent, { file: type.file, function: type.class.within }),
        context,
        depth + 1,
      );
    }
    case 'call':
      // `export const PrismaClient = $Class.getPrismaClientClass()`, as the generated client has it.
      return /^getPrismaClient(?:Class)?$/.test(type.chain.links.at(-1)?.name ?? '');
    case 'type':
      return clientTypes.has(type.type.name);
    default:
      return false;
  }
}

/** `prisma.$transaction(async (tx) => …)`: the first parameter of the function that it is given. */
function isOfTransaction(
  { index, path, function: called, file }: Origin & { kind: 'parameter' },
  context: CallContext,
  depth: number,
): boolean {
  if (index !== 0 || path.length > 0 || called.callback === undefined || called.parent === undefined) return false;
  const use = file.functions[called.parent]?.uses[called.callback.use];
  const chain: ChainValue | undefined = use?.chain;
  const link = chain?.links.findIndex(({ name }) => name === '$transaction') ?? -1;
  if (chain === undefined || link < 0) return false;
  const at = { file, function: called.parent };
  return isClient(context.tracer.trace(prefixOf(chain, link), at), context, depth + 1);
}
