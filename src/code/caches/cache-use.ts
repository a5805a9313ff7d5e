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
  /** Names of the functions that are called in `scope`: what is cached or written there may be asked for in one of them. */
  readonly beside?: readonly string[];
}
