import type { Activity, Health } from '../../database/health/health';
import type { Server } from '../../database/server';
import { activityPanels } from '../../guide/live/activity-panels';
import { chartsOf, valuesOf } from '../../guide/live/charts';
import { healthPanels, unreadPanels } from '../../guide/live/health-panels';
import type { Step } from '../../guide/live/measures';
import { seen } from '../../guide/support/known';
import type { LiveEvent, LivePanel, LiveSample, LiveStatus, LiveView } from '../../nouns/live';
import { Problem, type ProblemKind } from '../../nouns/problem';
import { formatAge } from '../../plan/format-age';
import { pause } from '../pause';
import { backOffMs, hasGap, withinMs } from './sampling';

/** Samples and events are kept as long as this, in ms. */
const keptMs = 3_600_000;
/** Tables and statements are read at most as often as this, in ms … */
const healthMs = 60_000;
/** … but the second time soon after the first: what happened in between needs both … */
const secondHealthMs = 15_000;
/** … and take at most this share of the time, on a server where that takes long. */
const healthShare = 0.05;
/** Clocks that differ by more are told, in s. */
const tellSkew = 5;

/** Trying again by itself would not help, or would ask a person for a password again and again. */
const forAPerson: ReadonlySet<ProblemKind> = new Set([
  'authentication',
  'tls',
  'restricted-workspace',
  'unsupported',
  'not-understood',
  'missing-object',
]);

export interface MonitorOptions {
  readonly server: Pick<Server, 'label' | 'test' | 'activity' | 'health'>;
  /** Between two samples. */
  readonly intervalMs: () => number;
  /** Told after each sample, and whenever the status changes. */
  readonly onChange: () => void;
  /** Told of what is no Problem: a defect of Planlight's own. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Asks a server how it is every few seconds, and keeps what it said for an hour. While the server does not answer it is asked
 * less and less often, and what was known stays.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  #running: AbortController | undefined;
  #retry: AbortController | undefined;
  #status: LiveStatus = { kind: 'connecting' };
  #samples: readonly LiveSample[] = [];
  #events: readonly LiveEvent[] = [];
  #activity: { readonly read: Activity; readonly at: number } | undefined;
  /** Undefined after a gap: rates begin anew. */
  #before: Activity | undefined;
  /** Its panels are made once: of thousands of tables that takes a while. */
  #health: { readonly read: Health; readonly panels: readonly LivePanel[] } | undefined;
  /** Of the first reading, until all of it is there. */
  #firstPanels: readonly LivePanel[] | undefined;
  #startedAt: string | undefined;
  #earlierHealth: Health | undefined;
  #newHealth: Health | undefined;
  #healthProblem: string | undefined;
  #nextHealth = 0;
  #isReadingHealth = false;
  #failures = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  get view(): LiveView {
    const health = this.#health?.read;
    return {
      database: this.#options.server.label,
      ...(health && { server: serverLine(health) }),
      status: this.#status,
      charts: chartsOf(this.#activity?.read, health),
      samples: this.#samples,
      events: this.#events,
      panels: this.#panels(),
    };
  }

