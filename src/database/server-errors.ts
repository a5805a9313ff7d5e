import { Problem, type ProblemKind, type ProblemReason } from '../nouns/problem';
import type { TextRange } from '../nouns/text-range';

/** What was being done when a server or the network said no. */
export interface ErrorContext {
  /** `blog@localhost:5432` */
  readonly label: string;
  readonly user: string;
  readonly statementMs: number;
  readonly lockMs: number;
  /** The statement that the person wrote, and how many characters we put in front of it. */
  readonly statement?: { readonly text: string; readonly prefix: string };
}

interface ServerError {
  readonly code?: string;
  readonly message: string;
  readonly position?: string;
  readonly hint?: string;
  readonly detail?: string;
}

/** Turns whatever the driver threw into one clear sentence. Problems pass as they are. */
export function toProblem(error: unknown, context: ErrorContext): Problem {
  if (error instanceof Problem) return error;
  const { code, message, position, hint } = readError(error);
  const make = (kind: ProblemKind, sentence: string, reason?: ProblemReason) =>
    new Problem(kind, sentence, {
      hint,
      cause: error,
      reason,
      range: position === undefined ? undefined : rangeAt(Number(position), context.statement),
    });
  const at = context.label;
  if (isFull(code, message))
    return make('unreachable', `${at} has no free connection: ${message}.`, 'too many connections');
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return networkProblem(code, message, at, error);
  switch (code) {
    case '42P01':
    case '42703':
    case '42883':
    case '42704':
    case '3F000':
    case '42P02':
      return make('missing-object', `${sentenceOf(message)} in ${at}.`);
    case '42501':
      if (/row-level security/i.test(message)) return make('row-security', `${sentenceOf(message)} in ${at}.`);
      return make('missing-privilege', `User ${context.user} may not do this in ${at}: ${message}.`);
    case '42601':
      return make('syntax', `${at} does not understand this statement: ${message}.`);
    case '25006':
      return make('read-only-server', `${at} is read-only or Planlight's transaction is: ${message}.`);
    case '57014':
      if (/user request/i.test(message)) return make('cancelled', `The query was cancelled on ${at}.`);
      return make('timeout', `Still running after ${seconds(context.statementMs)}: cancelled on ${at}.`);
    case '55P03':
      return make('timeout', `A lock on ${at} was not free within ${seconds(context.lockMs)}: ${message}.`);
    case '25P03':
    case '25P04':
      return make('timeout', `${at} ended the transaction: ${message}.`);
    case '28P01':
      return make('authentication', `${at} does not accept the password of user ${context.user}.`);
    case '28000':
      if (/no pg_hba\.conf entry|SSL|encryption/i.test(message)) {
        return make('authentication', `${at} does not let user ${context.user} in from here: ${message}.`);
      }
      return make('authentication', `${at} does not let user ${context.user} in: ${message}.`);
    case '3D000':
      return make('missing-object', `There is no such database: ${message} (${at}).`);
    case '53200':
      return make('server', `${at} is out of memory: ${message}.`, 'out of memory');
    case '57P03':
      return make('unreachable', `${at} is not ready: ${message}.`);
    case '57P01':
      return make('unreachable', `${at} is shutting down or ended our connection: ${message}.`);
    case '57P02':
      return make(
        'unreachable',
        `${at} lost one of its processes and ended all connections: ${message}.`,
        'connection lost',
      );
    case '0A000':
      return make('unsupported', `${at} cannot do this: ${message}.`);
    case '08P01':
      return make('not-understood', `${at} answers, but not as PostgreSQL does: ${message}.`);
    default:
      if (code.startsWith('08')) return make('unreachable', `The connection to ${at} failed: ${message}.`);
      return make('server', `${at} says: ${message}.`);
  }
}

/**
 * PostgreSQL says 53300, to users and, of the reserved ones, to superusers. PgBouncer says it as a violation of the protocol: of
 * its clients (src/objects.c, client.c: max_client_conn and its relatives), of a wait for a server that was too long, and of
 * what the server said when it last tried. Supavisor says it without a code of its own.
 */
function isFull(code: string | undefined, message: string): boolean {
  if (code === '53300') return true;
  if (code !== '08P01' && code !== 'XX000') return false;
  return fullPooler.test(message) || (/server_login_retry|login failed/.test(message) && fullServer.test(message));
}

const fullPooler =
  /no more connections allowed|client connections exceeded|query_wait_timeout|max client connections reached|MaxClientsIn/i;
const fullServer = /too many clients already|connection slots are reserved|too many connections for/i;

/** `5 s`, `250 ms` */
export function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

function networkProblem(code: string | undefined, message: string, at: string, cause: unknown): Problem {
  const make = (kind: ProblemKind, sentence: string, hint?: string) => new Problem(kind, sentence, { cause, hint });
  const lost = (sentence: string) => new Problem('unreachable', sentence, { cause, reason: 'connection lost' });
  if (/does not support SSL/i.test(message)) {
    return make('tls', `${at} does not support TLS, and the sslmode asks for it.`);
  }
  if (/client password must be a string|SASL.*password/i.test(message)) {
    return make('authentication', `${at} asks for a password.`);
  }
  if (/^SASL/.test(message)) return make('authentication', `${at} does not accept the password: ${message}.`);
  if (isTlsFailure(code, message)) return make('tls', `TLS with ${at} failed: ${message}.`);
  switch (code) {
    case 'ECONNREFUSED':
      return make('unreachable', `Nothing listens at ${at}.`, 'Start the server, or choose another database.');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return make('unreachable', `The host of ${at} is not known.`);
    case 'ENOENT':
      return make('unreachable', `There is no PostgreSQL socket for ${at}.`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return make('unreachable', `${at} cannot be reached.`);
    case 'ECONNRESET':
    case 'EPIPE':
      return lost(`${at} closed the connection.`);
  }
  if (/Connection terminated|not queryable|connection error|Client was closed/i.test(message)) {
    return lost(`${at} closed the connection in the middle.`);
  }
  return make('not-understood', `${at} answers, but not as PostgreSQL does: ${message}.`);
}

/** OpenSSL's and Node's error codes for certificates and handshakes. */
export function isTlsFailure(code: string | undefined, message: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|HOSTNAME_MISMATCH)/.test(code ?? '') ||
    /certificate|establishing an SSL connection|TLS|\bSSL routines\b/i.test(message)
  );
}

function readError(error: unknown): ServerError {
  // Node tries IPv6 and IPv4 and throws both errors in one.
  if (error instanceof AggregateError && error.errors.length > 0) return readError(error.errors[0]);
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, position, hint, detail } = error as Partial<ServerError>;
  return { code, position, hint, detail, message: error.message.replace(/\.$/, '') };
}

function sentenceOf(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

/** The server counts characters (code points) from 1 in what we sent; the token there, in the person's text. */
function rangeAt(position: number, statement: ErrorContext['statement']): TextRange | undefined {
  if (statement === undefined) return undefined;
  let characters = position - 1 - [...statement.prefix].length;
  let start = 0;
  if (characters < 0) return undefined;
  for (const character of statement.text) {
    if (characters-- === 0) break;
    start += character.length;
  }
  if (start >= statement.text.length) return undefined;
  const token = /^(?:"(?:[^"]|"")*"|[\p{L}\p{N}_$]+)(?:\.(?:"(?:[^"]|"")*"|[\p{L}\p{N}_$]+))*/u.exec(
    statement.text.slice(start),
  );
  return { start, end: start + (token?.[0].length ?? 1) };
}
