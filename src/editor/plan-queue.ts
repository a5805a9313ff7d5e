import type { ErrorReporter } from './error-reporter';

export interface PlanJob {
  /** One job for each key at a time. */
  readonly key: string;
  /** Lower runs first; asked when a place is free, since what is visible changes meanwhile. */
  priority(): number;
  run(signal: AbortSignal): Promise<void>;
}

/** Asks planners for many queries, a few at a time, what the person looks at first. */
export class PlanQueue {
  readonly #concurrency: number;
  readonly #errors: ErrorReporter;
  readonly #waiting = new Map<string, PlanJob>();
  readonly #running = new Map<string, AbortController>();

  constructor(options: { readonly concurrency: number; readonly errors: ErrorReporter }) {
    this.#concurrency = options.concurrency;
    this.#errors = options.errors;
  }

  add(job: PlanJob): void {
    if (this.#running.has(job.key)) return;
    this.#waiting.set(job.key, job);
    this.#next();
  }

  has(key: string): boolean {
    return this.#waiting.has(key) || this.#running.has(key);
  }

  /** Takes waiting jobs away and cancels running ones. */
  cancel(concerns: (key: string) => boolean): void {
    for (const key of this.#waiting.keys()) if (concerns(key)) this.#waiting.delete(key);
    for (const [key, controller] of this.#running) {
      if (!concerns(key)) continue;
      this.#running.delete(key);
      controller.abort();
    }
    this.#next();
  }

  #next(): void {
    while (this.#running.size < this.#concurrency) {
      const job = this.#mostUrgent();
      if (!job) return;
      this.#waiting.delete(job.key);
      const controller = new AbortController();
      this.#running.set(job.key, controller);
      this.#errors.background('Planning a query', async () => {
        try {
          await job.run(controller.signal);
        } finally {
          if (this.#running.get(job.key) === controller) this.#running.delete(job.key);
          this.#next();
        }
      });
    }
  }

  #mostUrgent(): PlanJob | undefined {
    let best: PlanJob | undefined;
    let bestPriority = Number.POSITIVE_INFINITY;
    for (const job of this.#waiting.values()) {
      const priority = job.priority();
      if (priority < bestPriority) {
        best = job;
        bestPriority = priority;
      }
    }
    return best;
  }
}
