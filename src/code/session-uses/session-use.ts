import type { TextRange } from '../../nouns/text-range';

/** A place that needs the same server connection from one statement to the next: it breaks behind transaction pooling. */
export interface SessionUse {
  readonly path: string;
  readonly range: TextRange;
  readonly kind: SessionUseKind;
  /** `LISTEN jobs` */
  readonly text: string;
  readonly library: string;
  /**
   * Prepared by the protocol, not by the statement PREPARE: PgBouncer keeps track of it since 1.21 (max_prepared_statements):
   * https://www.pgbouncer.org/config.html#max_prepared_statements
   */
  readonly isTracked?: true;
}

export type SessionUseKind =
  | 'listen'
  | 'set'
  | 'session advisory lock'
  | 'temporary table'
  | 'prepared statement'
  | 'cursor with hold'
  | 'load';
