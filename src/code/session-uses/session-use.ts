import type { TextRange } from '../../nouns/text-range';

/** A place that needs the same server connection from one statement to the next: it breaks behind transaction pooling. */
export interface SessionUse {
  readonly path: string;
  readonly range: TextRange;
  readonly kind:
    | 'listen'
    | 'set'
    | 'session advisory lock'
    | 'temporary table'
    | 'prepared statement'
    | 'cursor with hold'
    | 'load';
  /** `LISTEN jobs` */
  readonly text: string;
  readonly library: string;
}
