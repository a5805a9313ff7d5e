import * as vscode from 'vscode';
import type { DatabaseService } from './database-service';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { misnamedSentence } from './package-databases';

/** Tells once that `planlight.databases` names a connection that does not exist, until the setting says something else. */
export class UnknownNames implements Feature {
  readonly #databases: DatabaseService;
  readonly #errors: ErrorReporter;
  #told = new Set<string>();

  constructor(databases: DatabaseService, errors: ErrorReporter) {
    this.#databases = databases;
    this.#errors = errors;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(this.#databases.onDidChange(() => this.#tell()));
  }

  #tell(): void {
    const sentences = this.#databases.unknownNames.map(misnamedSentence);
    const news = sentences.filter((sentence) => !this.#told.has(sentence));
    this.#told = new Set(sentences);
    for (const sentence of news) {
      this.#errors.background('A database’s name', async () => {
        const answer = await vscode.window.showWarningMessage(`Planlight: ${sentence}`, 'Open Settings');
        if (answer) await vscode.commands.executeCommand('workbench.action.openSettings', 'planlight.databases');
      });
    }
  }
}
