import type { Link, ObjectValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { OrmCall } from '../orm';
import { callOf, type GivenCall } from '../support/model-call';

export function ormCall(link: Link, model: Model | undefined, notes: Iterable<string>, given: GivenCall): OrmCall {
  return callOf('typeorm', link, model, notes, given);
}

export function objectOf(value: Value | undefined): { readonly options?: ObjectValue } {
  return value?.kind === 'object' ? { options: value } : {};
}
