import type { TextRange } from '../../nouns/text-range';
import type { FileFacts, Use } from '../facts/facts';
import type { ChainValue, ObjectValue, Value } from '../facts/values';
import type { Association, Model } from '../models/model';
import type { Origin, Place, Tracer } from '../resolve/origin';

/** One library. A new one is a file (or a folder) here and a line in orms.ts. */
export interface Orm {
  /** As a site says it: 'sequelize'. */
  readonly library: string;
  /** The language that it is for, where that is not JavaScript: calls of other files are not asked of it, and there any name may send a query. */
  readonly languageId?: string;
  /** Packages that it comes from. */
  readonly packages: RegExp;
  /** Names of its functions and methods that send a query or make something that does; a text with none of them and no such package is not read. */
  readonly methods: ReadonlySet<string>;
  /** The models that the files declare, associations linked. Asked again only when a file with declarations changed. */
  models?(tracer: Tracer): readonly Model[];
  /** Decisions that the library itself takes, written as branches: kysely's `.$if(wanted, (qb) => …)`. Before the variants are made. */
  prepare?(chain: ChainValue): ChainValue;
  /**
   * What a call sends; undefined when it is no query of this library, or no whole one (a part of a longer chain).
   * The chain has no choices and no branches: each variant is asked for by itself (see variants.ts).
   */
  read(chain: ChainValue, context: CallContext): OrmCall | undefined;
  /**
   * What touching a property or calling a method of a loaded row means: `post.author` of a lazy relation, `post.getAuthor()`,
   * `post.related('author').fetch()`, `await wrap(post).author.load()`. The statement that it sends, for one row.
   */
  readRow?(access: RowAccess, context: CallContext): OrmCall | undefined;
}

export interface CallContext {
  readonly at: Place;
  readonly tracer: Tracer;
  readonly models: ModelIndex;
  /** Where the chain stands: whether it is awaited, returned, an argument. */
  readonly use?: Use;
  /** `authorId` → how a value is followed to its origin. */
  trace(value: Value): Origin;
}

export interface ModelIndex {
  of(library: string): readonly Model[];
  /** By name; where several folders have one of this name, the nearest to `uri`, and one that `uri` imports first. */
  named(library: string, name: string, uri: string): Model | undefined;
  /** The model that a class, a drizzle table or a Prisma delegate is. */
  declaredAt(library: string, uri: string, range: TextRange): Model | undefined;
  target(model: Model, association: Association): Model | undefined;
}

export interface RowAccess {
  readonly model: Model;
  /** What is read or called of the row: `.author.name`, `.getAuthor()`. */
  readonly chain: ChainValue;
  /** Index of the first link that is of the row. */
  readonly link: number;
  /** Associations that the row was loaded with, dotted paths. */
  readonly loaded: readonly string[];
}

/** What one call sends, for one variant of what the program may ask. */
export interface OrmCall {
  readonly library: string;
  readonly operation:
    | 'find'
    | 'find one'
    | 'count'
    | 'exists'
    | 'aggregate'
    | 'insert'
    | 'update'
    | 'delete'
    | 'upsert'
    | 'raw'
    | 'load';
  /** Whether it gives a list of rows (or writes several). */
  readonly isMany: boolean;
  readonly model?: Model;
  /** Associations that come with the rows, as dotted paths with the place where they are asked for. */
  readonly loads: readonly {
    readonly path: string;
    readonly range: TextRange;
    readonly columns?: readonly string[];
    /** Nobody asks for it: the rows have it because of where they come from. */
    readonly isImplied?: true;
  }[];
  /** Properties that the rows have; undefined: all of the model. */
  readonly selects?: readonly string[];
  readonly hasLimit: boolean;
  /** Equality conditions on the model's own properties: `findByPk(id)` → [{ property: 'id', value }]. */
  readonly equals: readonly { readonly property: string; readonly value: Value }[];
  /** Every condition is in `equals`. */
  readonly isOnlyEquals: boolean;
  /** In the order in which they are sent. BEGIN and COMMIT are left out. */
  readonly statements: readonly GeneratedStatement[];
  /** What is not known, a sentence each: 'Conditions added at run time are not included.' */
  readonly notes: readonly string[];
  /** The name that is called: `findAll`. */
  readonly nameRange: TextRange;
  /** The object in which eager loading is asked for, when there is one; else where it would be written. */
  readonly options?: ObjectValue;
  /** Calls of one tick that the library sends as one statement: Prisma's findUnique, DataLoader; rows that are added to a session. */
  readonly isBatched?: true;
}

export interface GeneratedStatement {
  /** With `$1`, `$2`, …, printed by src/sql/statement-writer.ts. */
  readonly sql: string;
  readonly parameters: readonly GeneratedParameter[];
  /** Names in `sql` → the place in the document that they come from: `author_id` → `authorId` in the where object. */
  readonly places?: ReadonlyMap<string, TextRange>;
  /** Sent only when the one before found something: a separate query for included rows. `$n` of keys then has source `ids of posts`. */
  readonly isFollowUp?: true;
}

export interface GeneratedParameter {
  /** `authorId`, `page * 10`; a constant as written. */
  readonly source: string;
  /** What is bound, when it is constant. */
  readonly constant?: string | number | boolean | null;
  readonly range: TextRange;
  /** Bound as an array. */
  readonly isArray?: true;
}

/** A file's query call with every variant, the likeliest first. */
export interface FoundCall {
  readonly uri: string;
  readonly at: Place;
  readonly chain: ChainValue;
  /** Index in the function's `uses`. */
  readonly use: number;
  readonly variants: readonly OrmCall[];
  /** How many combinations there are; more than `variants` when not all are shown. */
  readonly combinations: number;
}

export type { FileFacts };
