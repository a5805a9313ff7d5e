import { stringOf } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { CallContext } from '../orm';
import type { QueryBuilder } from './query-builder';
import { entities, receiverOf } from './receivers';

/** Begins a builder at `….createQueryBuilder(…)` and gives that link's index; undefined when it is none of TypeORM's. */
export function startOfBuilder(chain: ChainValue, builder: QueryBuilder, context: CallContext): number | undefined {
  const index = chain.links.findIndex(({ name }) => name === 'createQueryBuilder');
  const link = chain.links[index];
  if (link?.arguments === undefined) return undefined;
  const receiver = receiverOf(chain, index, context);
  if (receiver === undefined) return undefined;
  const [first, second] = link.arguments;
  if (receiver.kind === 'repository' || receiver.kind === 'active record') {
    if (receiver.model === undefined) return undefined;
    builder.start(receiver.model, stringOf(first));
  } else if (first !== undefined && second !== undefined) {
    const model = entities.at(first, context.at, context);
    if (model === undefined) return undefined;
    builder.start(model, stringOf(second));
  }
  return index;
}
