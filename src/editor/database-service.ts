import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Discovery } from '../database/connection-sources/connection-sources';
import type { EmbeddedTarget } from '../database/embedded-target';
import type { Target } from '../database/planner';
import type { ConnectionProfile, ProfileSource } from '../database/profile';
import { Problem, type ProblemKind } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseState, ServerState } from './database-state';
import type { ErrorReporter } from './error-reporter';
import { connectionNear, packageFolders } from './package-databases';
import type { PasswordStore } from './password-store';
import type { Settings } from './settings';
import { SnapshotSetting } from './snapshot-setting';
import { readWorkspaceSchema } from './workspace-schema';

export interface AutomaticWork {
  readonly target: Target;
  readonly mode: 'estimate' | 'analyze';
}

/** In workspaceState: a profile's name, or EMBEDDED. Absent: the first connection that belongs to this workspace. */
const CHOICE = 'planlight.database';
const EMBEDDED = '\u0000embedded';

/** The person's own files hold databases of all their projects: those are offered, but none is used unasked. */
const onlyWhenChosen: ReadonlySet<ProfileSource> = new Set(['pg_service.conf', 'pgpass']);

/**
 * Trust is given to folders of this machine; a document of elsewhere is planned only when somebody asks. Where VS Code
 * works on another machine, that one's files are `file` here too.
 */
const onThisMachine: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell']);

const ofTheConnection: ReadonlySet<ProblemKind> = new Set(['unreachable', 'authentication', 'tls']);

