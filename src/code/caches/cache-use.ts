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
  readonly inFunction?: string;
}
