import type { Link } from '../../facts/values';
import type { Model } from '../../models/model';
import type { OrmCall } from '../orm';
import { callOf, type GivenCall } from '../support/model-call';

export function ormCall(link: Link, model: Model | undefined, notes: Iterable<string>, given: GivenCall): OrmCall {
  return callOf('mikro-orm', link, model, notes, given);
}
