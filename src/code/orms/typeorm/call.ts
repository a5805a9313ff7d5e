import type { Link, ObjectValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';

/** One call while its statements are made. */
export interface Asked {
  readonly model: Model;
  /** What is given beside the entity: `manager.find(Post, options)` → [options]. */
  readonly arguments: readonly Value[];
  readonly link: Link;
  readonly context: CallContext;
}

type Given = Pick<OrmCall, 'operation' | 'isMany' | 'statements'> & Partial<OrmCall>;

export function ormCall(link: Link, model: Model | undefined, notes: Iterable<string>, given: Given): OrmCall {
  return {
    library: 'typeorm',
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

export function objectOf(value: Value | undefined): { readonly options?: ObjectValue } {
  return value?.kind === 'object' ? { options: value } : {};
}
