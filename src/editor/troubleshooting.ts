import type * as vscode from 'vscode';
import type { Diagnosis } from '../guide/troubleshooting/diagnosis';
import { Problem } from '../nouns/problem';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { Feature } from './feature';
import type { CheckPage } from './guide/check-page';
import type { GuideRun, GuideService } from './guide/guide-service';

const commands: readonly (readonly [command: string, title: string, id: Diagnosis['id']])[] = [
  ['planlight.diagnoseHighCpu', 'Diagnose High CPU', 'high-cpu'],
  ['planlight.diagnoseHighMemory', 'Diagnose High Memory', 'high-memory'],
  ['planlight.diagnosePoolExhausted', 'Diagnose an Exhausted Connection Pool', 'pool-exhausted'],
];

/** A server without a free connection is tried again after so many ms each; then what is known without it is told. */
const waits = [1_000, 2_000, 4_000, 8_000];

/** The guide's troubles: a few checks, and a page with their conclusion. */
export class Troubleshooting implements Feature {
  readonly #guide: GuideService;
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  #page: Promise<CheckPage> | undefined;

  constructor(options: {
    readonly guide: GuideService;
    readonly commands: Commands;
    readonly databases: DatabaseService;
  }) {
    this.#guide = options.guide;
    this.#commands = options.commands;
    this.#databases = options.databases;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push({ dispose: () => void this.#page?.then((page) => page.dispose()) });
    for (const [command, title, id] of commands) {
      this.#commands.register(context, command, title, () => this.#diagnose(id, context.extensionUri));
    }
  }

  async #diagnose(id: Diagnosis['id'], extensionUri: vscode.Uri): Promise<void> {
    const { diagnoses } = await import('../guide/troubleshooting/diagnoses');
    const diagnosis = diagnoses.find((one) => one.id === id);
    if (!diagnosis) throw new Problem('not-understood', `There is no diagnosis ${id}.`);
    await withProgress(diagnosis.title, async (signal, progress) => {
      const onProgress = (message: string) => progress.report({ message });
      const run: GuideRun = { signal, onProgress, isDiagnosis: true };
      await this.#connect(run);
      await this.#guide.ask(run, diagnosis.checks);
    });
    this.#page ??= import('./guide/check-page').then(({ CheckPage }) => new CheckPage(this.#guide, extensionUri));
    await (await this.#page).show({ diagnosis });
  }

  /** Waits for a connection where the server has none; whatever else is wrong, the checks say. */
  async #connect({ signal, onProgress }: GuideRun): Promise<void> {
    const state = await this.#databases.state();
    if (state.kind !== 'server') return;
    const { pause } = await import('../analysis/pause');
    for (const ms of waits) {
      try {
        await state.server.test(signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Problem)) throw error;
        if (error.reason !== 'too many connections') return;
        onProgress(`The server has no free connection: trying again in ${ms / 1_000} s`);
        await pause(ms, signal);
      }
    }
  }
}
