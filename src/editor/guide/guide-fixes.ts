import type * as vscode from 'vscode';
import type { AnalyzerService } from '../analyzer-service';
import type { Commands } from '../commands';
import type { DatabaseService } from '../database-service';
import type { ErrorReporter } from '../error-reporter';
import type { Feature } from '../feature';
import type { ReviewedEdits } from '../reviewed-edits';
import type { Settings } from '../settings';
import type { ApplyFix } from './apply-fix';
import type { GuideHistory } from './guide-history';
import type { GuideService } from './guide-service';
import { GuideView } from './guide-view';

interface Loaded {
  readonly apply: ApplyFix;
  readonly history: GuideHistory;
}

interface GuideFixesOptions {
  readonly guide: GuideService;
  readonly commands: Commands;
  readonly databases: DatabaseService;
  readonly analyzers: AnalyzerService;
  readonly settings: Settings;
  readonly errors: ErrorReporter;
  readonly edits: ReviewedEdits;
}

/** What the checklist proposes is applied here, measured, and listed in the view History. Loaded with the first of them. */
export class GuideFixes implements Feature {
  readonly #options: GuideFixesOptions;
  #view: GuideView | undefined;
  #loaded: Promise<Loaded> | undefined;

  constructor(options: GuideFixesOptions) {
    this.#options = options;
  }

  register(context: vscode.ExtensionContext): void {
    const { guide, commands, errors } = this.#options;
    const view = new GuideView({
      id: 'planlight.history',
      guide,
      errors,
      needsNoFacts: true,
      rows: async () => {
        const [{ history }, { historyRows }] = await Promise.all([this.#load(), import('./history-rows')]);
        const all = await history.all();
        return () => historyRows(all);
      },
    });
    this.#view = view;
    context.subscriptions.push(view, { dispose: () => void this.#loaded?.then(dispose) });
    commands.register(context, 'planlight.applyGuideFix', 'Apply a Fix', async (argument) => {
      const { apply } = await this.#load();
      await apply.apply(argument);
    });
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= this.#make();
    return this.#loaded;
  }

  async #make(): Promise<Loaded> {
    const [{ ApplyFix }, { GuideHistory }] = await Promise.all([import('./apply-fix'), import('./guide-history')]);
    const history = new GuideHistory(this.#options);
    history.onDidChange(() => this.#view?.refresh());
    return { history, apply: new ApplyFix({ ...this.#options, history }) };
  }
}

function dispose({ apply, history }: Loaded): void {
  apply.dispose();
  history.dispose();
}
