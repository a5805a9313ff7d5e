import type { Activity, Health } from '../../database/health/health';
import type { Check } from '../../guide/check';
import type { FactName, GuideFacts, IndexAdvice, MachineFacts, SettingPlans, WorkspaceFacts } from '../../guide/facts';
import { type PointId, points } from '../../guide/points';
import type { CheckResult, CheckState } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import { pause } from '../pause';
import { withShortPaths } from './short-paths';

/** Where the facts come from. Each may reject: what it would have told is then missing, with the reason. */
export interface GuideSources {
  /** Of the workspace. */
  readonly folders?: readonly string[];
  /** Absent: no database is chosen. */
  readonly health?: (signal: AbortSignal, onPart?: (health: Health) => void) => Promise<Health>;
  readonly activity?: (signal: AbortSignal) => Promise<Activity>;
  readonly workspace?: (signal: AbortSignal) => Promise<WorkspaceFacts>;
  readonly machine?: (known: GuideFacts) => Promise<MachineFacts | undefined>;
  readonly advice?: (known: GuideFacts, signal: AbortSignal) => Promise<IndexAdvice | undefined>;
  readonly plans?: (known: GuideFacts, signal: AbortSignal) => Promise<SettingPlans | undefined>;
}

export interface GuideOptions {
  readonly checks: readonly Check[];
  readonly sources: GuideSources;
  /** Told of what a check throws: a defect of Planlight's own. */
  readonly onDefect: (error: unknown, check: Check) => void;
  /** Between the two samples that a rate needs, in ms. */
  readonly sampleMs?: number;
}

export interface GatherOptions {
  readonly signal: AbortSignal;
  /** `Reading the statistics of the server` */
  readonly onProgress?: (sentence: string) => void;
  /** There is more to show than before, and more to come. Nothing that was known is taken away meanwhile. */
  readonly onPart?: () => void;
}

export interface RunOptions extends GatherOptions {
  readonly onResult?: (judged: JudgedCheck) => void;
}

/** What a check found, and when. */
export interface JudgedCheck {
  readonly check: Check;
  readonly result: CheckResult;
  /** Of this machine's clock, ISO 8601. */
  readonly judgedAt: string;
}

export interface JudgedPoint {
  readonly id: PointId;
  readonly title: string;
  /** Of the worst of its checks. */
  readonly state: CheckState;
  readonly checks: readonly JudgedCheck[];
}

const told: Readonly<Record<FactName, string>> = {
  health: 'Reading the statistics of the server',
  rates: 'Taking a second sample',
  code: 'Reading the workspace',
  machine: 'Looking for the size of the machine',
  advice: 'Searching for indexes',
  plans: 'Planning known queries under proposed settings',
};

/** Where each stands among the facts. */
const keys = {
  health: 'health',
  rates: 'earlier',
  code: 'workspace',
  machine: 'machine',
  advice: 'advice',
  plans: 'settingPlans',
} as const satisfies Record<FactName, keyof GuideFacts>;

/** Why a source that is not there, or has nothing to say, says nothing. */
const absent: Readonly<Record<FactName, string>> = {
  health: 'No database is chosen.',
  rates: 'There is no second sample of the server.',
  code: 'There is no workspace.',
  machine:
    'How much memory and how many cores the server has is not known: the settings planlight.server.memory and planlight.server.cores tell, on the command line --memory and --cores.',
  advice: 'The search for indexes did not run.',
  plans: 'Queries were not planned under other settings.',
};

/** In the order in which they are gathered: later ones look at what the earlier ones found. */
const order: readonly FactName[] = ['health', 'rates', 'code', 'machine', 'advice', 'plans'];

/** Gathers what checks need, asks them, and keeps what they said. */
export class Guide {
  readonly #options: GuideOptions;
  readonly #judged = new Map<string, JudgedCheck>();
  #facts: GuideFacts = { now: new Date(0).toISOString(), missing: {} };
  /** Facts that could not be read the last time, though they were before: what is kept is old. */
  readonly #outdated = new Set<FactName>();

  constructor(options: GuideOptions) {
    this.#options = options;
  }

  /** What was gathered last. Of a server that went away the last that it told, with the reason in `missing`. */
  get facts(): GuideFacts {
    return this.#facts;
  }

  /** The last answer of a check, also of one that is not on the list. */
  judged(id: string): JudgedCheck | undefined {
    return this.#judged.get(id);
  }

