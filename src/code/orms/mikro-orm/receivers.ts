import type { ClassFacts, FileFacts } from '../../facts/facts';
import { entry, stringOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import { callTaking } from '../../resolve/follow-parameters';
import type { Origin, Place } from '../../resolve/origin';
import type { CallContext } from '../orm';
import { ancestors } from '../support/class-ancestors';
import { exportedName } from './program';

/** What a method is called on. */
export type Receiver =
  | { readonly kind: 'orm' | 'manager' | 'connection' }
  /** `em.getRepository(Post)`, a class that extends EntityRepository<Post>; the model may be a type parameter only. */
  | { readonly kind: 'repository'; readonly model?: Model };

const repositories = /^(?:EntityRepository|SqlEntityRepository)$/;

export function receiverOf(chain: ChainValue, links: number, context: CallContext): Receiver | undefined {
  return readReceiver(context.tracer.traceLinks(chain, links, context.at), context);
}

export function readReceiver(origin: Origin, context: CallContext, depth = 0): Receiver | undefined {
  if (depth > 10) return undefined;
  switch (origin.kind) {
    case 'instance':
      return ofInstance(origin, context);
    case 'call':
      return ofCall(origin, context, depth);
    case 'member':
      return ofMember(readReceiver(origin.of, context, depth + 1), origin.name);
    case 'parameter': {
      const name = origin.path.at(-1);
      if (name !== undefined) {
        return ofMember(readReceiver({ ...origin, path: origin.path.slice(0, -1) }, context, depth + 1), name);
      }
      return origin.index === 0 ? transactionManager(origin, context, depth) : undefined;
    }
    default:
      return undefined;
  }
}

function ofMember(of: Receiver | undefined, name: string): Receiver | undefined {
  return name === 'em' && of !== undefined ? { kind: 'manager' } : undefined;
}

function ofInstance(origin: Origin & { readonly kind: 'instance' }, context: CallContext): Receiver | undefined {
  const name = exportedName(origin.of);
  if (name === 'MikroORM') return { kind: 'orm' };
  if (name !== undefined && /^(?:Sql|PostgreSql)?EntityManager$/.test(name)) return { kind: 'manager' };
  if (name !== undefined && repositories.test(name)) return repository(modelOfType(origin.types[0], context));
  return origin.of.kind === 'class' ? ofSubclass(origin.of.class, origin.of.file, origin.types, context) : undefined;
}

function repository(model: Model | undefined): Receiver {
  return { kind: 'repository', ...(model === undefined ? {} : { model }) };
}

/** `class PostsRepository extends EntityRepository<Post>` */
function ofSubclass(
  own: ClassFacts,
  file: FileFacts,
  given: readonly Origin[],
  context: CallContext,
): Receiver | undefined {
  let types = given;
  for (const each of [{ class: own, file }, ...ancestors(own, file, context.tracer)]) {
    if (each.class.extends === undefined) return undefined;
    const at = { file: each.file, function: each.class.within };
    const parameters = each.class.typeParameters ?? [];
    const inForce = types;
    types = (each.class.extendsTypes ?? []).map(
      (text) => inForce[parameters.indexOf(text)] ?? context.tracer.traceType(text, at),
    );
    const base = exportedName(context.tracer.trace(each.class.extends, at));
    if (base === undefined) continue;
    if (/EntityManager$/.test(base)) return { kind: 'manager' };
    return repositories.test(base) ? repository(modelOfType(types[0], context)) : undefined;
  }
  return undefined;
}

function ofCall(origin: Origin & { readonly kind: 'call' }, context: CallContext, depth: number): Receiver | undefined {
  const { callee, arguments: given, at } = origin;
  if (callee.kind === 'package') {
    return exportedName(callee) !== undefined && callee.path[0] === 'MikroORM' ? { kind: 'orm' } : undefined;
  }
  const name = callee.kind === 'member' ? callee.name : callee.kind === 'parameter' ? callee.path.at(-1) : undefined;
  const of: Origin | undefined =
    callee.kind === 'member'
      ? callee.of
      : callee.kind === 'parameter'
        ? { ...callee, path: callee.path.slice(0, -1) }
        : undefined;
  const receiver = of === undefined ? undefined : readReceiver(of, context, depth + 1);
  if (receiver === undefined) return undefined;
  switch (name) {
    case 'getRepository':
    case 'repo': {
      const [first] = given;
      return repository(first === undefined ? undefined : modelAt(first, at, context));
    }
    case 'fork':
    case 'getContext':
    case 'getEntityManager':
      return { kind: 'manager' };
    case 'getConnection':
      return { kind: 'connection' };
    default:
      return undefined;
  }
}

/** `em.transactional(async (em) => …)` */
function transactionManager(
  origin: Origin & { readonly kind: 'parameter' },
  context: CallContext,
  depth: number,
): Receiver | undefined {
  const id = origin.file.functions.indexOf(origin.function);
  const taking = callTaking(id, { file: origin.file, function: id });
  if (taking === undefined || taking.chain.links[taking.link]?.name !== 'transactional') return undefined;
  const of = context.tracer.traceLinks(taking.chain, taking.link, taking.at);
  return readReceiver(of, context, depth + 1) === undefined ? undefined : { kind: 'manager' };
}

/** The entity that a value names: a class, an EntitySchema, or its name. */
export function modelAt(value: Value, at: Place, context: CallContext): Model | undefined {
  const name = stringOf(value);
  if (name !== undefined) return context.models.named('mikro-orm', name, at.file.uri);
  return modelOfType(context.tracer.trace(value, at), context);
}

export function modelOfType(origin: Origin | undefined, context: CallContext): Model | undefined {
  switch (origin?.kind) {
    case 'class':
      return context.models.declaredAt('mikro-orm', origin.file.uri, origin.class.nameRange);
    case 'type':
      return context.models.named('mikro-orm', origin.type.name, origin.file.uri);
    case 'instance': {
      if (exportedName(origin.of) !== 'EntitySchema') return modelOfType(origin.of, context);
      const options = origin.arguments?.[0];
      if (options === undefined || origin.at === undefined) return undefined;
      const of = entry(options, 'class');
      if (of !== undefined) return modelAt(of, origin.at, context);
      const name = stringOf(entry(options, 'name'));
      return name === undefined ? undefined : context.models.named('mikro-orm', name, origin.at.file.uri);
    }
    default:
      return undefined;
  }
}
