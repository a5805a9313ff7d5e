import { indexFraction } from '../build-index/index-progress';
import type { Gate, Session } from '../gate';
import type { BlockedSession, RunningTask, SessionHealth } from '../health/health';
import { readLocks } from '../health/locks';
import { readProgress } from '../health/progress';
import { readSections } from '../health/reading';
import type { Subject } from './subject';

export interface TaskProgress {
  /** From 0 to 1; undefined while it waits, and of partitions and TOAST. */
  readonly fraction: number | undefined;
  readonly phase: string;
  /** Who it waits for. */
  readonly blockers: readonly string[];
}

/**
 * Where each phase begins and ends in the whole, as shares; our guess of their lengths. With many dead rows indexes are
 * cleaned in several rounds. https://www.postgresql.org/docs/current/progress-reporting.html#VACUUM-PHASES
 */
const vacuumShares: Readonly<Record<string, readonly [from: number, to: number]>> = {
  initializing: [0, 0],
  'scanning heap': [0, 0.5],
  'vacuuming indexes': [0.5, 0.7],
  'vacuuming heap': [0.7, 0.8],
  'cleaning up indexes': [0.8, 0.85],
  'truncating heap': [0.85, 0.9],
  'performing final cleanup': [0.9, 0.9],
};

/** How far the statement of that session is; undefined while the server says nothing of it. */
export async function taskProgress(gate: Gate, session: Session, subject: Subject): Promise<TaskProgress | undefined> {
  const { sections } = await readSections(gate, {}, { progress: readProgress, locks: readLocks });
  const { progress, locks } = sections;
  const blocked = 'value' in locks ? locks.value.find((one) => one.session.pid === session.pid) : undefined;
  if (blocked) return waiting(blocked);
  // Behind a pooler nobody knows in which process it runs.
  const isOurs = ({ pid, table }: RunningTask) => pid === session.pid || (session.isPooled && table === subject.table);
  const running = 'value' in progress ? progress.value.find(isOurs) : undefined;
  if (!running) return undefined;
  const { phase, table } = running;
  if (table === subject.table) return { fraction: fractionOf(running), phase, blockers: [] };
  // One of its partitions, or its TOAST.
  return { fraction: undefined, phase: `${table}: ${phase}`, blockers: [] };
}

function waiting({ waitsFor, blockedBy }: BlockedSession): TaskProgress {
  const blockers = blockedBy.map(describeSession);
  return { fraction: undefined, phase: `waiting for ${blockers.join(', ') || waitsFor}`, blockers };
}

/** `pid 4711 (blog, psql), idle in transaction for 12 s` */
function describeSession({ pid, user, application, state, stateSeconds }: SessionHealth): string {
  if (pid === 0) return application;
  const who = [user, application].filter((text) => text !== '').join(', ');
  return `pid ${pid}${who === '' ? '' : ` (${who})`}, ${state} for ${Math.round(stateSeconds)} s`;
}

function fractionOf({ kind, phase, done = 0, total = 0 }: RunningTask): number | undefined {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  switch (kind) {
    case 'vacuum': {
      const [from, to] = vacuumShares[phase] ?? [0, 0];
      return from + (to - from) * share;
    }
    case 'analyze':
      return share;
    case 'create index':
      return indexFraction({ phase, done, total });
    default:
      return undefined;
  }
}
