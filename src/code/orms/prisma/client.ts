import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext } from '../orm';
import { clientPlace, memberOf } from './client-origin';
import { detailsOf } from './models';

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
    const place = clientPlace(delegate.of, context);
    return place === undefined ? undefined : named(delegate.name, context, place);
  }
  // A parameter of the type Prisma.PostDelegate.
  if (receiver.kind !== 'instance' || (receiver.of.kind !== 'package' && receiver.of.kind !== 'type')) return undefined;
  const { of } = receiver;
  const type = of.kind === 'package' ? (of.path.at(-1) ?? '') : of.type.name;
  const place = of.kind === 'package' ? of.package : of.file.uri;
  return type.endsWith('Delegate') ? named(type.slice(0, -'Delegate'.length), context, place) : undefined;
}

/** `prisma.postCategory` is the model PostCategory: of the schema that this client was generated from, else of the nearest. */
function named(delegate: string, { models, at }: CallContext, place: string): Model | undefined {
  if (delegate === '') return undefined;
  const name = delegate.charAt(0).toUpperCase() + delegate.slice(1);
  const generated = models.of('prisma').find((model) => {
    const outputs = detailsOf(model)?.schema.outputs ?? [];
    return (model.name === name || model.name === delegate) && outputs.some((output) => isGeneratedAt(output, place));
  });
  return generated ?? models.named('prisma', name, at.file.uri) ?? models.named('prisma', delegate, at.file.uri);
}

/** A file below the generator's output, or the end of an import's path: `../generated/prisma/client`. */
function isGeneratedAt(output: string, place: string): boolean {
  if (place.startsWith(`${output}/`)) return true;
  const path = place.replace(/^(?:\.{1,2}\/)+/, '');
  return /^\./.test(place) && (output.endsWith(`/${path}`) || output.endsWith(`/${path.replace(/\/[^/]*$/, '')}`));
}
