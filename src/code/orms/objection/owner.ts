import type { Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { Expression } from '../knex/expression';
import type { SqlText } from '../support/sql-text';
import type { ObjectionQuery } from './query';

/** Whose related rows a query is about. */
export interface Owner {
  readonly model: Model;
  readonly association: Association;
  readonly of: OwnerRows;
  /** What the owner's own columns are in the program, where there is one owner: `post.id`. */
  readonly values?: readonly Value[];
}

export type OwnerRows =
  /** Of each row of the query around: `whereExists(Post.relatedQuery('comments'))`. */
  | { readonly kind: 'reference'; readonly table: string }
  /** `.for(1)`, `.for([1, 2])`: keys of the owners' table. */
  | { readonly kind: 'ids'; readonly ids: Expression }
  /** `.for(Post.query().where(…))` */
  | { readonly kind: 'query'; readonly query: ObjectionQuery }
  /** Rows that are loaded: the values of their own columns. `values` is `($1)`. */
  | { readonly kind: 'rows'; readonly values: SqlText };
