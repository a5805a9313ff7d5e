import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import type { Located, Scope } from '../knex/scope';
import type { ObjectionQuery } from './query';

/** What one method adds to a builder. */
export type Step = (query: ObjectionQuery, given: readonly Expression[], context: Context) => void;

export interface Context {
  readonly link: Link;
  readonly located: readonly Located[];
  readonly scope: Scope;
}

/** `{ joinOperation: 'innerJoin' }` */
export function option(query: ObjectionQuery, options: Expression | undefined, name: string): Expression | undefined {
  const entry = options?.kind === 'object' ? options.entries.find(({ key }) => key === name) : undefined;
  return entry && query.reader.expression(entry.value);
}
