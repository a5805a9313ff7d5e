import type { ClassFacts, FileFacts, FunctionFacts, TypeFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { FileRoles } from '../file-roles';

/**
 * Where a value comes from, followed through names, imports, re-exports, constructors, fields and destructuring up to
 * the point where only a library or the run time knows more. `Op.in` → { package: 'sequelize', path: ['Op', 'in'] }.
 */
export type Origin =
  /** Something that a package exports: `import { Op } from 'sequelize'` → path ['Op']; its default export ['default']; the namespace []. */
  | { readonly kind: 'package'; readonly package: string; readonly path: readonly string[] }
  | { readonly kind: 'class'; readonly class: ClassFacts; readonly file: FileFacts }
  /** `self`: the object whose method it is, where that is known more exactly than by the class around it. */
  | { readonly kind: 'function'; readonly function: FunctionFacts; readonly file: FileFacts; readonly self?: Origin }
  /** A whole file: `import * as schema from './schema'`, `require('./queries')`. */
  | { readonly kind: 'module'; readonly file: FileFacts }
  /** An interface or an alias of an object type that the workspace declares; `instance` of it is a value of that type. */
  | { readonly kind: 'type'; readonly type: TypeFacts; readonly file: FileFacts }
  /** A name that nothing declares: Promise, globalThis. Lists are instances of Array with the element's type. */
  | { readonly kind: 'global'; readonly name: string }
  /** An object of a class or of a package's type: `new PrismaClient()`, a parameter annotated `Repository<Post>`, `this`. */
  | {
      readonly kind: 'instance';
      readonly of: Origin;
      /** Type arguments: Repository<Post> → [class Post]. */
      readonly types: readonly Origin[];
      /** Of `new`. */
      readonly arguments?: readonly Value[];
      readonly at?: Place;
    }
  /** The result of a call that no code of the workspace explains. A promise and what it resolves to are the same. */
  | {
      readonly kind: 'call';
      readonly callee: Origin;
      readonly arguments: readonly Value[];
      /** The chain that was called, up to this call's link. */
      readonly chain: ChainValue;
      readonly at: Place;
    }
  /**
   * A property that no code of the workspace declares: prisma.post, post.author. A constant index is one too, with the name
   * '0', unless the list is known: only the library knows whether its call gives a list of rows or a pair.
   */
  | { readonly kind: 'member'; readonly of: Origin; readonly name: string }
  /** One of many: the variable of `for … of`, the first parameter of a callback of map and its like, an index. */
  | { readonly kind: 'element'; readonly of: Origin }
  /** A literal, object, array, template or function of the program; `file` and `function` say where its names are to be read. */
  | { readonly kind: 'value'; readonly value: Value; readonly at: Place }
  /** A parameter that no annotation explains. */
  | {
      readonly kind: 'parameter';
      readonly index: number;
      readonly path: readonly string[];
      readonly function: FunctionFacts;
      readonly file: FileFacts;
    }
  | { readonly kind: 'unknown' };

/** Where names are to be read: a file and one of its functions. */
export interface Place {
  readonly file: FileFacts;
  /** Index in `file.functions`. */
  readonly function: number;
  /** `this`, where it is known more exactly than by the class around: an object of a subclass. */
  readonly self?: Origin;
  readonly passed?: Passed;
}

/** What a call passes to the parameters of `function`; `at` says where the values are to be read. */
export interface Passed {
  readonly function: number;
  readonly values: readonly Value[];
  readonly at: Place;
  /** To the functions around it: `repo(pool).list()` with `const repo = (db) => ({ list: () => db.query('…') })`. */
  readonly outer?: Passed;
}

/** Follows values to their origins, for one state of the files. Never throws; circles and ways that are too long end as 'unknown'. */
export interface Tracer {
  trace(value: Value, at: Place): Origin;
  /** Of a chain's first `links` links only: the receiver of a call is `traceLinks(chain, chain.links.length - 1, at)`. */
  traceLinks(chain: ChainValue, links: number, at: Place): Origin;
  /** A type as written in that file: `Repository<Post>`, `Post[]`, `Kysely<Database>`. */
  traceType(type: string, at: Place): Origin;
  /** A class's member with those that it inherits; static ones when `isStatic`. */
  member(of: ClassFacts, file: FileFacts, name: string, isStatic: boolean): Origin | undefined;
  /** All files that are known. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** What they are for. */
  readonly roles: FileRoles;
}
