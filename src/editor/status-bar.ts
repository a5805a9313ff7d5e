import * as vscode from 'vscode';
import type { DatabaseService } from './database-service';
import { type DatabaseState, databaseName, stateLabel } from './database-state';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';

/** Which database is in use. Words say what the colours say. */
export class DatabaseStatusBar implements Feature {
  readonly #databases: DatabaseService;
  readonly #errors: ErrorReporter;
  readonly #item = vscode.window.createStatusBarItem('planlight.database', vscode.StatusBarAlignment.Right, 90);

  constructor(databases: DatabaseService, errors: ErrorReporter) {
    this.#databases = databases;
    this.#errors = errors;
  }

  register(context: vscode.ExtensionContext): void {
    this.#item.name = 'Planlight: Database';
    this.#item.command = 'planlight.chooseDatabase';
    this.#item.text = '$(database) Planlight';
    this.#item.tooltip = 'Choose the database that Planlight asks';
    this.#item.show();
    context.subscriptions.push(
      this.#item,
      this.#databases.onDidChange(() => this.#show()),
      this.#databases.onDidChangeTrouble(() => this.#show()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#show()),
    );
  }

  /** A part of the workspace may have its own. */
  #show(): void {
    const resource = vscode.window.activeTextEditor?.document.uri;
    if (!resource || this.#databases.settledOf(resource)) {
      this.#showState(resource ? this.#databases.settledOf(resource) : this.#databases.settled);
    } else if (this.#databases.settled) {
      this.#errors.background('Looking for the database of a document', async () => {
        const state = await this.#databases.stateOf(resource);
        if (vscode.window.activeTextEditor?.document.uri === resource) this.#showState(state);
      });
    }
  }

  #showState(state: DatabaseState | undefined): void {
    if (!state) return;
    const trouble = this.#databases.troubleOf(state);
    const isWrong = trouble !== undefined || (state.kind === 'none' && state.problem !== undefined);
    const production = state.kind === 'server' && state.profile.environment === 'production';
    const label = stateLabel(state);
    const marks = [production ? 'production' : undefined, trouble ? 'no answer' : undefined];
    const words = [label, ...marks.filter((mark) => mark !== undefined)].join(', ');
    this.#item.text = `${isWrong ? '$(warning)' : '$(database)'} ${words}`;
    this.#item.backgroundColor = isWrong
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : production
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    this.#item.tooltip = [explanation(state), trouble?.message, trouble?.hint, 'Click to choose another database.']
      .filter((line) => line !== undefined)
      .join('\n');
    this.#item.accessibilityInformation = { label: `Planlight database: ${words}`, role: 'button' };
  }
}

function explanation(state: DatabaseState): string {
  switch (state.kind) {
    case 'server':
      return `Planlight asks ${databaseName(state.profile)} as ${state.profile.user}.`;
    case 'embedded':
      return state.snapshot === undefined
        ? `Planlight plans in memory, with the schema of the .sql files of ${state.schema ?? 'the workspace'}.`
        : `Planlight asks no database: queries are ${state.target.label}.`;
    case 'none':
      return state.problem?.message ?? 'Planlight knows no database and no schema here.';
    case 'restricted':
      return state.reason;
  }
}
