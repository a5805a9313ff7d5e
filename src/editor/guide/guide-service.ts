import * as vscode from 'vscode';
import type { Guide, JudgedCheck, JudgedPoint } from '../../analysis/guide/guide';
import type { Check } from '../../guide/check';
import type { FactName, GuideFacts } from '../../guide/facts';
import { Problem } from '../../nouns/problem';
import type { AnalyzerService } from '../analyzer-service';
import type { CodeIndex } from '../code-index';
import type { DatabaseService } from '../database-service';
import type { ServerState } from '../database-state';
import type { ErrorReporter } from '../error-reporter';
import type { Settings } from '../settings';
import { folderPaths } from '../workspace-folders';

export interface GuideServiceOptions {
  readonly databases: DatabaseService;
  readonly code: CodeIndex;
  readonly analyzers: AnalyzerService;
  readonly settings: Settings;
  readonly errors: ErrorReporter;
  readonly log: vscode.LogOutputChannel;
}

export interface GuideRun {
  readonly signal: AbortSignal;
  /** `Reading the statistics of the server` */
  readonly onProgress: (sentence: string) => void;
  /** It is asked by a diagnosis: nobody has to be led to one. */
  readonly isDiagnosis?: true;
}

/**
 * The checklist of the workspace and its database. Nothing is gathered before somebody asks; another database begins
 * another checklist.
 */
export class GuideService implements vscode.Disposable {
  readonly #options: GuideServiceOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** One at a time: a second would take the facts from below the first. */
  #running: Promise<unknown> = Promise.resolve();
  #guide: { readonly guide: Guide; readonly state: ServerState | undefined } | undefined;
  #asking = 0;

  /** A check was asked, or what was known counts no longer. */
  readonly onDidChange = this.#changed.event;

  constructor(options: GuideServiceOptions) {
    this.#options = options;
    this.#subscription = options.databases.onDidChange((state) => {
      const isSame = this.#guide?.state === (state.kind === 'server' ? state : undefined);
      if (!this.#guide || isSame) return;
      this.#guide = undefined;
      this.#changed.fire();
    });
  }

  /** Empty before the first run. */
  get points(): readonly JudgedPoint[] {
    return this.#guide?.guide.points ?? [];
  }

  /** Checks are asked, or wait for what is asked before them: those that have no answer yet will have one. */
  get isAsking(): boolean {
    return this.#asking > 0;
  }

  /** What was gathered last; undefined before the first run. */
  get facts(): GuideFacts | undefined {
    return this.#guide?.guide.facts;
  }

  /** The server that the facts are of. */
  get server(): ServerState | undefined {
    return this.#guide?.state;
  }

  /** By its id, of those that were asked. */
  check(id: string): JudgedCheck | undefined {
    return this.#guide?.guide.judged(id);
  }

  /** All checks, or those that are wanted. Rejects with the signal's reason only; what cannot be known, the checks say. */
  async run(run: GuideRun, isWanted: (check: Check) => boolean = () => true): Promise<void> {
    const { checks } = await import('../../guide/checks');
    await this.ask(run, checks.filter(isWanted));
  }

  /** These, on the list or not. Rejects as `run` does. */
  async ask(run: GuideRun, checks: readonly Check[]): Promise<void> {
    this.#asking++;
    this.#changed.fire();
    try {
      await this.#next(run, async (guide) => {
        const asked = guide.run(checks, { ...run, onPart: () => this.#changed.fire() });
        this.#changed.fire();
        await asked;
      });
    } finally {
      this.#asking--;
      this.#changed.fire();
    }
  }

  /** The facts for a view that judges nothing. Rejects as `run` does. */
  async gather(run: GuideRun, names: readonly FactName[]): Promise<void> {
    try {
      await this.#next(run, (guide) => guide.gather(names, { ...run, onPart: () => this.#changed.fire() }));
    } finally {
      this.#changed.fire();
    }
  }

  async #next(run: GuideRun, work: (guide: Guide) => Promise<unknown>): Promise<void> {
    const next = this.#running.then(async () => {
      run.signal.throwIfAborted();
      const guide = await this.#started();
      await this.#reach(run);
      await work(guide);
    });
    this.#running = next.catch(() => undefined);
    await next;
  }

  /** A person asks: so the server is tried again, and a password may be asked for. What stays wrong, the guide says. */
  async #reach({ signal, isDiagnosis }: GuideRun): Promise<void> {
    const { databases, errors } = this.#options;
    const server = this.server?.server;
    if (!server) return;
    try {
      server.invalidate();
      await databases.withPassword(() => server.test(signal));
      databases.noteProblem(server, undefined);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
      databases.noteProblem(server, error);
      if (error.reason && !isDiagnosis) errors.show('Asking the database', error);
    }
  }

  async #started(): Promise<Guide> {
    const found = await this.#options.databases.state();
    const state = found.kind === 'server' ? found : undefined;
    if (this.#guide?.state === state && this.#guide) return this.#guide.guide;
    const guide = await this.#load(state);
    this.#guide = { guide, state };
    return guide;
  }

  async #load(state: ServerState | undefined): Promise<Guide> {
    const { analyzers, code, settings, errors, log } = this.#options;
    const [{ Guide }, { guideSources }, { checks }, { textFiles }] = await Promise.all([
      import('../../analysis/guide/guide'),
      import('../../analysis/guide/sources'),
      import('../../guide/checks'),
      import('../../analysis/code/program-files'),
    ]);
    const paths = folderPaths();
    const onPassedOver = (sentence: string) => log.info(sentence);
    return new Guide({
      checks,
      sources: guideSources({
        server: state?.server,
        folders: paths,
        ...(settings.indexEnabled && { code: () => code.whole() }),
        textFiles: () => textFiles(paths, onPassedOver),
        parser: async () => (await analyzers.analyzer()).parser,
        whatIf: () => analyzers.whatIf(),
        machine: { ...settings.machine, source: 'the settings planlight.server' },
        onPassedOver,
      }),
      onDefect: (error, { id }) => errors.logOnly(`The check ${id}`, error),
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
