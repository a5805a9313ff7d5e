import type { TextRange } from '../../nouns/text-range';

/** A place that reads, writes or clears a cache: `cache.get(key)`, `client.setEx(key, 60, json)`. */
export interface CacheUse {
  readonly path: string;
  readonly range: TextRange;
  readonly library: string;
  readonly does: 'get' | 'set' | 'delete';
  /** With `*` for what is known only at run time: `post:*`. */
  readonly key: string;
  /** In s; absent: none, or known only at run time. */
  readonly lifetime?: number;
  /** Of a 'set': nothing gives it a lifetime, and nothing else throws it away. */
  readonly staysForEver?: true;
  readonly inFunction?: string;
  /** The function that it stands in, or the handler of a request around that; absent at the top level. */
  readonly scope?: TextRange;
  /** Names of the functions that are called in `scope`. */
  readonly beside?: readonly string[];
  /** Those of them that are known: what is cached may be asked for in one. */
  readonly calls?: readonly FunctionPlace[];
  /** What calls the function that it stands in. */
  readonly callers?: readonly (FunctionPlace & Pick<CacheUse, 'beside'>)[];
}

/** A function of the program. */
export interface FunctionPlace {
  readonly path: string;
  readonly range: TextRange;
}
