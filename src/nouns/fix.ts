import type { Plan } from './plan';
import type { TextRange } from './text-range';

/** Something that a person can apply. */
export type Fix = EditFix | IndexFix | StatementFix;

export interface EditFix {
  readonly kind: 'edit';
  readonly title: string;
  readonly edits: readonly DocumentEdit[];
  /** What a person must know before it is applied, one sentence. */
  readonly note?: string;
  /** It changes more than the place that was found, such as a model: offered, but never as the one to take without a look. */
  readonly isAside?: true;
}

export interface DocumentEdit {
  /** Of the finding's document when undefined. */
  readonly uri?: string;
  /** In that document. */
  readonly range: TextRange;
  readonly newText: string;
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
  /** Names of existing indexes that nothing needs any more beside this one: it begins with their columns. */
  readonly replaces?: readonly string[];
  /** The proof is of the query that checks this foreign key, which the statement's own plan does not contain. */
  readonly foreignKey?: ForeignKeyCheck;
  readonly proof: Proof;
  /** Models of the program that can declare it; undefined where no program was read, or none can. */
  readonly models?: readonly ModelPlace[];
}

export interface ModelPlace {
  /** `Post` */
  readonly model: string;
  /** `src/models/post.ts:12` */
  readonly place: string;
}

/** What PostgreSQL runs for each row that is deleted from a table (or whose key is updated) to keep a foreign key true. */
export interface ForeignKeyCheck {
  readonly constraint: string;
  /** The columns that reference, of the index's table. */
  readonly columns: readonly string[];
  /** The table whose rows are deleted or changed. */
  readonly referenced: { readonly schema: string; readonly table: string };
  readonly event: 'delete' | 'update';
  /** With `$1` for the key of the row: `SELECT 1 FROM ONLY comments x WHERE $1 = post_id FOR KEY SHARE OF x`. */
  readonly sql: string;
}

export interface StatementFix {
  readonly kind: 'statement';
  readonly title: string;
  /** A statement for a person to run, or to say yes to: ANALYZE, SET work_mem. */
  readonly sql: string;
  /** What a person must know before. */
  readonly note?: string;
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
  /** A column's bare (unquoted) name; when `isExpression` SQL: a call, or an expression in parentheses. */
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
  /** The statement, where the proof stands alone: that of a finding is the finding's. */
  readonly sql?: string;
  /** The values of `$1`, `$2`, … in both plans: of those tried, the ones that gain most. */
  readonly values?: readonly (string | null)[];
  readonly costBefore: number;
  readonly costAfter: number;
  /** Estimated size of the index, in bytes. */
  readonly sizeBytes: number;
  /** True when table sizes are assumed because no database was asked. */
  readonly assumed: boolean;
  /** What the plan rests on besides statistics: `nothing is known of (data ->> 'x'): planned as if it had 200 different values`. */
  readonly guessed?: string;
  /** What the index does to the other statements that are known; undefined: there are none, or they were not asked yet. */
  readonly others?: OtherQueries;
  /** What the index costs when rows are written. */
  readonly writes?: IndexWrites;
}

/** Other statements on the index's table, each planned without and with the index and nothing else that is new. */
export interface OtherQueries {
  /** How many are known. */
  readonly known: number;
  /** How many of them were planned before the time was over. */
  readonly checked: number;
  /** Cheaper by more than 1 %; the greatest gain first. */
  readonly better: readonly OtherQuery[];
  /** Dearer by more than 1 %; the greatest loss first. */
  readonly worse: readonly OtherQuery[];
}

export interface OtherQuery {
  /** `src/posts.ts:12` where that is known. */
  readonly place?: string;
  readonly sql: string;
  readonly costBefore: number;
  readonly costAfter: number;
}

/** Write amplification. */
export interface IndexWrites {
  /** Indexes of the table that every inserted row is written to (a partial one only where its condition holds). */
  readonly indexesBefore: number;
  readonly indexesAfter: number;
  /** False: only rows that meet the new index's condition are written to it. */
  readonly everyRow: boolean;
  /**
   * Updates that write to no index at all (heap-only tuples). 'kept': none of the known UPDATEs sets a column of the
   * index; 'lost': some do, and set no column of an existing index; undefined: no UPDATE of the table is known.
   */
  readonly hot?: 'kept' | 'lost';
  /** The columns of the index that make known UPDATEs write to all indexes. */
  readonly hotColumns?: readonly string[];
  /** Share of the table's updates that were heap-only so far, from the server's counters; 0.9 is 90 %. */
  readonly hotShare?: number;
  /** Rows inserted or updated a day, from the server's counters; a deleted row costs an index nothing at once. */
  readonly rowsPerDay?: number;
}
