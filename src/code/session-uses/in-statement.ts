import { tokens } from '../../sql/lexer';
import type { SessionUseKind } from './session-use';

export interface StatementUse {
  readonly kind: SessionUseKind;
  /** As a person recognises it: `LISTEN jobs`. */
  readonly text: string;
}

/** In the order in which they are tried: `match` meets the statement in one line, without comments. */
const uses: readonly { readonly kind: SessionUseKind; readonly match: RegExp }[] = [
  { kind: 'listen', match: /^LISTEN\s+\S+/i },
  { kind: 'load', match: /^LOAD\s+'[^']*'/i },
  { kind: 'prepared statement', match: /^PREPARE\s+(?!TRANSACTION\b)\S+/i },
  { kind: 'cursor with hold', match: /^DECLARE\s.*?\bWITH\s+HOLD\b/i },
  {
    kind: 'temporary table',
    match: /^CREATE\s+(?:(?:LOCAL|GLOBAL)\s+)?TEMP(?:ORARY)?\s+(?:TABLE|VIEW|SEQUENCE)\s+(?:IF\s+NOT\s+EXISTS\s+)?\S+/i,
  },
  { kind: 'temporary table', match: /\bINTO\s+TEMP(?:ORARY)?\s+(?:TABLE\s+)?\S+/i },
  { kind: 'session advisory lock', match: /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\([^)]*\)?/i },
];

/**
 * Settings that PgBouncer carries from one server connection to the next by itself (those that the server reports):
 * https://www.pgbouncer.org/config.html#track_extra_parameters
 */
const tracked =
  /^(?:client_encoding|datestyle|timezone|time\s+zone|standard_conforming_strings|application_name|intervalstyle|names)$/i;

/** MySQL's, in programs for several kinds of databases. */
const ofMySql = /^(?:autocommit|foreign_key_checks|sql_mode|time_zone|unique_checks)$/i;

/**
 * What a statement leaves in its session, or needs of it. https://www.pgbouncer.org/features.html lists what does not work
 * in transaction pooling.
 */
export function useInStatement(sql: string): StatementUse | undefined {
  const line = inOneLine(sql);
  const set = setIn(line);
  if (set !== undefined) return { kind: 'set', text: set };
  for (const { kind, match } of uses) {
    const found = match.exec(line)?.[0];
    // It is gone with its transaction.
    if (found === undefined || (kind === 'temporary table' && /\bON\s+COMMIT\s+DROP\b/i.test(line))) continue;
    return { kind, text: found.replace(/[;(]$/, '') };
  }
  return undefined;
}

function setIn(line: string): string | undefined {
  const [whole, name = ''] =
    /^SET\s+(?:SESSION\s+)?(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)(TIME\s+ZONE|CHARACTERISTICS|AUTHORIZATION|ROLE|[\w.]+)\b[^;]*/i.exec(
      line,
    ) ?? [];
  if (whole !== undefined) return tracked.test(name) || ofMySql.test(name) ? undefined : whole.trim();
  const [call, setting = ''] =
    /\bset_config\s*\(\s*'([^']*)'\s*,[^,]*,\s*(?:false|'f(?:alse)?')\s*\)/i.exec(line) ?? [];
  return call === undefined || tracked.test(setting) ? undefined : call;
}

/** Without comments, with one space where there is any. */
function inOneLine(sql: string): string {
  let line = '';
  let last = 0;
  for (const { start, end } of tokens(sql)) {
    line += (line !== '' && start > last ? ' ' : '') + sql.slice(start, end);
    last = end;
  }
  return line;
}
