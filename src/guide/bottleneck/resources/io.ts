import type { Health } from '../../../database/health/health';
import type { Evidence } from '../../../nouns/check';
import type { GuideFacts } from '../../facts';
import { fact } from '../../support/evidence';
import { seen } from '../../support/known';
import { recently } from '../../support/recent';
import { duration, percent } from '../../support/wording';
import { activeSessions, sessionsText } from './active-sessions';
import type { Resource } from './verdict';

/** Where reading and writing takes more time than everything else, it is what to mend first; no published figure. */
const mostly = 0.5;

/** Sessions that wait for the storage, and the time that statements spent reading and writing, where it is measured. */
export const io: Resource = {
  name: 'I/O',
  verb: 'is',
  judge(facts, health) {
    const active = activeSessions(facts);
    if (!active) return { state: 'unknown', says: 'what the sessions do is hidden' };
    const waiting = active.by.io;
    const [recent, long] = [recentShare(facts), longShare(health)];
    const evidence: Evidence[] = [
      fact('Sessions that wait for storage', `${sessionsText(waiting)} of ${sessionsText(active.all)} that work`, {
        raw: waiting,
      }),
      ...(recent ? [fact(`Reading and writing in the last ${duration(recent.seconds)}`, percent(recent.share))] : []),
      ...(long === undefined ? [] : [fact('Reading and writing, of the time of all statements', percent(long))]),
    ];
    const isWaiting = waiting >= 1 && waiting >= active.all * mostly;
    if (isWaiting || (recent && recent.share >= mostly && recent.sessions >= 1)) {
      const share = isWaiting ? waiting / active.all : (recent?.share ?? 0);
      return { state: 'short', says: `${percent(share)} of the working time is waiting for storage`, evidence };
    }
    if (long !== undefined && long >= mostly) {
      return {
        state: 'near',
        says: `reading and writing took ${percent(long)} of the time of all statements`,
        evidence,
      };
    }
    return {
      state: 'enough',
      says: waiting > 0 ? 'few sessions wait for storage' : 'no session waits for storage',
      evidence,
    };
  },
};

/** With track_io_timing, since 14: of the time in which sessions of this database worked. */
function recentShare(facts: GuideFacts) {
  const recent = recently(facts);
  const io = recent?.growth(({ readMs, writeMs }) => readMs + writeMs);
  const active = recent?.growth(({ activeMs }) => activeMs);
  if (!recent || !io || !active) return undefined;
  return { share: Math.min(1, io / active), sessions: active / 1_000 / recent.seconds, seconds: recent.seconds };
}

/** Undefined where nothing is timed. */
function longShare({ statements }: Health): number | undefined {
  const counted = seen(statements);
  if (!counted?.tracksIoTiming || counted.totalMs <= 0) return undefined;
  const ms = counted.statements.reduce((sum, { ioMs }) => sum + ioMs, 0);
  return Math.min(1, ms / counted.totalMs);
}
