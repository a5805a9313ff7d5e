import type { ClassFacts, FileFacts } from '../../facts/facts';
import type { ChainValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin, Place } from '../../resolve/origin';
import type { CallContext } from '../orm';
import { ancestors } from '../support/class-ancestors';
import { EntityModels } from '../support/entity-models';
import { calledMember, libraryBase, receiverTaking } from '../support/library-subclass';
import { exportedName } from './program';

/** The entities that values and types name. */
export const entities = new EntityModels('typeorm', exportedName);

/** What a method is called on. */
export type Receiver =
  /** `dataSource.getRepository(Post)`, a class that extends Repository<Post>; the model may be a type parameter only. */
  | { readonly kind: 'repository'; readonly model?: Model }
  | { readonly kind: 'manager' | 'data source' | 'query runner' }
  /** `Post` and an object of it, where `class Post extends BaseEntity`. */
  | { readonly kind: 'active record' | 'record'; readonly model: Model };

const classes: Readonly<Record<string, 'data source' | 'manager' | 'query runner'>> = {
  DataSource: 'data source',
  Connection: 'data source',
  EntityManager: 'manager',
  QueryRunner: 'query runner',
};
const repositories = /^(?:Repository|TreeRepository|AbstractRepository)$/;

export function receiverOf(chain: ChainValue, links: number, context: CallContext): Receiver | undefined {
  const origin = context.tracer.traceLinks(chain, links, context.at);
  const found = readReceiver(origin, context);
  const before = chain.links[links - 1];
  const isUnknown =
    found === undefined ? before?.name === 'getRepository' : found.kind === 'repository' && !found.model;
  if (isUnknown) {
    const model = entityAmong(before?.arguments ?? [], context);
    return model === undefined ? found : repository(model);
  }
  if (found !== undefined || chain.root !== 'this' || links > 0) return found;
  return extendedRepository(context);
}

/** A program's own `getRepository(context, Post): Repository<T>` gives that of the entity among its arguments. */
function entityAmong(values: readonly Value[], context: CallContext): Model | undefined {
  const models = values.flatMap((value) =>
    value.kind === 'chain' ? (entities.at(value, context.at, context) ?? []) : [],
  );
  return models.length === 1 ? models[0] : undefined;
}

export function readReceiver(origin: Origin, context: CallContext, depth = 0): Receiver | undefined {
  if (depth > 10) return undefined;
  switch (origin.kind) {
    case 'instance':
      return ofInstance(origin, context);
    case 'class': {
      const model = recordModel(origin.class, origin.file, context);
      return model === undefined ? undefined : { kind: 'active record', model };
    }
    case 'call':
      return ofCall(origin, context, depth);
    case 'member':
      return ofMember(readReceiver(origin.of, context, depth + 1), origin.name);
    case 'parameter': {
      const [name, ...rest] = [...origin.path].reverse();
      if (name !== undefined) {
        return ofMember(readReceiver({ ...origin, path: rest.reverse() }, context, depth + 1), name);
      }
      // `dataSource.transaction(async (manager) => …)`, also with an isolation level before it.
      const of = origin.index === 0 ? receiverTaking(origin, 'transaction', context.tracer) : undefined;
      return of && readReceiver(of, context, depth + 1) && { kind: 'manager' };
    }
    default:
      return undefined;
  }
}

function ofMember(of: Receiver | undefined, name: string): Receiver | undefined {
  if (of === undefined) return undefined;
  if (name === 'manager') return { kind: 'manager' };
  return name === 'connection' || name === 'dataSource' ? { kind: 'data source' } : undefined;
}

type Instance = Origin & { readonly kind: 'instance' };

function ofInstance(origin: Instance, context: CallContext): Receiver | undefined {
  const name = exportedName(origin.of);
  if (name !== undefined) {
    const kind = classes[name];
    if (kind !== undefined) return { kind };
    return repositories.test(name) ? repository(entities.ofType(origin.types[0], context)) : undefined;
  }
  if (origin.of.kind !== 'class') return undefined;
  const { class: own, file } = origin.of;
  const model = recordModel(own, file, context);
  if (model !== undefined) return { kind: 'record', model };
  return ofSubclass(own, file, origin.types, context);
}

function repository(model: Model | undefined): Receiver {
  return { kind: 'repository', ...(model === undefined ? {} : { model }) };
}

