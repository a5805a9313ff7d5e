import type { TextRange } from './text-range';

/** What the finder of query sites reads: a file, an editor's buffer, standard input. */
export interface SourceDocument {
  /** A URI or a path; only carried through. */
  readonly uri: string;
  /** VS Code's language identifier: 'sql', 'typescript', 'javascriptreact', … */
  readonly languageId: string;
  readonly text: string;
}

/** A place in a source file that sends one query. A call that sends two statements is two sites. */
export interface QuerySite {
  readonly uri: string;
  /** Where the query stands, in the document: the statement, or the inside of the string literal. */
  readonly range: TextRange;
  /** Who sends it: 'sql' for a .sql file, else the library or shape: 'pg', 'prisma', 'sequelize', 'tagged template', 'comment', … */
  readonly library: string;
  /** One statement with `$1`, `$2`, … for every placeholder and every expression that is not constant. */
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly sourceMap: SourceMap;
  /** Present when the query is sent once per turn of a loop (for, while, map, forEach, Promise.all over map). */
  readonly loop?: Loop;
  /**
   * Program text that stands where a name or a clause must be (`FROM ${table}`, `ORDER BY id ${direction}`). In `sql` a name
   * such as `"${table}"` or nothing took its place, so that the rest can be read; a planner cannot be asked.
   */
  readonly replaced?: readonly Replaced[];
  /** A statement of a migration: it runs once, on a schema that is not today's. */
  readonly runsOnce?: true;
  /** Present when a library writes the SQL: `Post.findAll({ … })`. `range` is then the call's. */
  readonly call?: GeneratedBy;
}

/** The library's call that sends a generated statement. A call that sends several is as many sites. */
export interface GeneratedBy {
  /** The name that is called, in the document: `findAll`. */
  readonly nameRange: TextRange;
  /** Which of the call's statements this is, from 1, in the order in which they are sent. */
  readonly statement: number;
  readonly statements: number;
  /** Which of the forms that the program's branches give the call send this statement; the likeliest is 1. */
  readonly forms: readonly number[];
  /** How many forms are known. */
  readonly formCount: number;
  /** What is not known of it, a sentence each: `Conditions added at run time are not included.` */
  readonly notes: readonly string[];
}

export interface Replaced {
  /** `${table}` */
  readonly source: string;
  /** In the document. */
  readonly range: TextRange;
}

export interface Loop {
  /** The loop's head in the document: `for (const post of posts)`. */
  readonly range: TextRange;
  readonly kind: 'for' | 'while' | 'callback';
}

export interface Parameter {
  /** 1 for `$1`. */
  readonly index: number;
  /** What stands in the source: `$1`, `:author`, `?`, `%s`, or the expression `req.params.id`. */
  readonly source: string;
  /** Where it stands in the document, for the first use. */
  readonly range: TextRange;
  /**
   * 'value': the driver sends it as a parameter. 'spliced': program text that is pasted into the SQL; it may be a
   * name or a whole clause, so a syntax error behind it says nothing.
   */
  readonly kind: 'value' | 'spliced';
  /** Where the program puts `%` around the value for certain. */
  readonly wildcards?: Wildcards;
  /** The value as text when the program always binds this one: `status: 'published'`. */
  readonly constant?: string | null;
}

/** `%word%`, `word%`, `%word` */
export type Wildcards = 'both' | 'after' | 'before';

/** Carries offsets in `sql` back to offsets in the document. */
export interface SourceMap {
  toDocument(sqlOffset: number): number;
  rangeToDocument(range: TextRange): TextRange;
}
