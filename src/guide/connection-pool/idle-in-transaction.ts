import type { Activity, SessionHealth } from '../../database/health/health';
import type { Evidence, GuideFix } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import { withoutConstants } from '../../sql/without-constants';
import type { Check } from '../check';
import { table } from '../support/evidence';
import { missingOf, seen, withSection } from '../support/known';
import { attention, failed, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { detailsOf, ofRules } from './findings';
import { roleOf, timeoutFix } from './server-timeouts';

/** In s: a program that does nothing for so long between two statements waits for something else. A guess. */
const long = 10;

/** In s: after that it is hardly a request any more. A guess. */
const veryLong = 300;

/**
 * Sessions that keep a transaction open while their program does something else: they keep a connection and their locks, and
 * dead rows cannot be removed (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT).
 * And the places in the code where that is written.
 */
export const idleInTransaction: Check = {
  id: 'connection-pool/idle-in-transaction',
  point: 'connection-pool',
  title: 'No transaction is kept open for nothing',
  needs: ['health', 'code'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.connections,
      ({ sessions }, { server, activity }) => {
        const idle = sessions.filter(
          ({ state, stateSeconds }) => state.startsWith('idle in transaction') && stateSeconds >= long,
        );
        const held = facts.workspace ? ofRules(facts.workspace, 'client-held-across-call') : [];
        const { places, fixes } = detailsOf(held);
        const code =
          held.length > 0
            ? `in ${formatCounted(held.length, 'place')} the code waits for something else while it holds a connection`
            : '';
        const [oldest] = idle.toSorted((a, b) => b.stateSeconds - a.stateSeconds);
        if (!oldest) {
          if (code === '' && missingOf(activity.connections).length > 0) {
            return unknown('Of the sessions that can be seen, none has been idle in a transaction for 10 s.', []);
          }
          if (code === '') return passed('No session has been idle in a transaction for 10 s.');
          return attention(`No session is idle in a transaction now, but ${code}.`, { places, fixes });
        }
        const blocking = blockersIn(activity);
        const blocks = idle.filter(({ pid }) => blocking.has(pid));
        const says = [
          `${formatCounted(idle.length, 'session')} ${idle.length === 1 ? 'is' : 'are'} idle in a transaction, the longest for ${duration(oldest.stateSeconds)} (pid ${oldest.pid}${oldest.application ? `, ${oldest.application}` : ''})`,
          ...(blocks.length > 0
            ? [`${formatCount(blocks.length)} of them ${blocks.length === 1 ? 'keeps' : 'keep'} others waiting`]
            : []),
          ...(code === '' ? [] : [code]),
        ].join('; ');
        const details = {
          evidence: evidenceOf(idle, blocking),
          places,
          fixes: [
            ...fixes,
            ...endings(idle, blocking),
            timeoutFix(
              server.database,
              oldest.user || (roleOf(activity) ?? server.user),
              'idle_in_transaction_session_timeout',
              'New sessions have it: one that is idle in a transaction for so long is ended, and its transaction rolled back.',
            ),
          ],
        };
        const isFailed = blocks.length > 0 || oldest.stateSeconds >= veryLong;
        return isFailed ? failed(`${says}.`, details) : attention(`${says}.`, details);
      },
    ),
};

function blockersIn({ locks }: Activity): ReadonlySet<number> {
  return new Set((seen(locks) ?? []).flatMap(({ blockedBy }) => blockedBy.map(({ pid }) => pid)));
}

/** Planlight runs none of them: a person decides whose transaction is lost. */
function endings(idle: readonly SessionHealth[], blocking: ReadonlySet<number>): GuideFix[] {
  const worst = idle.filter(({ pid, stateSeconds }) => blocking.has(pid) || stateSeconds >= veryLong);
  return worst.slice(0, 5).map(({ pid }) => ({
    kind: 'statement',
    title: `End session ${pid}; its transaction is rolled back`,
    sql: `SELECT pg_terminate_backend(${pid})`,
  }));
}

function evidenceOf(idle: readonly SessionHealth[], blocking: ReadonlySet<number>): Evidence[] {
  return [
    table(
      'Idle in a transaction',
      ['#pid', 'User', 'Program', 'Idle for', 'Transaction since', 'Keeps others waiting', 'Last statement'],
      idle.map(({ pid, user, application, stateSeconds, transactionSeconds, query }) => [
        String(pid),
        user,
        application,
        duration(stateSeconds),
        transactionSeconds === undefined ? '' : duration(transactionSeconds),
        blocking.has(pid) ? 'yes' : '',
        withoutConstants(query ?? ''),
      ]),
    ),
  ];
}
