import type { Client } from 'pg';
import { Problem } from '../../nouns/problem';
import { destroy } from './connect';

/** Enough for a hover and a background request side by side; a person's server has better things to do. */
const maximum = 2;
/** An idle connection is closed after this many ms. */
const idleMs = 15_000;

/** A few connections, opened one after the other (so that a dead server is met once) and closed when idle. */
export class ConnectionPool {
  readonly #open: () => Promise<Client>;
  readonly #idle = new Map<Client, NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(open: () => Promise<Client>) {
    this.#open = open;
  }

  /** A connection of one's own until `give` is called. Aborting while waiting rejects with Problem 'cancelled'. */
  async take(signal?: AbortSignal): Promise<Client> {
    while (this.#busy >= maximum) await this.#nextFree(signal);
    if (this.#disposed) throw new Problem('cancelled', 'The connection was closed.');
    this.#busy++;
    const idle = this.#takeIdle();
    if (idle) return idle;
    const opened = this.#openNext();
    try {
      return await orCancelled(opened, signal);
    } catch (error) {
      // Whoever asked has gone, and the connection may still come: then it is there for the next one.
      opened.then(
        (client) => this.give(client, true),
        () => this.#release(),
      );
      throw error;
    }
  }

  /** Gives a connection back; a broken one is closed. */
  give(client: Client, usable: boolean): void {
    if (usable && !this.#disposed) {
      const timer = setTimeout(() => this.#close(client), idleMs);
      timer.unref();
      this.#idle.set(client, timer);
    } else {
      destroy(client);
    }
    this.#release();
  }

  /** Closes what is idle; what is busy is closed when it comes back. */
  dispose(): void {
    this.#disposed = true;
    for (const client of [...this.#idle.keys()]) this.#close(client);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #takeIdle(): Client | undefined {
    for (const [client, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(client);
      return client;
    }
    return undefined;
  }

  #openNext(): Promise<Client> {
    const opened = this.#opening.then(async () => {
      const client = await this.#open();
      client.on('error', () => this.#close(client));
      client.on('end', () => this.#close(client));
      return client;
    });
    this.#opening = opened.catch(() => undefined); // Told to whoever asked for it.
    return opened;
  }

  /** Of an idle connection only; a busy one is its user's. */
  #close(client: Client): void {
    const timer = this.#idle.get(client);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#idle.delete(client);
    client.end().catch(() => undefined); // It is closed either way.
  }

  #release(): void {
    this.#busy--;
    this.#waiting.shift()?.();
  }

  #nextFree(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        reject(new Problem('cancelled', 'The request was cancelled.'));
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(wake);
    });
  }
}

/** The promise's answer, or Problem 'cancelled' as soon as the signal says so. */
function orCancelled<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Problem('cancelled', 'The request was cancelled.'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
