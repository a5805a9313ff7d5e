import type { QuerySite } from '../../nouns/query-site';
import type { TextRange } from '../../nouns/text-range';
import type { LoopFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Association, Model } from '../models/model';
import type { FoundCall, OrmCall } from '../orms/orm';
import type { Place } from '../resolve/origin';

/**
 * A query that is sent once for each turn of a loop: facts for rules (is it worth a word?) and fixes (what is to be
 * written?). `for (const post of posts) { show(post) }` with `post.getAuthor()` in `show` is one of these.
 */
export interface Repetition {
  /**
   * What is repeated. 'lazy': a relation of the row that is loaded when it is touched; 'count': a number or yes/no for
   * each row; 'write': an INSERT, UPDATE or DELETE for each row; 'same query': nothing in it depends on the turn.
   */
  readonly kind: 'query' | 'lazy' | 'count' | 'write' | 'same query';
  readonly loop: RepeatedLoop;
  /** From the function with the loop down to the query: `listPosts`, `toJSON`, `author.name`. The last one is the query. */
  readonly steps: readonly RepetitionStep[];
  readonly inner: QueryPlace;
  /** How the inner query depends on the row; empty when that is not known (or it does not). */
  readonly keys: readonly RowKey[];
  /** The association of the rows' model that would bring what the inner query asks for. */
  readonly association?: { readonly of: Model; readonly association: Association };
  /** 'one by one': each turn waits for the one before; 'in parallel': Promise.all over map; 'not awaited': forEach(async …). */
  readonly pace: 'one by one' | 'in parallel' | 'not awaited';
  /** Calls between the loop and the query: 0 when the query stands in the loop itself. At most 5. */
  readonly depth: number;
  /** The calls lead back to the function with the loop: one query for each node of a tree. */
  readonly isRecursive?: true;
  /** It is sent on some turns only: behind an `if` that asks about the row. */
  readonly isConditional?: true;
  /** Each turn asks for, or changes, many rows by a list of keys. */
  readonly isByList?: true;
  /** Each turn waits for something that is no query, too: a file, another service. */
  readonly waitsForOther?: true;
  /** It is sent when the program starts, and only then. */
  readonly isAtStartUp?: true;
  /** Why it may be meant, in the words of the code. */
  readonly reason?: {
    readonly by: 'comment' | 'hooks' | 'transaction' | 'locking' | 'result of the turn before';
    readonly text: string;
  };
}

export interface RepeatedLoop {
  readonly uri: string;
  readonly kind: LoopFacts['kind'] | 'callback' | 'recursion' | 'field resolver';
  /** `for (const post of posts)`; `posts.map(async (post) =>`; the function's name for recursion and field resolvers. */
  readonly headRange: TextRange;
  /** What is repeated. */
  readonly bodyRange: TextRange;
  /** The function around the loop (for a callback the one that calls `map`). */
  readonly at: Place;
  /** Index in that function's `loops`. */
  readonly loop?: number;
  /** The file's function that is called for each element, by its index. */
  readonly callback?: number;
  /** Index in that function's `uses` of the chain that calls `map`; and the link. */
  readonly use?: { readonly use: number; readonly link: number };
  /** The variable of one turn: `post`; '' when it is destructured or has none. */
  readonly rowName: string;
  /** What it goes over. */
  readonly over?: RowSource;
}

/** Where rows come from: a query's result, or a list of rows that hangs on another row. */
export interface RowSource {
  /** `posts`, as it stands in the loop. */
  readonly value: Value;
  readonly at: Place;
  /** The query that gives the rows; undefined when that is not known. */
  readonly query?: QueryPlace;
  /** Further queries that may give them: on another way through the program, at another caller. */
  readonly otherQueries?: readonly QueryPlace[];
  /** They may come from elsewhere than `query`, too: what is asked for there does not reach all of them. */
  readonly isMixed?: true;
  /** Associations between the query's rows and these: `post.comments` → ['comments']. */
  readonly path: readonly string[];
  /** Of these rows. */
  readonly model?: Model;
}

/** A place that sends a query: a call of a library, or SQL text. */
export interface QueryPlace {
  readonly uri: string;
  /** The whole call, or the SQL text. */
  readonly range: TextRange;
  /** The function that it stands in. */
  readonly at: Place;
  /** Index in the function's `uses`; undefined for SQL text that no use holds. */
  readonly use?: number;
  /** The chain that sends it. */
  readonly chain?: ChainValue;
  /** `Post.findAll`, `post.getAuthor`; of a builder and of SQL text what is sent: `SELECT FROM users`. */
  readonly name: string;
  /** Where the name that is called begins: `findAll`. */
  readonly nameStart?: number;
  readonly operation: OrmCall['operation'];
  readonly library: string;
  readonly isMany: boolean;
  readonly hasLimit: boolean;
  /** The SQL of the likeliest variant, all statements in order. */
  readonly sql: readonly string[];
  /** Of a library's call. */
  readonly call?: FoundCall;
  /** The likeliest variant of `call`, or what touching a row's relation sends. */
  readonly orm?: OrmCall;
  /** SQL text. */
  readonly site?: QuerySite;
}

/** One property of the inner query's table that is compared with something of the turn. */
export interface RowKey {
  /** Of the inner model: `postId`; the column for SQL text. */
  readonly property: string;
  /** What it is compared with, where the inner query stands: `post.id`, `id`. */
  readonly value: Value;
  /** The same said of the row: `id` for `post.id`, also through parameters; [] for the element itself (a list of ids). */
  readonly rowPath?: readonly string[];
}

export interface RepetitionStep {
  readonly uri: string;
  /** The function's name for the first step, then the call or the read that leads on. */
  readonly range: TextRange;
  /** `listPosts`, `toJSON`, `author.name`. */
  readonly name: string;
}