/** `class PostsRepository extends Repository<Post>`, or with `super(Post, manager)`. */
function ofSubclass(
  own: ClassFacts,
  file: FileFacts,
  given: readonly Origin[],
  context: CallContext,
): Receiver | undefined {
  const base = libraryBase(own, file, given, context.tracer, exportedName);
  if (base === undefined) return undefined;
  const kind = classes[base.name];
  if (kind !== undefined) return { kind };
  if (!repositories.test(base.name)) return undefined;
  return repository(entities.ofType(base.types[0], context) ?? passedToSuper(own, file, context));
}

function passedToSuper(own: ClassFacts, file: FileFacts, context: CallContext): Model | undefined {
  const made = own.methods.find(({ name }) => name === 'constructor');
  const uses = made === undefined ? [] : (file.functions[made.function]?.uses ?? []);
  const call = uses.find(({ chain }) => chain.root === 'super' && chain.links[0]?.name === '');
  const value = call?.chain.links[0]?.arguments?.[0];
  return value && made ? entities.at(value, { file, function: made.function }, context) : undefined;
}

type Call = Origin & { readonly kind: 'call' };

function ofCall(origin: Call, context: CallContext, depth: number): Receiver | undefined {
  const { callee, arguments: given, at } = origin;
  const own = exportedName(callee);
  if (own !== undefined) {
    if (/^(?:getConnection|createConnection|getConnectionManager)$/.test(own)) return { kind: 'data source' };
    if (own === 'getManager') return { kind: 'manager' };
    return /^get(?:Tree|Custom)?Repository$/.test(own) ? repositoryFor(given[0], at, context) : undefined;
  }
  const called = calledMember(callee);
  const receiver = called && readReceiver(called.of, context, depth + 1);
  if (receiver === undefined) return undefined;
  switch (called?.name) {
    case 'getRepository':
    case 'getTreeRepository':
    case 'getCustomRepository':
      if (receiver.kind === 'active record') return repository(receiver.model);
      return repositoryFor(given[0], at, context, origin.chain);
    case 'withRepository':
      return given[0] === undefined ? undefined : readReceiver(context.tracer.trace(given[0], at), context, depth + 1);
    case 'extend':
      return receiver.kind === 'repository' ? receiver : undefined;
    case 'createQueryRunner':
      return { kind: 'query runner' };
    case 'initialize':
    case 'connect':
      return receiver.kind === 'data source' ? receiver : undefined;
    default:
      return undefined;
  }
}

function repositoryFor(
  value: Value | undefined,
  at: Place,
  context: CallContext,
  chain?: ChainValue,
): Receiver | undefined {
  const origin = value?.kind === 'chain' ? context.tracer.trace(value, at) : undefined;
  if (origin?.kind === 'class') {
    const custom = ofSubclass(origin.class, origin.file, [], context);
    if (custom !== undefined) return custom;
  }
  const model = value === undefined ? undefined : entities.at(value, at, context);
  const typed = chain?.links.at(-1)?.types?.[0];
  return repository(
    model ?? (typed === undefined ? undefined : entities.ofType(context.tracer.traceType(typed, at), context)),
  );
}

/** `this` in `repository.extend({ findByEmail() { return this.find(…) } })`. */
function extendedRepository(context: CallContext): Receiver | undefined {
  const { file } = context.at;
  const around: number[] = [];
  for (let id: number | undefined = context.at.function; id !== undefined && id > 0; id = file.functions[id]?.parent) {
    around.push(id);
  }
  for (const id of around) {
    const parent = file.functions[id]?.parent ?? 0;
    for (const { chain } of file.functions[parent]?.uses ?? []) {
      const link = chain.links.findIndex(({ name, arguments: given }) => {
        const methods = name === 'extend' ? given?.[0] : undefined;
        return (
          methods?.kind === 'object' &&
          methods.entries.some(({ value }) => value.kind === 'function' && value.id === id)
        );
      });
      if (link < 0) continue;
      const of = context.tracer.traceLinks(chain, link, { file, function: parent });
      const receiver = readReceiver(of, context);
      if (receiver?.kind === 'repository') return receiver;
    }
  }
  return undefined;
}

function recordModel(own: ClassFacts, file: FileFacts, context: CallContext): Model | undefined {
  const all = [{ class: own, file }, ...ancestors(own, file, context.tracer)];
  const isRecord = all.some((each) => {
    const at = { file: each.file, function: each.class.within };
    return (
      each.class.extends !== undefined && exportedName(context.tracer.trace(each.class.extends, at)) === 'BaseEntity'
    );
  });
  return isRecord ? context.models.declaredAt('typeorm', file.uri, own.nameRange) : undefined;
}
