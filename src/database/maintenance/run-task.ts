import type { MaintenanceTask } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import type { Gate, Session } from '../gate';
import { waitForLocks, whileItRuns } from '../long-statement';
import { seconds } from '../server-errors';
import { dropLeftovers, tellHalfDropped } from './leftovers';
import { measured } from './measured';
import { leftOut, type Step, stepsOf } from './statements';
import { findSubject, type Subject } from './subject';
import { taskProgress } from './task-progress';

export interface MaintainOptions {
  /** The person said yes to a question that names the database. */
  readonly confirmed: boolean;
  /** `fraction` from 0 to 1, undefined while the server waits for others. */
  readonly onProgress: (fraction: number | undefined, phase: string) => void;
  readonly signal?: AbortSignal;
  /** How long each step may wait for a lock, in ms; default: 1 min, of indexes 5 min. */
  readonly lockMs?: number;
}

export interface MaintenanceOutcome {
  readonly statements: readonly string[];
  /** Of the files of the table or of the indexes; absent where they could not be asked for. */
  readonly bytesBefore?: number;
  readonly bytesAfter?: number;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * VACUUM and ANALYZE wait for one that is at work already, for an index that is built, for ALTER TABLE; nobody who reads or
 * writes waits behind them. What is done to indexes concurrently waits for all transactions that began before.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES (SHARE UPDATE EXCLUSIVE)
 */
const usualLockMs = (task: MaintenanceTask): number =>
  task.kind === 'reindex' || task.kind === 'drop index' ? 300_000 : 60_000;

/**
 * Runs a task that a person has confirmed, each statement outside a transaction. However it ends, nothing half built of ours
 * stays behind, or the Problem says what does. Rejects with a Problem: 'needs-confirmation', 'timeout' with who is in the way,
 * 'cancelled', and those of `findSubject`.
 */
export async function runMaintenance(
  gate: Gate,
  task: MaintenanceTask,
  options: MaintainOptions,
): Promise<MaintenanceOutcome> {
  const { confirmed, onProgress, signal, lockMs = usualLockMs(task) } = options;
  if (!confirmed) {
    throw new Problem('needs-confirmation', `This changes ${gate.label}: it is run when a person has said yes to it.`);
  }
  const subject = await findSubject(gate, task, signal);
  const steps = stepsOf(task, subject);
  const bytesBefore = await measured(gate, task, subject);
  const state: RunState = { subject, steps, done: 0, blockers: [] };
  try {
    await gate.session(signal, async (session) => {
      await waitForLocks(session, lockMs);
      for (const step of steps) {
        await runStep(gate, session, step, state, onProgress);
        state.done++;
      }
    });
  } catch (error) {
    const problem = isLockTimeout(error) ? lockProblem(state, lockMs, error) : error;
    await tidyUp(gate, task, state, problem, onProgress);
    throw problem;
  }
  onProgress(1, 'done');
  const bytesAfter = await measured(gate, task, subject);
  return {
    statements: steps.map(({ sql }) => sql),
    ...(bytesBefore !== undefined && { bytesBefore }),
    ...(bytesAfter !== undefined && { bytesAfter }),
    notes: leftOut(task, subject),
  };
}

interface RunState {
  readonly subject: Subject;
  readonly steps: readonly Step[];
  done: number;
  /** Of the last time that it was seen waiting. */
  blockers: readonly string[];
}

async function runStep(
  gate: Gate,
  session: Session,
  { sql, index }: Step,
  state: RunState,
  onProgress: MaintainOptions['onProgress'],
): Promise<void> {
  const { steps, done, subject } = state;
  // Several rounds over the indexes would let it go back.
  let furthest = 0;
  const stop = whileItRuns(async () => {
    const progress = await taskProgress(gate, session, subject);
    if (!progress) return undefined;
    const { fraction, phase, blockers } = progress;
    state.blockers = blockers;
    if (fraction !== undefined) furthest = Math.max(furthest, fraction);
    const whole = fraction === undefined ? undefined : (done + furthest) / steps.length;
    const name = index && steps.length > 1 ? `${index.name} (${done + 1} of ${steps.length}): ` : '';
    return () => onProgress(whole, `${name}${phase}`);
  });
  try {
    await session.query(sql);
  } finally {
    await stop();
  }
}

async function tidyUp(
  gate: Gate,
  task: MaintenanceTask,
  { subject, steps, done }: RunState,
  problem: unknown,
  onProgress: MaintainOptions['onProgress'],
): Promise<void> {
  const index = steps[done]?.index;
  if (!index) return;
  if (task.kind === 'reindex') {
    await dropLeftovers(gate, subject, index, problem, () => onProgress(undefined, 'removing the unfinished index'));
  }
  if (task.kind === 'drop index' && index.isValid) await tellHalfDropped(gate, index, problem);
}

/** 55P03 lock_not_available */
function isLockTimeout(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : undefined;
  return cause instanceof Error && (cause as { code?: string }).code === '55P03';
}

function lockProblem({ subject, blockers }: RunState, lockMs: number, cause: unknown): Problem {
  const who = blockers.length > 0 ? blockers.join('; ') : 'another session';
  return new Problem('timeout', `${subject.label} was not free within ${seconds(lockMs)}. In the way: ${who}.`, {
    hint: 'Wait until it has ended, or end it, and try again.',
    cause,
  });
}
