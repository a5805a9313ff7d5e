import type { TextRange } from '../../nouns/text-range';
import type { Branch, ChainValue, Pattern, Value } from './values';

/** What one source file says, without its text and its tree. JSON, so that it can be cached by the file's content. */
export interface FileFacts {
  readonly uri: string;
  readonly languageId: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly classes: readonly ClassFacts[];
  /** functions[0] is the top level of the file. A function's index is its id. */
  readonly functions: readonly FunctionFacts[];
  /** Interfaces, type aliases of objects and of other types, members that a module declaration adds. */
  readonly types?: readonly TypeFacts[];
  /**
   * Of a file that declares models in a language of its own, its whole text, for its library to read: schema.prisma
   * (languageId 'prisma'), schema.graphql (languageId 'graphql'), the types that Supabase generates from a database.
   */
  readonly text?: string;
  /** Why nothing was read: `it is generated`. Everything else is empty then. */
  readonly leftAlone?: string;
}

/** `interface Context { db: Kysely<Database> }`, `type Db = NodePgDatabase<typeof schema>`. */
export interface TypeFacts {
  readonly name: string;
  /** `<T, K>` → ['T', 'K'] */
  readonly parameters?: readonly string[];
  /** `declare module 'fastify' { … }` → 'fastify'; `declare global { … }` → 'global'. */
  readonly module?: string;
  /** Of an interface, as written: `Request`, `Base<Post>`. */
  readonly extends?: readonly string[];
  /** Of a type alias, as written; at most 2,000 characters. */
  readonly alias?: string;
  /** Of an interface; `find(): Promise<Post[]>` has the type `() => Promise<Post[]>`. Of `declare global { var db: Knex }` likewise, with the name ''. */
  readonly members: readonly { readonly name: string; readonly type?: string }[];
}

/** `import { Post as P } from './post'` → { local: 'P', from: './post', name: 'Post' }; require(), import() and Python's import likewise. */
export interface Import {
  readonly local: string;
  readonly from: string;
  /** 'default', '*' for the whole module (`import * as`, `const x = require()`), or the exported name. */
  readonly name: string;
  readonly range: TextRange;
}

export interface Export {
  /** 'default', '*' for `export * from`, '=' for `module.exports = value`. */
  readonly name: string;
  /** `export { a } from './x'`, `export * from './x'`. */
  readonly from?: string;
  /** The exported name there, or the local name here. */
  readonly local?: string;
  /** Of an expression: `export default drizzle(pool)`, `module.exports = { Post, User }`. */
  readonly value?: Value;
}

export interface ClassFacts {
  readonly name: string;
  /** `Model`, `BaseEntity`, `Repository<Post>`, `db.Model` as a chain; type arguments in `extendsTypes`. */
  readonly extends?: ChainValue;
  readonly extendsTypes?: readonly string[];
  /** As written: `PostsRepository`, `Repository<Post>`. */
  readonly implements?: readonly string[];
  /** `class Base<T>` → ['T'] */
  readonly typeParameters?: readonly string[];
  readonly decorators: readonly ChainValue[];
  readonly fields: readonly FieldFacts[];
  readonly methods: readonly MethodFacts[];
  /** The function in which it is declared; 0 at the top level. */
  readonly within: number;
  readonly nameRange: TextRange;
  readonly range: TextRange;
}

/** A property, a parameter property of the constructor, or one that a method sets first: `this.posts = posts`. */
export interface FieldFacts {
  readonly name: string;
  readonly isStatic?: true;
  readonly type?: string;
  readonly value?: Value;
  /** The function in which `value` is to be read: the constructor for `this.x = …`. */
  readonly within: number;
  readonly decorators: readonly ChainValue[];
  readonly range: TextRange;
}

export interface MethodFacts {
  readonly name: string;
  readonly isStatic?: true;
  readonly isGetter?: true;
  readonly decorators: readonly ChainValue[];
  /** Index in `functions`. */
  readonly function: number;
}

