import type * as vscode from 'vscode';
import type { Commands } from '../commands';
import type { DatabaseService } from '../database-service';
import type { ErrorReporter } from '../error-reporter';
import type { Feature } from '../feature';
import type { GuideService } from '../guide/guide-service';
import type { Settings } from '../settings';
import type { DashboardPage } from './dashboard-page';

export interface DashboardOptions {
  readonly extensionUri: vscode.Uri;
  readonly commands: Commands;
  readonly databases: DatabaseService;
  readonly guide: GuideService;
  readonly settings: Settings;
  readonly errors: ErrorReporter;
}

/** How the server is over time, as a page, and the report to give away. Nothing is asked before a person opens it. */
export class Dashboard implements Feature {
  readonly #options: DashboardOptions;
  #page: Promise<DashboardPage> | undefined;

  constructor(options: DashboardOptions) {
    this.#options = options;
  }

  register(context: vscode.ExtensionContext): void {
    const { commands, guide } = this.#options;
    context.subscriptions.push({ dispose: () => void this.#page?.then((page) => page.dispose()) });
    commands.register(context, 'planlight.openDashboard', 'Open Dashboard', async () => {
      this.#page ??= import('./dashboard-page').then(({ DashboardPage }) => new DashboardPage(this.#options));
      await (await this.#page).open();
    });
    commands.register(context, 'planlight.exportHealthReport', 'Export Health Report', async () => {
      const [page, { exportReport }] = await Promise.all([this.#page, import('./export-report')]);
      await exportReport(guide, { live: page?.view });
    });
  }
}
