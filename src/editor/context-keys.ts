import * as vscode from 'vscode';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { languageIds } from './languages';

/**
 * `planlight.languages`: in whose documents a command may find a query. `planlight.hasQueries`: the active editor shows
 * one, so that the context menu offers to explain it.
 */
export class ContextKeys implements Feature {
  readonly #tracker: DocumentTracker;
  readonly #errors: ErrorReporter;
  #hasQueries: boolean | undefined;

  constructor(tracker: DocumentTracker, errors: ErrorReporter) {
    this.#tracker = tracker;
    this.#errors = errors;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      this.#tracker.onDidChange(() => this.#update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
    );
    this.#errors.background('Context menu', async () => {
      await vscode.commands.executeCommand('setContext', 'planlight.languages', languageIds);
    });
    this.#update();
  }

  #update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const hasQueries = document !== undefined && (this.#tracker.get(document)?.queries.length ?? 0) > 0;
    if (hasQueries === this.#hasQueries) return;
    this.#hasQueries = hasQueries;
    this.#errors.background('Context menu', async () => {
      await vscode.commands.executeCommand('setContext', 'planlight.hasQueries', hasQueries);
    });
  }
}
