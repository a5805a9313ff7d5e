import * as vscode from 'vscode';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseService } from './database-service';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';

/** Several files change together when a branch is checked out. */
const PAUSE_MS = 500;

/** Looks for databases again when what names them changed. */
export class WorkspaceWatcher implements Feature {
  readonly #databases: DatabaseService;
  readonly #analyzers: AnalyzerService;
  readonly #errors: ErrorReporter;
  #timer: NodeJS.Timeout | undefined;

  constructor(databases: DatabaseService, analyzers: AnalyzerService, errors: ErrorReporter) {
    this.#databases = databases;
    this.#analyzers = analyzers;
    this.#errors = errors;
  }

  register(context: vscode.ExtensionContext): void {
    const connections = vscode.workspace.createFileSystemWatcher('**/{.env,.env.*,docker-compose*.y*ml,compose*.y*ml}');
    const snapshots = vscode.workspace.createFileSystemWatcher('**/*.json');
    const scripts = vscode.workspace.createFileSystemWatcher('**/*.sql');
    context.subscriptions.push(
      connections,
      scripts,
      snapshots,
      { dispose: () => clearTimeout(this.#timer) },
      ...[connections.onDidChange, connections.onDidCreate, connections.onDidDelete].map((on) =>
        on(() => this.#soon()),
      ),
      ...[scripts.onDidChange, scripts.onDidCreate, scripts.onDidDelete].map((on) => on(() => this.#schemaChanged())),
      ...[snapshots.onDidChange, snapshots.onDidCreate, snapshots.onDidDelete].map((on) =>
        on((file) => this.#snapshotChanged(file)),
      ),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#analyzers.reload();
        this.#soon();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#soon()),
      vscode.workspace.onDidChangeConfiguration((event) => this.#settingsChanged(event)),
    );
  }

  #settingsChanged(event: vscode.ConfigurationChangeEvent): void {
    if (event.affectsConfiguration('planlight.queryFunctions')) {
      this.#analyzers.reload();
      this.#soon();
    }
    if (event.affectsConfiguration('planlight.statementTimeout')) {
      this.#errors.background('Applying the settings', () => this.#databases.reconnect());
    }
    const others = ['connections', 'databases', 'automatic', 'assumedRows', 'snapshot'];
    if (others.some((name) => event.affectsConfiguration(`planlight.${name}`))) this.#soon();
  }

  #snapshotChanged(file: vscode.Uri): void {
    if (this.#databases.isSnapshot(file)) this.#soon();
  }

  /** The schema matters only while it stands in for a database. */
  #schemaChanged(): void {
    const kind = this.#databases.settled?.kind;
    if (kind === 'none' || kind === 'embedded') this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#errors.background('Looking for databases', () => this.#databases.refresh());
    }, PAUSE_MS);
  }
}
