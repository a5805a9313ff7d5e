import type * as vscode from 'vscode';
import type { Target } from '../database/planner';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { Feature } from './feature';
import { TextPages } from './text-pages';

/** Show Indexes That Could Go: SQL to read, of which a person runs what they agree with. */
export class RemovalCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #pages = new TextPages('planlight-indexes');

  constructor(options: { readonly commands: Commands; readonly databases: DatabaseService }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.showRemovableIndexes', 'Show Indexes That Could Go', () =>
      this.#show(),
    );
  }

  async #name({ label }: Target): Promise<string> {
    const state = await this.#databases.state();
    if (state.kind !== 'embedded') return label;
    return state.snapshot === undefined ? 'the workspace’s .sql files' : `the snapshot ${state.snapshot}`;
  }

  async #show(): Promise<void> {
    const { removalsScript } = await import('../advisor/removals/script');
    const text = await withProgress('Looking at the indexes', (signal) =>
      this.#databases.withPassword(async () => {
        const target = await this.#databases.explicitTarget();
        return removalsScript(await target.snapshot(signal), await this.#name(target));
      }),
    );
    await this.#pages.show('Indexes that could go.sql', text);
  }
}
