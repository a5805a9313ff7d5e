import * as vscode from 'vscode';
import type { FactName } from '../../guide/facts';
import { type Commands, withProgress } from '../commands';
import type { DatabaseService } from '../database-service';
import type { ErrorReporter } from '../error-reporter';
import type { Feature } from '../feature';
import type { CheckPage } from './check-page';
import type { GuideRun, GuideService } from './guide-service';
import { GuideView } from './guide-view';

/** What a row's menu, a button of a page or a link hands over. */
interface CheckArgument {
  readonly point?: string;
  readonly check?: string;
}

/** The views of the guide: Checklist, Workload, Indexes, Maintenance. Nothing is read before somebody asks. */
export class GuideViews implements Feature {
  readonly #guide: GuideService;
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #errors: ErrorReporter;
  #page: Promise<CheckPage> | undefined;

  constructor(options: {
    readonly guide: GuideService;
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly errors: ErrorReporter;
  }) {
    this.#guide = options.guide;
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#errors = options.errors;
  }

  register(context: vscode.ExtensionContext): void {
    const guide = this.#guide;
    const errors = this.#errors;
    const checklist = new GuideView({
      id: 'planlight.checklist',
      guide,
      errors,
      rows: async () => (await import('./checklist-rows')).checklistRows,
      badge: async ({ points }) => (await import('./checklist-rows')).badgeOf(points),
    });
    context.subscriptions.push(
      checklist,
      { dispose: () => void this.#page?.then((page) => page.dispose()) },
      this.#databases.onDidChange(({ kind }) => this.#setContext('planlight.databaseKind', kind)),
    );
    const register = (id: string, title: string, run: (argument: unknown) => Promise<unknown>) =>
      this.#commands.register(context, id, title, run);
    register('planlight.runChecklist', 'Run the Checklist', () => this.#run({}));
    register('planlight.runChecks', 'Check Again', (argument) => this.#run(aboutOf(argument)));
    register('planlight.showCheck', 'Show Details', (argument) => this.#show(aboutOf(argument), context.extensionUri));
    register('planlight.openGuidePage', 'Open a Page of the Guide', async (point) => {
      const { openGuidePage } = await import('./guide-page');
      await openGuidePage(context.extensionUri, point);
    });
    register('planlight.readStatistics', 'Read the Statistics', () => this.#gather(['health', 'code']));
  }

  async #run({ point, check }: CheckArgument): Promise<void> {
    await this.#withProgress('Going through the checklist', (run) =>
      this.#guide.run(run, (one) =>
        check === undefined ? point === undefined || one.point === point : one.id === check,
      ),
    );
  }

  async #show({ point, check }: CheckArgument, extensionUri: vscode.Uri): Promise<void> {
    this.#page ??= import('./check-page').then(({ CheckPage }) => new CheckPage(this.#guide, extensionUri));
    const page = await this.#page;
    if (check !== undefined) await page.show({ check });
    else if (point !== undefined) await page.show({ point });
  }

  async #gather(names: readonly FactName[]): Promise<void> {
    await this.#withProgress('Reading the statistics', (run) => this.#guide.gather(run, names));
  }

  async #withProgress(title: string, work: (run: GuideRun) => Promise<void>): Promise<void> {
    await withProgress(title, (signal, progress) =>
      work({ signal, onProgress: (message) => progress.report({ message }) }),
    );
  }

  #setContext(key: string, value: unknown): void {
    this.#errors.background('A context key', async () => {
      await vscode.commands.executeCommand('setContext', key, value);
    });
  }
}

/** Of a row, or as a link has it. */
export function aboutOf(argument: unknown): CheckArgument {
  const about = (argument as { about?: unknown } | undefined)?.about ?? argument;
  const { point, check } = (about ?? {}) as CheckArgument;
  return { point, check };
}
