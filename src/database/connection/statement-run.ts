import type { Client } from 'pg';
import { Problem } from '../../nouns/problem';
import { type ErrorContext, seconds, toProblem } from '../server-errors';
import { cancelMs, type RunningTransaction } from './cancel';
import { destroy, isAlive } from './connect';

/** How much later than the server's own statement_timeout we stop waiting, in ms. */
const backstopMs = 1_000;

/** The connection did not answer any more and was given up. */
export class Abandoned extends Problem {}

/** None of them changes anything: https://www.pgbouncer.org/usage.html#show-commands */
export type PgBouncerQuestion = 'SHOW VERSION' | 'SHOW CONFIG' | 'SHOW POOLS';

export interface RunOptions {
  readonly client: Client;
  readonly context: ErrorContext;
  readonly cancel: (transaction: RunningTransaction | undefined) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** The statements of one connection, one at a time, each with a way out. */
export class StatementRun {
  /** Known once the transaction has begun. */
  transaction: RunningTransaction | undefined;
  readonly #client: Client;
  readonly #context: ErrorContext;
  readonly #cancel: RunOptions['cancel'];
  readonly #signal: AbortSignal | undefined;
  readonly #atEnd: string[] = [];
  #abandoned = false;
  #isLate = false;

  constructor(options: RunOptions) {
    this.#client = options.client;
    this.#context = options.context;
    this.#cancel = options.cancel;
    this.#signal = options.signal;
  }

  async query<Row>(
    text: string,
    values: readonly unknown[] = [],
    statement?: ErrorContext['statement'],
  ): Promise<Row[]> {
    this.#throwIfCancelled();
    const config = { text, values: [...values], queryMode: 'extended' };
    return this.#answered<Row>(this.#client.query(config), statement);
  }

  /** By the simple protocol, which is all that PgBouncer's console speaks. */
  async ask<Row>(question: PgBouncerQuestion): Promise<Row[]> {
    this.#throwIfCancelled();
    return this.#answered<Row>(this.#client.query(question));
  }

  async #answered<Row>(
    answer: Promise<{ readonly rows: unknown[] }>,
    statement?: ErrorContext['statement'],
  ): Promise<Row[]> {
    answer.catch(() => undefined); // Told below; it may also fail after we gave up waiting.
    const limit = this.#context.statementMs > 0 ? this.#context.statementMs + backstopMs : undefined;
    try {
      const result = await this.#orGiveUp(answer, limit);
      this.#throwIfCancelled();
      return result.rows as Row[];
    } catch (error) {
      this.#throwIfCancelled(error);
      if (this.#isLate && !(error instanceof Abandoned)) throw this.#tooLate(error);
      throw toProblem(error, { ...this.#context, statement });
    }
  }

  /** Waits for the answer; cancels on the server when the signal says so or the time is over. */
  async #orGiveUp<T>(answer: Promise<T>, limitMs: number | undefined): Promise<T> {
    const late = Symbol('late');
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const stop = new Promise<typeof late>((resolve) => {
      if (limitMs !== undefined) timer = setTimeout(() => resolve(late), limitMs);
      onAbort = () => resolve(late);
      this.#signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      const first = await Promise.race([answer, stop]);
      if (first !== late) return first as T;
    } finally {
      clearTimeout(timer);
      if (onAbort) this.#signal?.removeEventListener('abort', onAbort);
    }
    this.#isLate = !this.#signal?.aborted;
    const deadline = wait(2 * cancelMs);
    await Promise.race([this.#cancel(this.transaction), answer.catch(() => undefined), deadline]);
    const second = await Promise.race([answer, deadline.then(() => late)]);
    if (second !== late) return second as T;
    this.#abandoned = true;
    destroy(this.#client);
    const { label, statementMs } = this.#context;
    if (this.#signal?.aborted) throw new Abandoned('cancelled', `The request to ${label} was cancelled.`);
    throw new Abandoned('timeout', `${label} did not answer within ${seconds(statementMs)}: connection closed.`);
  }

  atEnd(statements: readonly string[]): void {
    this.#atEnd.push(...statements);
  }

  /** Ends the transaction; a server that does not answer loses the connection. */
  async rollBack(): Promise<void> {
    if (this.#abandoned || !isAlive(this.#client)) return;
    const done = this.#end().then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([done, wait(cancelMs)]))) destroy(this.#client);
  }

  async #end(): Promise<void> {
    try {
      for (const statement of this.#atEnd) await this.#client.query(statement);
    } finally {
      await this.#client.query('ROLLBACK');
    }
  }

  #tooLate(cause: unknown): Problem {
    const { label, statementMs } = this.#context;
    return new Problem('timeout', `Still running after ${seconds(statementMs)}: cancelled on ${label}.`, { cause });
  }

  #throwIfCancelled(cause?: unknown): void {
    if (!this.#signal?.aborted) return;
    if (cause instanceof Abandoned) throw cause;
    throw new Problem('cancelled', `The request to ${this.#context.label} was cancelled.`, { cause });
  }
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
}
