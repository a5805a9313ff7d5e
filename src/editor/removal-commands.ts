import * as vscode from 'vscode';
import type { Target } from '../database/planner';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { Feature } from './feature';

/** Documents with this scheme are made here, and are not to be saved. */
const SCHEME = 'planlight-indexes';

/** Show Indexes That Could Go: SQL to read, of which a person runs what they agree with. */
export class RemovalCommands implements Feature, vscode.TextDocumentContentProvider {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  #text = '';

  readonly onDidChange = this.#changed.event;

  constructor(options: { readonly commands: Commands; readonly databases: DatabaseService }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(this.#changed, vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#commands.register(context, 'planlight.showRemovableIndexes', 'Show Indexes That Could Go', () =>
      this.#show(),
    );
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async #name({ label }: Target): Promise<string> {
    const state = await this.#databases.state();
    if (state.kind !== 'embedded') return label;
    return state.snapshot === undefined ? 'the workspace’s .sql files' : `the snapshot ${state.snapshot}`;
  }

  async #show(): Promise<void> {
    const { removalsScript } = await import('../advisor/removals/script');
    this.#text = await withProgress('Looking at the indexes', (signal) =>
      this.#databases.withPassword(async () => {
        const target = await this.#databases.explicitTarget();
        return removalsScript(await target.snapshot(signal), await this.#name(target));
      }),
    );
    const uri = vscode.Uri.from({ scheme: SCHEME, path: 'Indexes that could go.sql' });
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }
}
