import * as vscode from 'vscode';
import type { Health } from '../database/health/health';
import type { Statement } from '../nouns/statement';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseService } from './database-service';
import type { ServerState } from './database-state';
import type { ErrorReporter } from './error-reporter';
import type { GuideService } from './guide/guide-service';
import type { Settings } from './settings';

interface ProductionCallsOptions {
  readonly guide: GuideService;
  readonly databases: DatabaseService;
  readonly analyzers: AnalyzerService;
  readonly settings: Settings;
  readonly errors: ErrorReporter;
}

/**
 * How often the database ran the statements of the code, as it was read last: by the checklist or its views, when a person asked, and
 * then as often as the setting says. Asking this service asks no server.
 */
export class ProductionCalls implements vscode.Disposable {
  readonly #options: ProductionCallsOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  /** Of one reading, and the titles that were made of it. */
  #known:
    | {
        readonly state: ServerState;
        readonly titleOf: (statement: Statement) => string | undefined;
        readonly titles: WeakMap<Statement, string | undefined>;
      }
    | undefined;
  #seen: Health | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: AbortController | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(options: ProductionCallsOptions) {
    this.#options = options;
    this.#subscriptions = [
      options.guide.onDidChange(() => this.#options.errors.background('Reading the calls', () => this.#follow())),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('planlight.productionCalls')) return;
        this.#schedule();
        this.#changed.fire();
      }),
    ];
  }

  /** What the lens says of the first of these statements that the server ran; undefined where nothing is known. */
  of(statements: readonly Statement[], resource: vscode.Uri): string | undefined {
    const known = this.#known;
    const { settings, databases } = this.#options;
    if (!known || !settings.productionCallsEnabled || databases.settledOf(resource) !== known.state) return undefined;
    for (const statement of statements) {
      if (!known.titles.has(statement)) known.titles.set(statement, known.titleOf(statement));
      const title = known.titles.get(statement);
      if (title !== undefined) return title;
    }
    return undefined;
  }

  async #follow(): Promise<void> {
    const { guide } = this.#options;
    const { server: state, facts } = guide;
    const health = facts?.health;
    if (health && health === this.#seen) return;
    this.#seen = health;
    // Another database: what was counted there says nothing here. A server that is away for a while keeps its figures.
    if (this.#known && this.#known.state !== state) await this.#keep(undefined, undefined);
    if (state && health) await this.#keep(state, health);
  }

  async #keep(state: ServerState | undefined, health: Health | undefined): Promise<void> {
    const [{ CountedStatements, workloadOf }, { callsTitle }, { readingOf }] = await Promise.all([
      import('../guide/workload'),
      import('./calls-title'),
      import('../sql/statement-reading'),
    ]);
    const workload = workloadOf(health, []);
    const counted = workload && new CountedStatements(workload.rows);
    this.#known = state &&
      health &&
      counted && {
        state,
        titles: new WeakMap(),
        titleOf: (statement) => {
          const row = counted.of(readingOf(statement));
          return row && callsTitle(row, workload);
        },
      };
    this.#schedule();
    this.#changed.fire();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const ms = this.#options.settings.productionCallsRefresh;
    if (ms === 0 || !this.#known) return;
    this.#timer = setTimeout(() => {
      this.#options.errors.background('Reading the calls again', () => this.#readAgain());
    }, ms);
  }

  /** A server that does not answer is asked again after the same time, and what was known is shown until then. */
  async #readAgain(): Promise<void> {
    const state = this.#known?.state;
    if (!state) return;
    this.#reading = new AbortController();
    try {
      const [{ withReadings }, { parser }] = await Promise.all([
        import('../analysis/guide/statement-readings'),
        this.#options.analyzers.analyzer(),
      ]);
      const health = withReadings(await state.server.health(this.#reading.signal), parser);
      if (this.#known?.state === state) await this.#keep(state, health);
    } finally {
      this.#reading = undefined;
      this.#schedule();
    }
  }

  dispose(): void {
    this.#known = undefined;
    clearTimeout(this.#timer);
    this.#reading?.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
