import * as vscode from 'vscode';
import type { Discovery } from '../database/connection-sources/connection-sources';
import type { Target } from '../database/planner';
import type { ConnectionProfile } from '../database/profile';
import { Problem } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseState } from './database-state';
import type { ErrorReporter } from './error-reporter';
import { connectionNear, misnamedSentence, type UnknownName, unknownNames } from './package-databases';
import type { PasswordStore } from './password-store';
import { SchemaStates } from './schema-states';
import { ServerStates } from './server-states';
import type { Settings } from './settings';
import { SnapshotSetting } from './snapshot-setting';
import { connectionOfWorkspace, findConnections } from './workspace-connections';

export interface AutomaticWork {
  readonly target: Target;
  readonly mode: 'estimate' | 'analyze';
}

/** In workspaceState: a profile's name, or EMBEDDED. Absent: the first connection that belongs to this workspace. */
const CHOICE = 'planlight.database';
const EMBEDDED = '\u0000embedded';

/**
 * Trust is given to folders of this machine; a document of elsewhere is planned only when somebody asks. Where VS Code
 * works on another machine, that one's files are `file` here too.
 */
const onThisMachine: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell']);

/** Finds the databases that one could ask, remembers which one the person chose, and hands out what to ask. */
export class DatabaseService implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #settings: Settings;
  readonly #passwords: PasswordStore;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  readonly #snapshots: SnapshotSetting;
  readonly #schemas: SchemaStates;
  readonly #servers: ServerStates;
  readonly #changed = new vscode.EventEmitter<DatabaseState>();
  #discovery: Discovery = { connections: [], problems: [], ofPackages: new Map() };
  #state: Promise<DatabaseState> | undefined;
  #settled: DatabaseState | undefined;
  #disposed = false;

  /** Another database, or new answers from the same one. */
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeTrouble: vscode.Event<void>;

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
    this.#errors = options.errors;
    this.#log = options.log;
    this.#snapshots = new SnapshotSetting(options);
    this.#schemas = new SchemaStates(options);
    const passwordOf = ({ name }: ConnectionProfile) =>
      this.#discovery.connections.find(({ profile }) => profile.name === name)?.password;
    this.#servers = new ServerStates({ ...options, passwordOf });
    this.onDidChangeTrouble = this.#servers.onDidChangeTrouble;
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
    const near = this.#near(resource, state);
    if (!near) return this.#inMemory(resource, state);
    return isProfile(near) ? this.#servers.of(near) : misnamed(near);
  }

  /** What is known of it at once. */
  settledOf(resource: vscode.Uri): DatabaseState | undefined {
    const state = this.#settled;
    const near = state && this.#near(resource, state);
    if (!near) return state && this.#inMemory(resource, state);
    return isProfile(near) ? this.#servers.settled(near) : misnamed(near);
  }

  /** What tells the database of the document's part of the workspace from the others. */
  partOf(resource: vscode.Uri): string {
    const state = this.#settled;
    const near = state && this.#near(resource, state);
    if (near) return near.name;
    const own = state && this.#inMemory(resource, state);
    return own?.kind === 'embedded' ? (own.schema ?? '') : '';
  }

  /** The entries of `planlight.databases` whose names no connection has. */
  get unknownNames(): readonly UnknownName[] {
    return this.#settled?.kind === 'restricted' ? [] : unknownNames(this.#settings, this.#discovery);
  }

  /** Undefined: the workspace's own. */
  #near(resource: vscode.Uri, state: DatabaseState): ConnectionProfile | UnknownName | undefined {
    if (state.kind === 'restricted') return undefined;
    return connectionNear(resource, { settings: this.#settings, discovery: this.#discovery, isChosen: this.isChosen });
  }

  /** A schema of .sql files may be another one for each package. */
  #inMemory(resource: vscode.Uri, state: DatabaseState): DatabaseState {
    const isOfSchema = state.kind === 'embedded' && state.snapshot === undefined;
    return (isOfSchema ? this.#schemas.of(resource) : undefined) ?? state;
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
    if (this.#settled?.kind === 'server' && this.#settled.profile.name === profile.name) this.#servers.keepOnly();
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
        if (state.problem) throw state.problem;
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
    this.#servers.noteProblem(target, problem);
  }

  /** Why the server does not answer. */
  troubleOf(state: DatabaseState): Problem | undefined {
    return state.kind === 'server' ? this.#servers.troubleOf(state) : undefined;
  }

  /** Settings that the server's connections were made with have changed. */
  async reconnect(): Promise<void> {
    this.#servers.keepOnly();
    this.#settled = undefined;
    await this.refresh();
  }

  isSnapshot(file: vscode.Uri): boolean {
    return this.#snapshots.isAt(file);
  }

  /** Earlier answers no longer hold: an index was built, the schema's files changed. */
  announceChange(): void {
    const state = this.#settled;
    if (!state) return;
    for (const { offline } of this.#servers.all()) offline.invalidate();
    if (state.kind === 'embedded') state.target.invalidate();
    this.#schemas.invalidate();
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
    this.#discovery = await findConnections(this.#settings);
    for (const problem of this.#discovery.problems) this.#log.warn(problem);
    const choice = this.#memento.get<string>(CHOICE);
    const profile = choice === EMBEDDED ? undefined : connectionOfWorkspace(this.#discovery, choice);
    return profile ? this.#servers.of(profile) : this.#embeddedState();
  }

  async #embeddedState(): Promise<DatabaseState> {
    const state = (await this.#snapshots.state()) ?? (await this.#schemas.state());
    return state ?? { kind: 'none', reason: 'choose a database to see more' };
  }

  #settle(state: DatabaseState): DatabaseState {
    if (this.#settled !== state) this.#servers.keepOnly(state.kind === 'server' ? state : undefined);
    this.#settled = state;
    if (!this.#disposed) this.#changed.fire(state);
    return state;
  }

  dispose(): void {
    this.#disposed = true;
    this.#servers.dispose();
    this.#changed.dispose();
  }
}

function isProfile(near: ConnectionProfile | UnknownName): near is ConnectionProfile {
  return 'host' in near;
}

/** A database of a part of the workspace that nobody knows: no other one is asked in its place. */
function misnamed({ folder, name }: UnknownName): DatabaseState {
  const problem = new Problem('no-database', misnamedSentence({ folder, name }), {
    hint: 'Choose Database lists the names that there are.',
  });
  return { kind: 'none', reason: `no connection is named “${name}” (planlight.databases)`, problem };
}