const LOCK_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Finds the databases that one could ask, remembers which one the person chose, and hands out what to ask. */
export class DatabaseService implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #settings: Settings;
  readonly #passwords: PasswordStore;
  readonly #analyzers: AnalyzerService;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  readonly #snapshots: SnapshotSetting;
  readonly #changed = new vscode.EventEmitter<DatabaseState>();
  #discovery: Discovery = { connections: [], problems: [], ofPackages: new Map() };
  #state: Promise<DatabaseState> | undefined;
  #settled: DatabaseState | undefined;
  /** By name, those of the workspace's parts that have one of their own. */
  readonly #ofPackages = new Map<string, ServerState>();
  readonly #troubles = new Map<DatabaseState, Problem>();
  /** One for the whole session: its generation tells old answers from new ones. */
  #embedded: EmbeddedTarget | undefined;
  #disposed = false;
  readonly #troubleChanged = new vscode.EventEmitter<void>();

  /** Another database, or new answers from the same one. */
  readonly onDidChange = this.#changed.event;
  /** The server in use stopped answering, or answers again. */
  readonly onDidChangeTrouble = this.#troubleChanged.event;

  constructor(options: {
    readonly memento: vscode.Memento;
    readonly settings: Settings;
    readonly passwords: PasswordStore;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#memento = options.memento;
    this.#settings = options.settings;
    this.#passwords = options.passwords;
    this.#analyzers = options.analyzers;
    this.#errors = options.errors;
    this.#log = options.log;
    this.#snapshots = new SnapshotSetting(options);
  }

  /** What is known at once; undefined before the first look around. */
  get settled(): DatabaseState | undefined {
    return this.#settled;
  }

  get connections(): readonly ConnectionProfile[] {
    return this.#discovery.connections.map((connection) => connection.profile);
  }

  state(): Promise<DatabaseState> {
    this.#state ??= this.#find().then(
      (state) => this.#settle(state),
      (error: unknown) => {
        this.#errors.logOnly('Looking for databases', error);
        return this.#settle({ kind: 'none', reason: 'choose a database to see more' });
      },
    );
    return this.#state;
  }

  /** Of the document's part of the workspace. */
  async stateOf(resource: vscode.Uri): Promise<DatabaseState> {
    const state = await this.state();
    const profile = this.#profileOf(resource, state);
    if (!profile) return state;
    const known = this.#ofPackages.get(profile.name);
    if (known && sameProfile(known.profile, profile)) return known;
    if (known) this.#close(known);
    this.#ofPackages.delete(profile.name);
    const made = await this.#serverState(profile);
    // Two documents may ask at once.
    const first = this.#ofPackages.get(profile.name) ?? made;
    if (first !== made) await made.server.dispose();
    this.#ofPackages.set(profile.name, first);
    return first;
  }

  /** What is known of it at once. */
  settledOf(resource: vscode.Uri): DatabaseState | undefined {
    const profile = this.#settled && this.#profileOf(resource, this.#settled);
    return profile ? this.#ofPackages.get(profile.name) : this.#settled;
  }

  /** The name of the connection of the document's part of the workspace, where it has one of its own. */
  packageOf(resource: vscode.Uri): string | undefined {
    return this.#settled && this.#profileOf(resource, this.#settled)?.name;
  }

  /** Undefined: the workspace's own. */
  #profileOf(resource: vscode.Uri, state: DatabaseState): ConnectionProfile | undefined {
    if (state.kind === 'restricted') return undefined;
    const isChosen = this.#memento.get(CHOICE) !== undefined;
    const profile = connectionNear(resource, { settings: this.#settings, discovery: this.#discovery, isChosen });
    return state.kind === 'server' && state.profile.name === profile?.name ? undefined : profile;
  }

  /** Looks around again: a file or a setting changed, the workspace is trusted now. */
  async refresh(): Promise<void> {
    this.#state = undefined;
    await this.state();
  }

  /** Whether parts of the workspace have databases of their own. */
  get hasPackages(): boolean {
    return this.#discovery.ofPackages.size > 0;
  }

  /** A person chose one for the whole workspace. */
  get isChosen(): boolean {
    return this.#memento.get(CHOICE) !== undefined;
  }

  /** Undefined: each document has that of its nearest configuration. */
  async choose(name: string | undefined): Promise<void> {
    await this.#memento.update(CHOICE, name);
    await this.refresh();
  }

  async chooseEmbedded(): Promise<void> {
    await this.choose(EMBEDDED);
  }

  get choseEmbedded(): boolean {
    return this.#memento.get(CHOICE) === EMBEDDED;
  }

  async forget(profile: ConnectionProfile): Promise<void> {
    await this.#passwords.forget(profile);
    const own = this.#settings.ownConnections;
    if (own.some((connection) => connection.name === profile.name)) {
      await this.#settings.setOwnConnections(own.filter((connection) => connection.name !== profile.name));
    }
    if (this.#memento.get(CHOICE) === profile.name) await this.#memento.update(CHOICE, undefined);
    if (this.#settled?.kind === 'server' && this.#settled.profile.name === profile.name) this.#release();
    await this.refresh();
  }

  /** Whom to ask about the document because a person said so. Rejects with a Problem that says what is missing. */
  async explicitTarget(resource?: vscode.Uri): Promise<Target> {
    const state = await (resource ? this.stateOf(resource) : this.state());
    switch (state.kind) {
      case 'server':
        return state.server;
      case 'embedded':
        return state.target;
      case 'none':
        throw new Problem('no-database', 'No database is known here and no .sql file defines a schema.', {
          hint: 'Choose a database first.',
        });
      case 'restricted':
        throw new Problem('restricted-workspace', state.reason);
    }
  }

  /** Whom to ask without having been told to, and how far to go: see DESIGN.md, "Trust". */
  async automaticWork(resource: vscode.Uri): Promise<AutomaticWork | undefined> {
    const wanted = this.#settings.automatic(resource);
    if (wanted === 'off' || !onThisMachine.has(resource.scheme)) return undefined;
    const state = await this.stateOf(resource);
    if (state.kind === 'embedded') return { target: state.target, mode: 'estimate' };
    if (state.kind !== 'server') return undefined;
    if (state.profile.environment === 'development') return { target: state.server, mode: wanted };
    return { target: state.offline, mode: 'estimate' };
  }

  /** Runs `work`; asks for the password when the server wants one, and then tries once more. */
  async withPassword<T>(work: () => Promise<T>, resource?: vscode.Uri): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const state = resource ? this.settledOf(resource) : this.#settled;
      const wantsPassword = error instanceof Problem && error.kind === 'authentication';
      if (!wantsPassword || state?.kind !== 'server') throw error;
      if (!(await this.#passwords.ask(state.profile))) throw error;
      try {
        await state.server.test();
      } catch (again) {
        // A wrong password that is kept would be tried again unasked, and lock the role out in the end.
        if (again instanceof Problem && again.kind === 'authentication') await this.#passwords.forget(state.profile);
        throw again;
      }
      return await work();
    }
  }

  /** Remembers whether the server could be talked to, for the status bar; `problem` undefined means it answered. */
  noteProblem(target: Target, problem: Problem | undefined): void {
    const state = this.#servers().find(({ server, offline }) => target === server || target === offline);
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
  troubleOf(state: DatabaseState): Problem | undefined {
    return this.#troubles.get(state);
  }

  #servers(): ServerState[] {
    return [...(this.#settled?.kind === 'server' ? [this.#settled] : []), ...this.#ofPackages.values()];
  }

  /** Settings that the server's connections were made with have changed. */
  async reconnect(): Promise<void> {
    this.#release();
    await this.refresh();
  }

  isSnapshot(file: vscode.Uri): boolean {
    return this.#snapshots.isAt(file);
  }

  /** Earlier answers no longer hold: an index was built, the schema's files changed. */
  announceChange(): void {
    const state = this.#settled;
    if (!state) return;
    for (const { offline } of this.#servers()) offline.invalidate();
    if (state.kind === 'embedded') state.target.invalidate();
    this.#changed.fire(state);
  }

  async #find(): Promise<DatabaseState> {
    if (!vscode.workspace.isTrusted) {
      return { kind: 'restricted', reason: 'This workspace is restricted: Planlight connects to no database in it.' };
    }
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    if (folders.length === 0 && vscode.workspace.workspaceFolders?.length) {
      return { kind: 'restricted', reason: 'This workspace is virtual: Planlight reads only the text of its queries.' };
    }
    const { discoverConnections } = await import('../database/connection-sources/connection-sources');
    this.#discovery = await discoverConnections({
      settings: this.#settings.connections,
      env: process.env,
      folders: folders.map((folder) => folder.uri.fsPath),
      packages: await packageFolders(),
      home: homedir(),
    });
    for (const problem of this.#discovery.problems) this.#log.warn(problem);
    const choice = this.#memento.get<string>(CHOICE);
    const profile = this.#pick(choice);
    return profile ? this.#serverState(profile) : this.#embeddedState();
  }

  #pick(choice: string | undefined): ConnectionProfile | undefined {
    if (choice === EMBEDDED) return undefined;
    const profiles = this.connections;
    const packages = new Set(this.#discovery.ofPackages.keys());
    const isOfPackage = ({ file }: ConnectionProfile) => file !== undefined && packages.has(path.dirname(file));
    return (
      profiles.find((profile) => profile.name === choice) ??
      profiles.find((profile) => !onlyWhenChosen.has(profile.source) && !isOfPackage(profile))
    );
  }

  async #serverState(profile: ConnectionProfile): Promise<ServerState> {
    const now = this.#settled;
    if (now?.kind === 'server' && sameProfile(now.profile, profile)) return now;
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

  async #embeddedState(): Promise<DatabaseState> {
    const saved = await this.#snapshots.state();
    if (saved) return saved;
    const files = await readWorkspaceSchema();
    if (files.length === 0) return { kind: 'none', reason: 'choose a database to see more' };
    this.#log.info(`No database is in use: planning in memory with ${files.map((file) => file.name).join(', ')}.`);
    if (this.#embedded) {
      this.#embedded.invalidate();
      return { kind: 'embedded', target: this.#embedded };
    }
    const { EmbeddedTarget } = await import('../database/embedded-target');
    const whatIf = await this.#analyzers.whatIf();
    this.#embedded = new EmbeddedTarget({
      label: 'in memory',
      whatIf,
      read: async (signal) => {
        const scripts = await readWorkspaceSchema(signal);
        return whatIf.snapshotOfScripts(scripts, { assumedRows: this.#settings.assumedRows }, signal);
      },
    });
    return { kind: 'embedded', target: this.#embedded };
  }

  #passwordOf(profile: ConnectionProfile) {
    return this.#discovery.connections.find((connection) => connection.profile.name === profile.name)?.password;
  }

  #settle(state: DatabaseState): DatabaseState {
    if (this.#settled !== state) this.#release();
    this.#settled = state;
    if (!this.#disposed) this.#changed.fire(state);
    return state;
  }

  #release(): void {
    const old = this.#settled;
    this.#settled = undefined;
    if (old?.kind === 'server') this.#close(old);
    for (const one of this.#ofPackages.values()) this.#close(one);
    this.#ofPackages.clear();
    this.#troubles.clear();
  }

  #close(state: ServerState): void {
    this.#errors.background('Closing the connection', () => state.server.dispose());
  }

  dispose(): void {
    this.#disposed = true;
    this.#release();
    this.#changed.dispose();
    this.#troubleChanged.dispose();
  }
}

function sameProfile(a: ConnectionProfile, b: ConnectionProfile): boolean {
  return JSON.stringify(a, Object.keys(a).sort()) === JSON.stringify(b, Object.keys(b).sort());
}

function databaseLine(profile: ConnectionProfile): string {
  return `${profile.database}@${profile.host}:${profile.port} as ${profile.user} (${profile.environment}, from ${profile.source})`;
}
