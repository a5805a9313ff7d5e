import * as vscode from 'vscode';
import type { FoundConnection } from '../database/connection-sources/connection-text';
import type { Target } from '../database/planner';
import type { ConnectionProfile } from '../database/profile';
import type { Problem, ProblemKind } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { ServerState } from './database-state';
import type { ErrorReporter } from './error-reporter';
import type { PasswordStore } from './password-store';
import type { Settings } from './settings';

const LOCK_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

const ofTheConnection: ReadonlySet<ProblemKind> = new Set(['unreachable', 'authentication', 'tls']);

interface Opened {
  readonly opening: Promise<ServerState>;
  state?: ServerState;
}

/** The servers in use, each once for all who ask it, and which of them do not answer. */
export class ServerStates {
  readonly #settings: Settings;
  readonly #passwords: PasswordStore;
  readonly #analyzers: AnalyzerService;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  readonly #passwordOf: (profile: ConnectionProfile) => FoundConnection['password'];
  /** By all that the profile says: another port is another server. */
  readonly #opened = new Map<string, Opened>();
  readonly #troubles = new Map<ServerState, Problem>();
  readonly #troubleChanged = new vscode.EventEmitter<void>();

  /** A server in use stopped answering, or answers again. */
  readonly onDidChangeTrouble = this.#troubleChanged.event;

  constructor(options: {
    readonly settings: Settings;
    readonly passwords: PasswordStore;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
    readonly log: vscode.LogOutputChannel;
    /** What stands beside the connection where it was found. */
    readonly passwordOf: (profile: ConnectionProfile) => FoundConnection['password'];
  }) {
    this.#settings = options.settings;
    this.#passwords = options.passwords;
    this.#analyzers = options.analyzers;
    this.#errors = options.errors;
    this.#log = options.log;
    this.#passwordOf = options.passwordOf;
  }

  /** Connects to nothing: that comes with the first question. */
  of(profile: ConnectionProfile): Promise<ServerState> {
    const key = keyOf(profile);
    const known = this.#opened.get(key);
    if (known) return known.opening;
    const opened: Opened = { opening: this.#open(profile) };
    this.#opened.set(key, opened);
    opened.opening.then(
      (state) => {
        opened.state = state;
      },
      () => this.#opened.delete(key),
    );
    return opened.opening;
  }

  /** What is known of it at once. */
  settled(profile: ConnectionProfile): ServerState | undefined {
    return this.#opened.get(keyOf(profile))?.state;
  }

  *all(): Generator<ServerState> {
    for (const { state } of this.#opened.values()) if (state) yield state;
  }

  /** Closes all others. One that somebody waits for has no connection yet. */
  keepOnly(kept?: ServerState): void {
    for (const [key, { state }] of [...this.#opened]) {
      if (!state || state === kept) continue;
      this.#opened.delete(key);
      this.#troubles.delete(state);
      this.#errors.background('Closing the connection', () => state.server.dispose());
    }
  }

  /** Remembers whether the server could be talked to; `problem` undefined means it answered. */
  noteProblem(target: Target, problem: Problem | undefined): void {
    const state = [...this.all()].find(({ server, offline }) => target === server || target === offline);
    if (!state) return;
    const trouble = problem && ofTheConnection.has(problem.kind) ? problem : undefined;
    // A plan from statistics that were read earlier says nothing of the server now.
    if ((problem && !trouble) || (!problem && target === state.offline)) return;
    if (this.#troubles.get(state)?.message === trouble?.message) return;
    if (trouble) this.#troubles.set(state, trouble);
    else this.#troubles.delete(state);
    if (trouble) this.#log.warn(trouble.message);
    this.#troubleChanged.fire();
  }

  /** Why the server does not answer. */
  troubleOf(state: ServerState): Problem | undefined {
    return this.#troubles.get(state);
  }

  async #open(profile: ConnectionProfile): Promise<ServerState> {
    const [{ Server }, { EmbeddedTarget }] = await Promise.all([
      import('../database/server'),
      import('../database/embedded-target'),
    ]);
    const server = new Server({
      profile,
      password: async () => (await this.#passwords.get(profile)) ?? this.#passwordOf(profile),
      isTrusted: () => vscode.workspace.isTrusted,
      timeouts: {
        statementMs: this.#settings.statementTimeout,
        lockMs: LOCK_TIMEOUT_MS,
        connectMs: CONNECT_TIMEOUT_MS,
      },
    });
    const offline = new EmbeddedTarget({
      label: `planned in memory with the statistics of ${profile.database}@${profile.host}`,
      whatIf: await this.#analyzers.whatIf(),
      read: (signal) => server.snapshot(signal),
    });
    this.#log.info(`Using ${databaseLine(profile)}.`);
    return { kind: 'server', profile, server, offline };
  }

  dispose(): void {
    this.keepOnly();
    this.#troubleChanged.dispose();
  }
}

function keyOf(profile: ConnectionProfile): string {
  return JSON.stringify(profile, Object.keys(profile).sort());
}

function databaseLine(profile: ConnectionProfile): string {
  return `${profile.database}@${profile.host}:${profile.port} as ${profile.user} (${profile.environment}, from ${profile.source})`;
}
