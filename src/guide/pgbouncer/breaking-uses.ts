import type { SessionUse, SessionUseKind } from '../../code/session-uses/session-use';
import type { Evidence } from '../../nouns/check';
import type { RelatedPlace } from '../../nouns/finding';
import { formatCounted } from '../../plan/format';
import type { WorkspaceFacts } from '../facts';
import { table } from '../support/evidence';

/** What happens behind transaction pooling, where each transaction may have another connection: https://www.pgbouncer.org/features.html */
const consequences: Readonly<Record<SessionUseKind, string>> = {
  listen: 'no notification arrives: the connection that listens goes to others',
  set: 'the setting stays on the connection, for others, and is gone here',
  'session advisory lock': 'the lock stays with the connection: it is not released here, and others have it',
  'temporary table': 'the table is not found by the next transaction, and another finds it',
  'prepared statement': 'the statement is not found by the next transaction',
  'cursor with hold': 'the cursor is not found by the next transaction',
  load: 'the library is loaded on one connection only',
};

/** Those that need one connection from one transaction to the next, without what PgBouncer keeps track of. */
export function breakingUses({ sessionUses }: WorkspaceFacts): readonly SessionUse[] {
  return sessionUses.filter(({ isTracked }) => !isTracked);
}

/** Protocol-level prepared statements. */
export function trackedUses({ sessionUses }: WorkspaceFacts): readonly SessionUse[] {
  return sessionUses.filter(({ isTracked }) => isTracked);
}

export function placesOf(uses: readonly SessionUse[]): RelatedPlace[] {
  return uses.map(({ path, range, kind, text }) => ({ uri: path, range, message: `${text}: ${consequences[kind]}.` }));
}

export function usesTable(uses: readonly SessionUse[]): Evidence {
  return table(
    'What needs one connection',
    ['What', 'File', 'Behind transaction pooling'],
    uses.map(({ text, path, kind }) => [text, path, consequences[kind]]),
  );
}

/** `2 × LISTEN, a session's advisory lock` */
export function summary(uses: readonly SessionUse[]): string {
  const kinds = [...new Set(uses.map(({ kind }) => kind))];
  return kinds
    .map((kind) => formatCounted(uses.filter((use) => use.kind === kind).length, names[kind][0], names[kind][1]))
    .join(', ');
}

const names: Readonly<Record<SessionUseKind, readonly [string, string]>> = {
  listen: ['LISTEN', 'LISTEN'],
  set: ['SET', 'SET'],
  'session advisory lock': ['advisory lock of a session', 'advisory locks of a session'],
  'temporary table': ['temporary table', 'temporary tables'],
  'prepared statement': ['prepared statement', 'prepared statements'],
  'cursor with hold': ['cursor WITH HOLD', 'cursors WITH HOLD'],
  load: ['LOAD', 'LOAD'],
};

/**
 * Transaction mode, which shares connections, where nothing breaks by it, or only LISTEN, which is one program's connection and
 * can go to the server directly; else session mode, which breaks nothing and shares little.
 */
export function proposedMode(uses: readonly SessionUse[]): 'session' | 'transaction' {
  return uses.every(({ kind }) => kind === 'listen') ? 'transaction' : 'session';
}
