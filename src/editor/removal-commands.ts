import type * as vscode from 'vscode';
import type { Target } from '../database/planner';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { DatabaseState } from './database-state';
import type { Feature } from './feature';
import { TextPages } from './text-pages';
import { choosePart } from './workspace-parts';

/** Show Indexes That Could Go: SQL to read, of which a person runs what they agree with. */
export class RemovalCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #log: vscode.LogOutputChannel;
  readonly #pages = new TextPages('planlight-indexes');

  constructor(options: {
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#log = options.log;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.showRemovableIndexes', 'Show Indexes That Could Go', () =>
      this.#show(),
    );
  }

  async #show(): Promise<void> {
    const { removalsScript } = await import('../advisor/removals/script');
    const title = 'Show Indexes That Could Go';
    const part = await choosePart(this.#databases, { title, tell: (sentence) => this.#log.info(sentence) });
    if (!part) return;
    const text = await withProgress('Looking at the indexes', (signal) =>
      this.#databases.withPassword(async () => {
        const target = await this.#databases.explicitTarget(part.resource);
        return removalsScript(await target.snapshot(signal), nameOf(part.state, target));
      }, part.resource),
    );
    await this.#pages.show('Indexes that could go.sql', text);
  }
}

function nameOf(state: DatabaseState, { label }: Target): string {
  if (state.kind !== 'embedded') return label;
  if (state.snapshot !== undefined) return `the snapshot ${state.snapshot}`;
  return `the .sql files of ${state.schema ?? 'the workspace'}`;
}
