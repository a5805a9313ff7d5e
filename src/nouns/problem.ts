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
 * An error that a person can act on. `message` is one clear sentence, without passwords; callers look at `kind`,
 * never at the text.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The place in the statement's text that the server points at. */
  readonly range?: TextRange;
  /** What one can do about it, one sentence. */
  readonly hint?: string;
  /** Of 'unreachable': the server is there, and takes no more connections. */
  readonly reason?: 'too many connections';

  constructor(
    kind: ProblemKind,
    message: string,
    more: { range?: TextRange; hint?: string; reason?: Problem['reason']; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Problem';
    this.kind = kind;
    this.range = more.range;
    this.hint = more.hint;
    this.reason = more.reason;
  }
}
