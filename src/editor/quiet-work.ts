import type * as vscode from 'vscode';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';

/** What the planner in memory is asked while nobody types, reads or waits for a plan; given up as soon as somebody does. */
export class QuietWork implements Feature, vscode.Disposable {
  readonly #tracker: DocumentTracker;
  readonly #errors: ErrorReporter;
  readonly #work: { readonly title: string; readonly afterMs: number; run(signal: AbortSignal): Promise<void> };
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;

  /** `afterMs`: so long nothing must have changed in the open documents. */
  constructor(
    { tracker, errors }: { readonly tracker: DocumentTracker; readonly errors: ErrorReporter },
    work: { readonly title: string; readonly afterMs: number; run(signal: AbortSignal): Promise<void> },
  ) {
    this.#tracker = tracker;
    this.#errors = errors;
    this.#work = work;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      this,
      this.#tracker.onDidChange(() => this.#soon()),
      this.#tracker.onDidClose(() => this.#soon()),
    );
  }

  #soon(): void {
    this.#running?.abort();
    clearTimeout(this.#timer);
    const { title, afterMs } = this.#work;
    this.#timer = setTimeout(() => {
      const running = new AbortController();
      this.#running = running;
      this.#errors.background(title, () => this.#work.run(running.signal));
    }, afterMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }
}
