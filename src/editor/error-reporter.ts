import * as vscode from 'vscode';
import { Problem } from '../nouns/problem';
import { diagnosisCommands } from './diagnosis-commands';

const showLog = 'Show Log';
const findOut = 'Find Out Why';

/** Tells people what went wrong: a Problem as its one sentence, anything else with its stack in the log. */
export class ErrorReporter {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Runs work that nobody waits for. */
  background(what: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => this.logOnly(what, error));
  }

  logOnly(what: string, error: unknown): void {
    if (isCancelled(error)) return;
    if (error instanceof Problem) this.#log.warn(`${what}: ${error.message}`);
    else this.#log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  show(what: string, error: unknown): void {
    if (isCancelled(error)) return;
    this.logOnly(what, error);
    const sentence =
      error instanceof Problem
        ? [error.message, error.hint].filter((part) => part !== undefined).join(' ')
        : `${what} failed: ${error instanceof Error ? error.message : String(error)}`;
    const reason = error instanceof Problem ? error.reason : undefined;
    const actions = reason ? [findOut, showLog] : [showLog];
    this.background(showLog, async () => {
      const answer = await vscode.window.showErrorMessage(`Planlight: ${sentence}`, ...actions);
      if (answer === showLog) this.#log.show(true);
      if (reason && answer === findOut) await vscode.commands.executeCommand(diagnosisCommands[reason]);
    });
  }
}

export function isCancelled(error: unknown): boolean {
  if (error instanceof Problem) return error.kind === 'cancelled';
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError');
}
