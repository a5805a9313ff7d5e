import * as vscode from 'vscode';
import type { ErrorReporter } from './error-reporter';

/** Registers commands so that no error of one gets lost and none reaches the person as a stack. */
export class Commands {
  readonly #errors: ErrorReporter;

  constructor(errors: ErrorReporter) {
    this.#errors = errors;
  }

  register(
    context: vscode.ExtensionContext,
    id: string,
    title: string,
    run: (argument: unknown) => Promise<unknown>,
  ): void {
    const command = vscode.commands.registerCommand(id, async (argument: unknown) => {
      try {
        return await run(argument);
      } catch (error) {
        this.#errors.show(title, error);
        return undefined;
      }
    });
    context.subscriptions.push(command);
  }
}

/** Progress in a notification with a Cancel button; `signal` is aborted by it. */
export async function withProgress<T>(
  title: string,
  run: (signal: AbortSignal, progress: vscode.Progress<{ message?: string; increment?: number }>) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Planlight: ${title}`, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const linked = abortOn(token);
    try {
      return await run(linked.signal, progress);
    } finally {
      linked.dispose();
    }
  });
}

/** The editor's cancellation as the core understands it. */
export function abortOn(token: vscode.CancellationToken): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listener.dispose() };
}
