import type { Plan } from './plan';
import type { TextRange } from './text-range';

/** Something that a person can apply. */
export type Fix = EditFix | IndexFix | StatementFix;

export interface EditFix {
  readonly kind: 'edit';
  readonly title: string;
  /** In the document of the finding's site. */
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
}

export interface IndexFix {
  readonly kind: 'index';
  /** 'Create index on posts (author_id, created_at DESC): cost 5,013 → 28' */
  readonly title: string;
  readonly index: IndexDefinition;
  /** CREATE INDEX without CONCURRENTLY, for a migration. */
  readonly sql: string;
  /** CREATE INDEX CONCURRENTLY, for a running server; without that word for a partitioned table, which cannot have it. */
  readonly concurrently: string;
  /** The statement that has to run before, such as `CREATE EXTENSION IF NOT EXISTS pg_trgm`. */
  readonly needs?: string;
  readonly proof: Proof;
}

export interface StatementFix {
  readonly kind: 'statement';
  readonly title: string;
  /** A statement for a person to run: ANALYZE, SET work_mem. Planlight never runs it. */
  readonly sql: string;
}

export interface IndexDefinition {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: 'btree' | 'gin' | 'gist' | 'brin' | 'hash';
  readonly columns: readonly IndexColumn[];
  /** INCLUDE: bare names of columns that are stored beside the key, so that a scan need not visit the table. */
  readonly include?: readonly string[];
  /** Predicate of a partial index, as SQL. */
  readonly where?: string;
}

export interface IndexColumn {
  /** A column's bare (unquoted) name, or a parenthesised expression as SQL when `isExpression`. */
  readonly name: string;
  readonly isExpression?: boolean;
  readonly operatorClass?: string;
  readonly descending?: boolean;
  /** Only when it differs from the default of the direction (ASC: last, DESC: first). */
  readonly nulls?: 'first' | 'last';
}

/** Two plans of the same statement with the same values, by the same planner. */
export interface Proof {
  readonly by: 'what-if' | 'hypopg' | 'server';
  readonly before: Plan;
  readonly after: Plan;
  /** The values of `$1`, `$2`, … in both plans: of those tried, the ones that gain most. */
  readonly values?: readonly (string | null)[];
  readonly costBefore: number;
  readonly costAfter: number;
  /** Estimated size of the index, in bytes. */
  readonly sizeBytes: number;
  /** True when table sizes are assumed because no database was asked. */
  readonly assumed: boolean;
}