/** One function, method, arrow, or (0) the file's top level. */
export interface FunctionFacts {
  /** `list`, `PostsService.list`, `resolvers.Query.posts`; '' for a callback. */
  readonly name: string;
  readonly parameters: readonly Pattern[];
  readonly isAsync?: true;
  readonly isGenerator?: true;
  /** The function around it; undefined for the top level. */
  readonly parent?: number;
  /** Name of the class whose method it is. */
  readonly class?: string;
  /** The call whose argument it is: `posts.map(async (post) => …)`: index in the parent's `uses`, and which argument. */
  readonly callback?: { readonly use: number; readonly argument: number };
  readonly nameRange: TextRange;
  readonly range: TextRange;
  /** Declarations and assignments of names, in the order of the text. */
  readonly bindings: readonly Binding[];
  /** Every chain that stands here and is not the root or an argument's part of a longer one's links, in the order of the text; calls and reads. */
  readonly uses: readonly Use[];
  readonly loops: readonly LoopFacts[];
  /** In the order of the text; only where something may be taken that must be given back: `pool.connect()`, `sequelize.transaction()`, callbacks that are given an error first. */
  readonly ways?: readonly WayFacts[];
  readonly returns: readonly Value[];
  /** As annotated: `Promise<Post[]>`. */
  readonly returnType?: string;
  /** Comment above the function or on the first lines in it, for people's reasons: `// hooks must run for each`. */
  readonly comment?: string;
}

export interface Binding {
  readonly pattern: Pattern;
  /** undefined: a declaration without value. */
  readonly value?: Value;
  /** `for (const post of posts)`: the element of the value. */
  readonly isElement?: true;
  readonly isConstant?: true;
  /** Python's `with pool.connection() as name:` and `with name:`; the end of the block closes it. */
  readonly isManaged?: true;
  /** The block in which the name is known, where that is not the whole function: several loops may each have a `post`. */
  readonly scope?: TextRange;
  /** Of an assignment: the block that it stands in, where that is not the one that declares the name. */
  readonly block?: TextRange;
  readonly loop?: number;
  readonly branch?: Branch;
  readonly range: TextRange;
}

export interface Use {
  /** For a tagged template (`await sql\`…\``) a chain whose root is the TemplateValue, without links. */
  readonly chain: ChainValue;
  /** A later use has all of it and more: `const query = knex('posts')` before `query.where('id', 1)`. */
  readonly isContinued?: true;
  readonly isAwaited?: true;
  /** `post.title = 'x'`, `delete post.title` */
  readonly isWritten?: true;
  /** What is written, where it may be followed from another file: `req.db = knex`, `global.prisma = new PrismaClient()`. */
  readonly written?: Value;
  /** Of `loops`: the innermost one around it in this function. */
  readonly loop?: number;
  readonly branch?: Branch;
  /** Index of the `bindings` entry that takes its value. */
  readonly binding?: number;
  /** Inside a template literal, an argument, a condition, …: what takes it. */
  readonly within?: 'argument' | 'return' | 'condition' | 'template' | 'loop head' | 'try' | 'object';
}

/** Where a function may go another way: the parts of a `try`, the arms of an `if` or `switch`, what leaves the function. */
export type WayFacts =
  | { readonly kind: 'try'; readonly body: TextRange; readonly handler?: TextRange; readonly finalizer?: TextRange }
  /** `of`: how many arms there are; those that are empty are not listed. */
  | { readonly kind: 'arm'; readonly id: number; readonly of: number; readonly range: TextRange }
  | { readonly kind: 'return' | 'throw'; readonly range: TextRange };

/** A `for`, `while` or `do`. Callbacks of map and its like are functions with a `callback`. */
export interface LoopFacts {
  readonly kind: 'for' | 'for of' | 'for in' | 'for await' | 'while' | 'do';
  /** `for (const post of posts)` */
  readonly headRange: TextRange;
  readonly bodyRange: TextRange;
  /** `for … of`, `for … in`. */
  readonly element?: Pattern;
  readonly over?: Value;
  /** Text of condition and update, for telling chunks and retries: `offset < total; offset += 100`. */
  readonly head: string;
  /** The loop around it in the same function. */
  readonly parent?: number;
  /** `break` or `return` leaves it on some way. */
  readonly isLeft?: true;
  /** Comment above the loop or on its first line. */
  readonly comment?: string;
}
