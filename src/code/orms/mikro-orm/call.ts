import type { Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';

/** One call while its statements are made. */
export interface Asked {
  readonly model: Model;
  /** What is given beside the entity: `em.find(Post, where, options)` → [where, options]. */
  readonly arguments: readonly Value[];
  readonly link: Link;
  readonly context: CallContext;
}

type Given = Pick<OrmCall, 'operation' | 'isMany' | 'statements'> & Partial<OrmCall>;

export function ormCall(link: Link, model: Model | undefined, notes: Iterable<string>, given: Given): OrmCall {
  return {
    library: 'mikro-orm',
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
