import type { Client } from 'pg';
import { Problem } from '../nouns/problem';
import { cancelOnServer, type RunningTransaction } from './connection/cancel';
import { CircuitBreaker } from './connection/circuit-breaker';
import { backendKey, connect, destroy, isAlive } from './connection/connect';
import { ConnectionPool } from './connection/connection-pool';
import { Abandoned, type PgBouncerQuestion, StatementRun } from './connection/statement-run';
import type { ConnectionProfile, Secret } from './profile';
import { type NamesInForce, namesInForce, pathWithCatalogFirst } from './search-path';
import { type ErrorContext, toProblem } from './server-errors';

/** In our questions to catalogs, so that they can be told from the statements of applications where the server counts them. */
export const ownMark = '/* planlight */';

/** A function may raise one for every row. */
const maximumNotices = 20;

export interface GateOptions {
  readonly profile: ConnectionProfile;
  /** Asked when the server wants a password; may ask the person. */
  readonly password: () => Promise<Secret | undefined>;
  /** False in a restricted workspace: then not even a socket is opened. */
  readonly isTrusted: () => boolean;
  /** In ms. */
  readonly timeouts: { readonly statementMs: number; readonly lockMs: number; readonly connectMs: number };
}

/** Sends one statement and returns its rows. `values` travel as parameters, never as text. */
export type CatalogQuery = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Inside BEGIN … ROLLBACK. */
export interface Transaction {
  readonly query: CatalogQuery;
  /** Sends what a person wrote, behind `prefix`, so that the server's error points into their text. */
  send<Row>(prefix: string, text: string): Promise<Row[]>;
  /** Statements to run before the rollback, whatever happens, for what a rollback does not undo. */
  atEnd(...statements: readonly string[]): void;
  /** The server's notices so far. */
  readonly notices: readonly string[];
}

export interface TransactionOptions {
  /** 'rolled back': may change data, and is never committed. */
  readonly access: 'read only' | 'rolled back';
  readonly signal?: AbortSignal;
  /** Instead of the gate's `statementMs`. */
  readonly statementMs?: number;
}

/** A connection outside any transaction, for statements that a person applied. */
export interface Session {
  readonly query: CatalogQuery;
  /** The server's process; behind a pooler it may be another one for each statement. */
  readonly pid: number;
  readonly isPooled: boolean;
}

/** Columns by name, as text. */
export type ConsoleRow = Readonly<Record<string, unknown>>;

/** The one door for statements to a person's server. */
export class Gate {
  readonly #options: GateOptions;
  readonly #breaker = new CircuitBreaker();
  readonly #pool: ConnectionPool;
  readonly #closing = new AbortController();

