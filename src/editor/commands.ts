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

/** The editor shows no more than three notifications within 800 ms and drops the others: what is quick takes none of them, in ms. */
const quickMs = 400;

/** Progress in a notification with a Cancel button, of what is not done at once; `signal` is aborted by the button. */
export async function withProgress<T>(
  title: string,
  run: (signal: AbortSignal, progress: vscode.Progress<Step>) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const early: Step[] = [];
  let shown: vscode.Progress<Step> = { report: (step) => void early.push(step) };
  const work = run(controller.signal, { report: (step) => shown.report(step) });
  if (await endsWithin(quickMs, work)) return work;
  const options = { location: vscode.ProgressLocation.Notification, title: `Planlight: ${title}`, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    for (const step of early) progress.report(step);
    shown = progress;
    const listener = token.onCancellationRequested(() => controller.abort());
    try {
      return await work;
    } finally {
      listener.dispose();
    }
  });
}

interface Step {
  readonly message?: string;
  readonly increment?: number;
}

async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = () => true;
  try {
    return await Promise.race([work.then(ended, ended), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The editor's cancellation as the core understands it. */
export function abortOn(token: vscode.CancellationToken): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listener.dispose() };
}
