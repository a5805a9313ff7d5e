import type { Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';

/** A call of a library's method on a model, while its statements are made. */
export interface Asked {
  readonly model: Model;
  /** What is given beside the entity: `manager.find(Post, options)` → [options]. */
  readonly arguments: readonly Value[];
  readonly link: Link;
  readonly context: CallContext;
}

export type GivenCall = Pick<OrmCall, 'operation' | 'isMany' | 'statements'> & Partial<OrmCall>;

/** What most calls of a library say of themselves, with what this one says. */
export function callOf(
  library: string,
  link: Link,
  model: Model | undefined,
  notes: Iterable<string>,
  given: GivenCall,
): OrmCall {
  return {
    library,
    loads: [],
    hasLimit: false,
    equals: [],
    isOnlyEquals: false,
    nameRange: link.range,
    ...(model === undefined ? {} : { model }),
    ...given,
    notes: [...new Set(notes)],
  };
}