  /** Every point with the checks that were asked so far. */
  get points(): readonly JudgedPoint[] {
    return points.map(({ id, title }) => {
      const checks = this.#options.checks.flatMap((check) => {
        const judged = check.point === id ? this.#judged.get(check.id) : undefined;
        return judged ? [judged] : [];
      });
      return { id, title, checks, state: worstState(checks.map(({ result }) => result.state)) };
    });
  }

  /**
   * Gathers anew what the checks need, and asks them. A check that was answered before stays as it was where its facts can
   * no longer be read. Rejects with the signal's reason only.
   */
  async run(checks: readonly Check[], { onResult, ...options }: RunOptions): Promise<readonly JudgedCheck[]> {
    const names = checks.flatMap(({ needs }) => needs);
    await this.#gatherAll(names, options, (gathered) => this.#judgeFirst(checks, gathered));
    return checks.map((check) => {
      const earlier = this.#judged.get(check.id);
      const judged = earlier && check.needs.some((name) => this.#outdated.has(name)) ? earlier : this.#answer(check);
      this.#judged.set(check.id, judged);
      onResult?.(judged);
      return judged;
    });
  }

  /** Rejects with the signal's reason only: why something could not be read is among the facts. */
  gather(names: Iterable<FactName>, options: GatherOptions): Promise<void> {
    return this.#gatherAll(names, options, () => undefined);
  }

  async #gatherAll(
    names: Iterable<FactName>,
    { signal, onProgress, onPart }: GatherOptions,
    onGathered: (gathered: ReadonlySet<FactName>) => void,
  ): Promise<void> {
    const needed = new Set(names);
    const wanted = order.filter((one) => needed.has(one));
    const gathered = new Set<FactName>();
    this.#facts = { ...this.#facts, now: new Date().toISOString() };
    for (const name of wanted) {
      signal.throwIfAborted();
      onProgress?.(told[name]);
      this.#facts = await this.#gather(name, signal, onPart);
      gathered.add(name);
      onGathered(gathered);
      // The end is told by whoever asked.
      if (gathered.size < wanted.length) onPart?.();
    }
    signal.throwIfAborted();
  }

  async #gather(name: FactName, signal: AbortSignal, onPart: () => void = () => undefined): Promise<GuideFacts> {
    const before = this.#facts;
    const { [name]: _, ...missing } = before.missing;
    const key = keys[name];
    const without = { ...before, [key]: undefined };
    this.#outdated.delete(name);
    const tellPart = (part: Partial<GuideFacts>) => {
      this.#facts = { ...without, ...part, missing };
      onPart();
    };
    try {
      // The half that is read anew does not take the place of the whole that is known.
      const found = await this.#ask(name, signal, before[key] === undefined ? tellPart : undefined);
      if (found !== undefined) return { ...without, ...found, missing };
      return { ...without, missing: { ...missing, [name]: absent[name] } };
    } catch (error) {
      this.#facts = before;
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof Problem)) throw error;
      if (before[key] !== undefined) this.#outdated.add(name);
      return { ...before, missing: { ...missing, [name]: error.message } };
    }
  }

  async #ask(
    name: FactName,
    signal: AbortSignal,
    onPart: ((part: Partial<GuideFacts>) => void) | undefined,
  ): Promise<Partial<GuideFacts> | undefined> {
    const { sources } = this.#options;
    switch (name) {
      case 'health':
        return (
          sources.health && { health: await sources.health(signal, onPart && ((health: Health) => onPart({ health }))) }
        );
      case 'rates':
        return this.#sample(signal);
      case 'code':
        return sources.workspace && { workspace: await sources.workspace(signal) };
      case 'machine': {
        const machine = await sources.machine?.(this.#facts);
        return machine && { machine };
      }
      case 'advice': {
        const advice = await sources.advice?.(this.#facts, signal);
        return advice && { advice };
      }
      case 'plans': {
        const settingPlans = await sources.plans?.(this.#facts, signal);
        return settingPlans && { settingPlans };
      }
    }
  }

  /** What was read with the health is the earlier sample; a fresh one takes its place. */
  async #sample(signal: AbortSignal): Promise<Partial<GuideFacts> | undefined> {
    const { health } = this.#facts;
    const { activity } = this.#options.sources;
    if (!health || !activity || this.#outdated.has('health')) return undefined;
    await pause(this.#options.sampleMs ?? 2_000, signal);
    return { earlier: health.activity, health: { ...health, activity: await activity(signal) } };
  }

  /** The list fills while the rest is gathered. What is judged so is judged again with all facts. */
  #judgeFirst(checks: readonly Check[], gathered: ReadonlySet<FactName>): void {
    for (const check of checks) {
      if (this.#judged.has(check.id) || !check.needs.every((name) => gathered.has(name))) continue;
      this.#judged.set(check.id, this.#answer(check));
    }
  }

  #answer(check: Check): JudgedCheck {
    return { check, result: this.#judge(check), judgedAt: this.#facts.now };
  }

  /** What is old is not judged as if it were of now. */
  #judge(check: Check): CheckResult {
    const current = {
      ...this.#facts,
      ...Object.fromEntries([...this.#outdated].map((name) => [keys[name], undefined])),
    };
    try {
      return withShortPaths(check.judge(current), this.#options.sources.folders ?? []);
    } catch (error) {
      this.#options.onDefect(error, check);
      return {
        state: 'unknown',
        says: 'This check failed by a defect of Planlight.',
        missing: ['The log has its error.'],
      };
    }
  }
}

const fromBad: readonly CheckState[] = ['failed', 'attention', 'unknown', 'passed', 'not applicable'];

/** Of several: 'failed' before 'attention' before 'unknown'; 'unknown' for none. */
export function worstState(states: readonly CheckState[]): CheckState {
  return fromBad.find((state) => states.includes(state)) ?? 'unknown';
}
