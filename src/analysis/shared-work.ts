import { Problem } from '../nouns/problem';

interface Entry<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * One piece of slow work for all who ask for it at the same time: the hover and the diagnostics of a query ask the
 * server once. The work is cancelled when the last of them has gone.
 */
export class SharedWork<T> {
  readonly #entries = new Map<string, Entry<T>>();

  async run(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const entry = this.#entries.get(key) ?? this.#start(key, work);
    entry.waiting++;
    if (!signal) return entry.promise;
    let onAbort = (): void => undefined;
    const leave = new Promise<never>((_, reject) => {
      onAbort = () => {
        reject(new Problem('cancelled', 'Cancelled.'));
        if (--entry.waiting > 0) return;
        this.#forget(key, entry);
        entry.abort.abort();
      };
    });
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([entry.promise, leave]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const abort = new AbortController();
    const promise = work(abort.signal).finally(() => this.#forget(key, entry));
    const entry: Entry<T> = { promise, abort, waiting: 0 };
    // Every caller handles the rejection; this keeps Node quiet when all of them have left.
    promise.catch(() => undefined);
    this.#entries.set(key, entry);
    return entry;
  }

  #forget(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
