import type { BlockedSession, SessionHealth } from '../../../database/health/health';
import { formatCounted } from '../../../plan/format';
import { withoutConstants } from '../../../sql/without-constants';
import { table } from '../../support/evidence';
import { seen } from '../../support/known';
import { duration } from '../../support/wording';
import type { Resource } from './verdict';

/**
 * deadlock_timeout's default, in ms: the manual takes it for the time that a lock may be waited for in normal work, and
 * log_lock_waits logs whoever waits longer.
 */
const usualMs = 1_000;

/** Sessions that wait for a lock which another session holds. */
export const locks: Resource = {
  name: 'Locks',
  verb: 'are',
  judge(_, health) {
    const section = health.activity.locks;
    if ('missing' in section) return { state: 'unknown', says: 'the locks cannot be seen', missing: section.missing };
    const blocked = [...section.value].sort((a, b) => b.waitingSeconds - a.waitingSeconds);
    const [longest] = blocked;
    if (!longest) return { state: 'enough', says: 'no session waits for a lock' };
    const limit = (seen(health.settings)?.deadlock_timeout?.amount ?? usualMs) / 1_000;
    const holder = longest.blockedBy[0];
    const held = holder ? `, held by ${sessionName(holder)}` : '';
    return {
      state: longest.waitingSeconds >= limit ? 'short' : 'near',
      says: `${formatCounted(blocked.length, 'session waits', 'sessions wait')} for locks, the longest for ${duration(longest.waitingSeconds)} (${longest.waitsFor}${held})`,
      evidence: [blockedTable(blocked)],
    };
  },
};

function sessionName({ pid, application, user, state }: SessionHealth): string {
  const who = application || user;
  return pid === 0 ? who : `pid ${pid}${who ? `, ${who}` : ''}, ${state}`;
}

function blockedTable(blocked: readonly BlockedSession[]) {
  return table(
    'Who waits for whom',
    ['Session', '#Waits for', 'Lock', 'Held by', 'Last statement of the holder'],
    blocked.map(({ session, waitingSeconds, waitsFor, blockedBy }) => [
      sessionName(session),
      duration(waitingSeconds),
      waitsFor,
      blockedBy.map(sessionName).join('; '),
      withoutConstants(blockedBy[0]?.query ?? ''),
    ]),
  );
}
