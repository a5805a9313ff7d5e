import type { TextRange } from '../../nouns/text-range';

/**
 * What an expression of the program stands for, as far as its file says: plain data, that can be stored as JSON.
 * Names of constants of the same function or file are followed already: after `const where = { id }`, `find({ where })`
 * holds the object. All ranges are offsets in the document.
 */
export type Value =
  | LiteralValue
  | ObjectValue
  | ArrayValue
  | ChainValue
  | TemplateValue
  | FunctionValue
  | ChoiceValue
  | RuntimeValue;

export interface LiteralValue {
  readonly kind: 'literal';
  /** undefined for the literal `undefined`; a bigint is its digits. */
  readonly value: string | number | boolean | null | undefined;
  readonly range: TextRange;
}

export interface ObjectValue {
  readonly kind: 'object';
  /** In the order of evaluation: later ones win. Object spreads whose value is known are written out. */
  readonly entries: readonly Entry[];
  /** More may be there at run time: `...filters`, `where[key] = value`. */
  readonly open?: true;
  /** What is spread and not written out, for readers that can follow it further: `...timestamps`, `...getTableColumns(users)`. */
  readonly spreads?: readonly Spread[];
  readonly range: TextRange;
}

/** `...value` in an object, a list or arguments. */
export interface Spread {
  /** It stands before the entry or element with this index; their number when it is last. */
  readonly at: number;
  readonly value: Value;
  readonly branch?: Branch;
}

export interface Entry {
  /** `createdAt`; for a computed key the chain of it: `[Op.in]`. */
  readonly key: string | ChainValue;
  readonly keyRange: TextRange;
  readonly value: Value;
  /** It is there on one way through the program only: `if (status) where.status = status`. */
  readonly branch?: Branch;
}

export interface ArrayValue {
  readonly kind: 'array';
  readonly elements: readonly Element[];
  /** More may be there at run time: `...ids`, `conditions.push(…)` in a loop. */
  readonly open?: true;
  /** Of a call: `and(...conditions)`, when some elements have branches. A variant has them as arguments of their own. */
  readonly isSpread?: true;
  /** What is spread and not written out: `...this.baseFields`. Also of a spread argument. */
  readonly spreads?: readonly Spread[];
  readonly range: TextRange;
}

export interface Element {
  readonly value: Value;
  readonly branch?: Branch;
}

/**
 * A name and what is read or called from it: `Op.in`, `this.posts.find({ … })`, `db('posts').where('id', 1).first()`,
 * `new Pool({ … })`. `await`, `as T`, `!` and parentheses are left out. A name alone is a chain without links.
 * Where the name is a constant of this file whose value is a chain itself (`const query = knex('posts')`), its links
 * stand here too, and what later statements add to it (`query.where('id', 1)`; `query = query.where(…)`).
 */
export interface ChainValue {
  readonly kind: 'chain';
  /** An identifier, `this`, `super`, `import.meta`; or a value that is no name: `[1, 2].map(…)`, `(await x).y`. */
  readonly root: string | Value;
  readonly rootRange: TextRange;
  readonly links: readonly Link[];
  /** `new X(…)`: the first link with arguments is the construction. */
  readonly isNew?: true;
  /** More links may be there at run time: `for (const filter of filters) query.where(filter)`. */
  readonly open?: true;
  readonly range: TextRange;
}

export interface Link {
  /** `findAll`; '' for a call of what stands before: `knex('posts')`, `eq(a, b)`; `[]` for an index that is not constant. */
  readonly name: string;
  /** Of the name; of the parentheses where the name is ''. */
  readonly range: TextRange;
  /** Present for a call. A spread argument is an open array with no elements. */
  readonly arguments?: readonly Value[];
  /** From the opening parenthesis to behind the closing one. */
  readonly argumentsRange?: TextRange;
  /** Type arguments as written: `<Post>` is ['Post']. */
  readonly types?: readonly string[];
  /** It is called on one way through the program only. */
  readonly branch?: Branch;
  /** A property is awaited here: `(await x).rows`. */
  readonly awaited?: true;
}

/** `text ${value} text`, sql`…`. */
export interface TemplateValue {
  readonly kind: 'template';
  /** The tag: `sql`, `Prisma.sql`, `sql.type(row)`. */
  readonly tag?: ChainValue;
  /** One more than values; as JavaScript reads them (escapes resolved). */
  readonly strings: readonly string[];
  readonly values: readonly Value[];
  readonly range: TextRange;
}

/** A function that stands as an argument or as an object's property. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly parameters: readonly Pattern[];
  /** What its calls and `return`s say: `(qb) => qb.where('id', 1)`. In the order of the text. */
  readonly body: readonly FunctionStep[];
  /** It is too long to be written out here: `body` is empty, and the file's functions have it under `id`. */
  readonly isLong?: true;
  /** Its number among the file's functions. */
  readonly id: number;
  readonly range: TextRange;
}

export interface FunctionStep {
  readonly value: Value;
  readonly isReturned: boolean;
  readonly branch?: Branch;
}

/** `published ? a : b`, `x ?? y`, and a name that is set to one or the other. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: Value; readonly branch: Branch }[];
  readonly range: TextRange;
}

/** Known at run time only: a parameter, a call whose result nobody knows, `page * 10`. */
export interface RuntimeValue {
  readonly kind: 'runtime';
  /** As written: `req.params.id`, `page * 10`; at most 60 characters. */
  readonly source: string;
  /** What operators and literals say about it. */
  readonly type?: 'string' | 'number' | 'boolean' | 'array' | 'date' | 'object' | 'regexp';
  readonly range: TextRange;
}

/** One arm of one decision of the program. Things with the same `id` and `arm` are there together. */
export interface Branch {
  /** Number of the `if`, `switch`, `?:`, `??` in the file. */
  readonly id: number;
  /** 0 for `then`, 1 for `else`, …; the last case's number + 1 where none is taken. */
  readonly arm: number;
  /** How many arms there are. An `if` without `else` has two. */
  readonly of: number;
  /** The decision around this one: `if (a) { if (b) where.c = 1; }`. It is there when both arms are taken. */
  readonly within?: Branch;
}

/** What a parameter or a declaration binds: `post`, `{ id, author: { name } }`, `[first]`, `...rest`. */
export interface Pattern {
  /** '' when destructured. */
  readonly name: string;
  /** `{ id: postId }` → { name: 'postId', path: ['id'] }; `[0]` is '0', a rest '...'. */
  readonly bound?: readonly { readonly name: string; readonly path: readonly string[] }[];
  /** As annotated: `Repository<Post>`; for Python and others as written. */
  readonly type?: string;
  /** `limit = 20`; of a parameter or a declaration as a whole, not of the names in a destructured one. */
  readonly default?: Value;
  /** `constructor(private readonly posts: PostsService)` */
  readonly isField?: true;
  readonly decorators?: readonly ChainValue[];
  readonly range: TextRange;
}
