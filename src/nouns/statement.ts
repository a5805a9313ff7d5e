import type { TextRange } from './text-range';

export type StatementKind = 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'ddl' | 'transaction' | 'other';

/** One SQL statement as PostgreSQL's own parser reads it. */
export interface Statement {
  /** The text that was parsed, with `$n` placeholders, without a final semicolon. */
  readonly text: string;
  readonly kind: StatementKind;
  /**
   * True only when the text proves that running it changes nothing: a SELECT, VALUES or TABLE without data-changing
   * CTE, INTO, FOR UPDATE/SHARE. Functions are judged by the database layer, which knows their volatility.
   */
  readonly readsOnly: boolean;
  /** The names of the functions that are called, lower case, schema-qualified where the text qualifies them. */
  readonly functions: readonly string[];
  /** The relations that are named, CTE names left out. */
  readonly relations: readonly RelationName[];
  /** pg_stat_statements-like fingerprint; computed on first use. */
  readonly fingerprint: string;
  /** The parse tree of one statement (libpg-query's JSON: `{ SelectStmt: {...} }`). Its locations are byte offsets in `text`. */
  readonly ast: Record<string, unknown>;
}

export interface RelationName {
  readonly schema?: string;
  readonly name: string;
  readonly alias?: string;
}

/** Why a text is not a statement: the server's own message and the token it points at (offsets in the parsed text). */
export interface SyntaxProblem {
  readonly message: string;
  readonly range: TextRange;
  /** True when nothing is known to be wrong: the text is too long or too deeply nested to be read here. */
  readonly unread?: true;
}

export type ParsedSql =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly problem: SyntaxProblem };