  /** Begins, or goes on after `pause`. */
  resume(): void {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#set(this.#failures > 0 ? this.#status : { kind: this.#samples.length > 0 ? 'live' : 'connecting' });
    this.#run(running.signal).catch((error: unknown) => {
      if (!running.signal.aborted) this.#options.onDefect(error);
    });
  }

  /** Nothing is asked until `resume`. */
  pause(): void {
    if (!this.#running) return;
    this.#running.abort();
    this.#running = undefined;
    if (this.#failures === 0) this.#set({ kind: 'paused' });
  }

  /** Asks a lost server now, without waiting for the next try. */
  retry(): void {
    this.#retry?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const started = Date.now();
      const waitMs = await this.#sample(signal);
      if (waitMs === undefined) await this.#retried(signal);
      else await this.#wait(Math.max(0, waitMs - (Date.now() - started)), signal);
    }
  }

  /** How long to wait for the next sample; undefined: until somebody says. */
  async #sample(signal: AbortSignal): Promise<number | undefined> {
    const { server, intervalMs } = this.#options;
    const started = Date.now();
    try {
      if (this.#failures > 0) await server.test(signal);
      const activity = await server.activity(signal);
      if (signal.aborted) return undefined;
      this.#keep(activity, Date.now() - started);
      this.#readHealthSometimes(signal);
      return intervalMs();
    } catch (error) {
      if (signal.aborted) return undefined;
      return this.#lose(error);
    }
  }

  #keep(read: Activity, tookMs: number): void {
    const at = Date.now();
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#before = undefined;
      this.#nextHealth = 0;
      this.#tell(at, 'The server answers again.');
    }
    const last = this.#samples.at(-1);
    const stepMs = Math.max(tookMs, this.#options.intervalMs());
    const afterGap = last !== undefined && (!this.#before || hasGap(last.at, at, stepMs));
    if (afterGap) this.#before = undefined;
    if (this.#before && wasReset(this.#before, read)) this.#tell(at, 'The statistics were reset: rates begin anew.');
    const step: Step = {
      ...(this.#before && { before: this.#before }),
      now: read,
      ...(this.#newHealth && { health: this.#newHealth }),
      ...(this.#earlierHealth && { earlierHealth: this.#earlierHealth }),
    };
    this.#samples = withinMs([...this.#samples, { at, values: valuesOf(step), ...(afterGap && { afterGap }) }], keptMs);
    this.#newHealth = undefined;
    this.#before = read;
    this.#activity = { read, at };
    this.#set({ kind: 'live' });
  }

  #lose(error: unknown): number | undefined {
    if (!(error instanceof Problem)) this.#options.onDefect(error);
    const now = Date.now();
    const problem = error instanceof Problem ? error : undefined;
    const says = [problem?.message ?? 'A defect of Planlight: its log tells more.', problem?.hint]
      .filter(Boolean)
      .join(' ');
    this.#failures++;
    if (this.#failures === 1) this.#tell(now, says);
    const since = this.#status.kind === 'lost' ? this.#status.since : now;
    const lost = { kind: 'lost', since, says, ...(problem?.reason && { reason: problem.reason }) } as const;
    if (problem && forAPerson.has(problem.kind)) {
      this.#set(lost);
      return undefined;
    }
    const waitMs = backOffMs(this.#failures, this.#options.intervalMs());
    this.#set({ ...lost, nextTryAt: now + waitMs });
    return waitMs;
  }

  #readHealthSometimes(signal: AbortSignal): void {
    const started = Date.now();
    if (this.#isReadingHealth || started < this.#nextHealth) return;
    this.#isReadingHealth = true;
    this.#readHealth(signal)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        if (!(error instanceof Problem)) this.#options.onDefect(error);
        this.#healthProblem = error instanceof Problem ? error.message : 'A defect of Planlight: its log tells more.';
        this.#options.onChange();
      })
      .finally(() => {
        this.#isReadingHealth = false;
        const now = Date.now();
        const leastMs = this.#earlierHealth ? healthMs : secondHealthMs;
        this.#nextHealth = signal.aborted ? 0 : now + Math.max(leastMs, (now - started) / healthShare);
      });
  }

  async #readHealth(signal: AbortSignal): Promise<void> {
    const tellPart = (part: Health) => {
      if (signal.aborted) return;
      this.#startedAt ??= part.server.startedAt;
      this.#firstPanels = healthPanels(part, Date.now());
      this.#options.onChange();
    };
    const read = await this.#options.server.health(signal, this.#health ? undefined : tellPart);
    if (signal.aborted) return;
    const at = Date.now();
    const before = this.#health?.read;
    const { startedAt } = read.server;
    if (this.#startedAt !== undefined && this.#startedAt !== startedAt) this.#tell(at, 'The server was restarted.');
    this.#startedAt = startedAt;
    this.#healthProblem = undefined;
    this.#earlierHealth = before?.server.startedAt === startedAt ? before : undefined;
    this.#health = { read, panels: healthPanels(read, at, this.#earlierHealth) };
    this.#newHealth = read;
    this.#options.onChange();
  }

  #panels(): LivePanel[] {
    if (!this.#activity) return [];
    return [...activityPanels(this.#activity.read, this.#activity.at), ...this.#slowPanels()];
  }

  #slowPanels(): readonly LivePanel[] {
    const problem = this.#healthProblem;
    const panels = this.#health?.panels ?? this.#firstPanels;
    if (!panels) return unreadPanels(problem ?? 'Being read…');
    return problem === undefined ? panels : panels.map((panel) => ({ ...panel, notes: [problem, ...panel.notes] }));
  }

  /** Resolves also when `retry` is called. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const retry = new AbortController();
    this.#retry = retry;
    try {
      await pause(ms, AbortSignal.any([signal, retry.signal]));
    } catch (error) {
      if (!retry.signal.aborted) throw error;
    }
  }

  async #retried(signal: AbortSignal): Promise<void> {
    // The longest time that a timer can wait.
    await this.#wait(2 ** 31 - 1, signal);
  }

  #tell(at: number, says: string): void {
    this.#events = withinMs([...this.#events, { at, says }], keptMs);
  }

  #set(status: LiveStatus): void {
    this.#status = status;
    this.#options.onChange();
  }
}

/** Where nothing was ever reset, there is no time of it. */
function wasReset(before: Activity, now: Activity): boolean {
  const [from, to] = [seen(before.counters), seen(now.counters)];
  return from !== undefined && to !== undefined && from.since !== to.since;
}

/** `PostgreSQL 18.4, started 3 days ago` */
function serverLine({ server: { version, startedAt, clockAheadSeconds, isReplica }, readAt }: Health): string {
  const skew = Math.abs(Math.round(clockAheadSeconds));
  return [
    `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`,
    ...(isReplica ? ['a replica'] : []),
    `started ${formatAge(startedAt, readAt)}`,
    ...(skew >= tellSkew
      ? [`its clock is ${skew} s ${clockAheadSeconds > 0 ? 'ahead of' : 'behind'} this machine's`]
      : []),
  ].join(', ');
}
