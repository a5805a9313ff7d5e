import type { ClassFacts, FileFacts } from '../../facts/facts';
import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin } from '../../resolve/origin';
import type { CallContext } from '../orm';
import { EntityModels } from '../support/entity-models';
import { calledMember, libraryBase, receiverTaking } from '../support/library-subclass';
import { exportedName } from './program';

/** The entities that values and types name. */
export const entities = new EntityModels('mikro-orm', exportedName);

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
      // `em.transactional(async (em) => …)`
      const of = origin.index === 0 ? receiverTaking(origin, 'transactional', context.tracer) : undefined;
      return of && readReceiver(of, context, depth + 1) && { kind: 'manager' };
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
  if (name !== undefined && repositories.test(name)) return repository(entities.ofType(origin.types[0], context));
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
  const base = libraryBase(own, file, given, context.tracer, exportedName);
  if (base === undefined) return undefined;
  if (/EntityManager$/.test(base.name)) return { kind: 'manager' };
  return repositories.test(base.name) ? repository(entities.ofType(base.types[0], context)) : undefined;
}

function ofCall(origin: Origin & { readonly kind: 'call' }, context: CallContext, depth: number): Receiver | undefined {
  const { callee, arguments: given, at } = origin;
  if (callee.kind === 'package') {
    return exportedName(callee) !== undefined && callee.path[0] === 'MikroORM' ? { kind: 'orm' } : undefined;
  }
  const called = calledMember(callee);
  const receiver = called && readReceiver(called.of, context, depth + 1);
  if (receiver === undefined) return undefined;
  switch (called?.name) {
    case 'getRepository':
    case 'repo': {
      const [first] = given;
      return repository(first === undefined ? undefined : entities.at(first, at, context));
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