  constructor(options: GateOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(() => this.#open(this.#closing.signal));
  }

  /** `blog@localhost:5432` */
  get label(): string {
    const { database, host, port } = this.#options.profile;
    return `${database}@${host}:${port}`;
  }

  get timeouts(): GateOptions['timeouts'] {
    return this.#options.timeouts;
  }

  /**
   * Runs `work` in a transaction that is rolled back, whatever happens. Every statement goes by the extended protocol,
   * where the server itself refuses a second statement in the same text. Rejects with a Problem only.
   */
  async transaction<T>(options: TransactionOptions, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const progress = { hasBegun: false };
    try {
      return await this.#transaction(options, work, progress);
    } catch (error) {
      // A connection that broke while it was idle says so only when it is used: nothing was asked yet, so once more.
      const isBroken = error instanceof Problem && error.kind === 'unreachable';
      if (progress.hasBegun || !isBroken || this.#breaker.open) throw error;
      return this.#transaction(options, work, progress);
    }
  }

  async #transaction<T>(
    options: TransactionOptions,
    work: (transaction: Transaction) => Promise<T>,
    progress: { hasBegun: boolean },
  ): Promise<T> {
    const statementMs = options.statementMs ?? this.#options.timeouts.statementMs;
    return this.#withClient(options.signal, async (client) => {
      const run = this.#run(client, this.#context(statementMs), options.signal);
      const notices: string[] = [];
      const onNotice = ({ message }: { message?: string }) => {
        if (notices.length < maximumNotices) notices.push(`The server says: ${message}`);
      };
      client.on('notice', onNotice);
      try {
        await run.query(options.access === 'read only' ? 'BEGIN READ ONLY' : 'BEGIN READ WRITE');
        // One round trip for all; local to the transaction, so that a pooler's next client does not inherit them.
        const [started] = await run.query<RunningTransaction & NamesInForce>(
          `SELECT ${ownMark} pg_catalog.pg_backend_pid() AS pid,
             CAST(pg_catalog.transaction_timestamp() AS pg_catalog.text) AS started,
             pg_catalog.set_config('statement_timeout', $1, true), pg_catalog.set_config('lock_timeout', $2, true),
             pg_catalog.set_config('idle_in_transaction_session_timeout', $3, true),
             pg_catalog.set_config('application_name', 'planlight', true),
             pg_catalog.set_config('standard_conforming_strings', 'on', true), ${namesInForce}`,
          [`${statementMs}ms`, `${this.#options.timeouts.lockMs}ms`, `${Math.max(30_000, 2 * statementMs)}ms`],
        );
        run.transaction = started;
        const safePath = started && pathWithCatalogFirst(started);
        if (safePath !== undefined) {
          await run.query(`SELECT pg_catalog.set_config('search_path', $1, true)`, [safePath]);
          notices.push(
            `The search_path has other names before PostgreSQL's own: planned with search_path = ${safePath}.`,
          );
        }
        progress.hasBegun = true;
        return await work({
          query: (sql, values) => run.query(`${sql} ${ownMark}`, values),
          send: (prefix, text) => run.query(prefix + text, [], { text, prefix }),
          atEnd: (...statements) => run.atEnd(statements),
          notices,
        });
      } finally {
        client.removeListener('notice', onNotice);
        await run.rollBack();
      }
    });
  }

  /**
   * For a statement that a person applied and that cannot run inside a transaction (CREATE INDEX CONCURRENTLY). On a
   * connection of its own, which is closed afterwards.
   */
  async session<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    this.#mustBeTrusted();
    const context = this.#context(0);
    try {
      const client = await this.#open(signal);
      try {
        const run = this.#run(client, context, signal);
        const [row] = await run.query<{ pid: number } & NamesInForce>(
          `SELECT ${ownMark} pg_catalog.pg_backend_pid() AS pid, ${namesInForce}`,
        );
        const pid = row?.pid ?? 0;
        if (row && pathWithCatalogFirst(row) !== undefined) {
          throw new Problem('refused', `The search_path in ${this.label} has other names before PostgreSQL's own.`, {
            hint: 'Run the statement yourself, or name pg_catalog first in the search_path.',
          });
        }
        const query: CatalogQuery = (sql, values) => run.query(sql, values);
        return await work({ query, pid, isPooled: backendKey(client)?.processId !== pid });
      } finally {
        destroy(client);
      }
    } catch (error) {
      throw toProblem(error, context);
    }
  }

  /** Whether a pooler stands between: it tells its clients another process than the server's own. */
  isPooled(signal?: AbortSignal): Promise<boolean> {
    return this.#withClient(signal, async (client) => {
      const run = this.#run(client, this.#context(this.#options.timeouts.statementMs), signal);
      const [row] = await run.query<{ pid: number }>(`SELECT ${ownMark} pg_catalog.pg_backend_pid() AS pid`);
      return backendKey(client)?.processId !== row?.pid;
    });
  }

  /**
   * Asks PgBouncer's console, which looks like a database of that name but runs no SQL. Rejects with a Problem, also where
   * the console is closed to this user.
   */
  async askPgBouncer(
    questions: readonly PgBouncerQuestion[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly ConsoleRow[])[]> {
    this.#mustBeTrusted();
    const { profile, password, timeouts } = this.#options;
    try {
      const console = { ...profile, database: 'pgbouncer' };
      const client = await connect({ profile: console, password, connectMs: timeouts.connectMs }, signal);
      try {
        const answers: (readonly ConsoleRow[])[] = [];
        const run = this.#run(client, this.#context(timeouts.statementMs), signal);
        for (const question of questions) answers.push(await run.ask<ConsoleRow>(question));
        return answers;
      } finally {
        destroy(client);
      }
    } catch (error) {
      throw toProblem(error, this.#context(timeouts.statementMs));
    }
  }

  /** Forgets that the server could not be reached: the person asks to try again. */
  reset(): void {
    this.#breaker.reset();
  }

  dispose(): void {
    this.#closing.abort();
    this.#pool.dispose();
  }

  async #withClient<T>(signal: AbortSignal | undefined, work: (client: Client) => Promise<T>): Promise<T> {
    this.#mustBeTrusted();
    if (signal?.aborted) throw new Problem('cancelled', `The request to ${this.label} was cancelled.`);
    let client: Client | undefined;
    let usable = false;
    try {
      client = await this.#pool.take(signal);
      const result = await work(client);
      usable = true;
      return result;
    } catch (error) {
      const problem = toProblem(error, this.#context(this.#options.timeouts.statementMs));
      // After an error of the server the connection is good; after one of the network it is not.
      usable = client !== undefined && isAlive(client) && !(problem instanceof Abandoned);
      throw problem;
    } finally {
      if (client) this.#pool.give(client, usable && isAlive(client));
    }
  }

  async #open(signal?: AbortSignal): Promise<Client> {
    this.#mustBeTrusted();
    const known = this.#breaker.open;
    if (known) throw known;
    const { profile, password, timeouts } = this.#options;
    try {
      const client = await connect({ profile, password, connectMs: timeouts.connectMs }, signal);
      this.#breaker.reset();
      return client;
    } catch (error) {
      const problem = toProblem(error, this.#context(timeouts.statementMs));
      this.#breaker.failed(problem);
      throw problem;
    }
  }

  #run(client: Client, context: ErrorContext, signal: AbortSignal | undefined): StatementRun {
    const { profile, password } = this.#options;
    return new StatementRun({
      client,
      context,
      signal,
      cancel: (transaction) => cancelOnServer({ client, profile, password, transaction }),
    });
  }

  #mustBeTrusted(): void {
    if (this.#options.isTrusted()) return;
    throw new Problem('restricted-workspace', 'This workspace is restricted: Planlight opens no connection from it.', {
      hint: 'Trust the workspace to ask a database.',
    });
  }

  #context(statementMs: number): ErrorContext {
    const { profile, timeouts } = this.#options;
    return { label: this.label, user: profile.user, statementMs, lockMs: timeouts.lockMs };
  }
}
