import type { TextRange } from './text-range';

export type ProblemKind =
  | 'restricted-workspace'
  | 'no-database'
  | 'unreachable'
  | 'authentication'
  | 'tls'
  | 'timeout'
  | 'cancelled'
  | 'missing-object'
  | 'missing-privilege'
  | 'row-security'
  | 'read-only-server'
  | 'refused'
  | 'needs-confirmation'
  | 'syntax'
  | 'unsupported'
  | 'not-understood'
  | 'server';

/**
 * What may be behind it, where a diagnosis of its own finds that out. 'too many connections': the server, or the pooler before
 * it, is there and takes no more; 'connection lost': it ended in the middle, as when a process of the server was killed;
 * 'out of memory': the server says so.
 */
export type ProblemReason = 'too many connections' | 'connection lost' | 'out of memory';

/**
 * An error that a person can act on. `message` is one clear sentence, without passwords; callers look at `kind`,
 * never at the text.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The place in the statement's text that the server points at. */
  readonly range?: TextRange;
  /** What one can do about it, one sentence. */
  readonly hint?: string;
  readonly reason?: ProblemReason;

  constructor(
    kind: ProblemKind,
    message: string,
    more: { range?: TextRange; hint?: string; reason?: ProblemReason; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Problem';
    this.kind = kind;
    this.range = more.range;
    this.hint = more.hint;
    this.reason = more.reason;
  }
}
