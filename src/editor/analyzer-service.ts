import * as path from 'node:path';
import type * as vscode from 'vscode';
import type { Analyzer } from '../analysis/analyzer';
import type { WhatIfPlanner } from '../database/what-if/planner';
import type { ErrorReporter } from './error-reporter';
import type { Settings } from './settings';
import { folderNames } from './workspace-folders';

/** The in-memory planner's process ends after this long without work. */
const IDLE_MS = 120_000;
/** Enough for a schema of some thousand tables; PGlite's instance takes 430–800 MB. */
const MEMORY_MB = 1_500;

/** Loads the parsers with the first document, and the planner in memory with the first question to it. */
export class AnalyzerService implements vscode.Disposable {
  readonly #distFolder: string;
  readonly #settings: Settings;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  #analyzer: Promise<Analyzer> | undefined;
  #told = false;
  #whatIf: Promise<WhatIfPlanner> | undefined;

  constructor(extensionPath: string, settings: Settings, errors: ErrorReporter, log: vscode.LogOutputChannel) {
    this.#distFolder = path.join(extensionPath, 'dist');
    this.#settings = settings;
    this.#errors = errors;
    this.#log = log;
  }

  analyzer(): Promise<Analyzer> {
    this.#analyzer ??= this.#load().catch((error: unknown) => {
      this.#analyzer = undefined;
      // Without its parsers Planlight does nothing at all, and nobody would know why.
      if (!this.#told) this.#errors.show('Loading the parsers', error);
      this.#told = true;
      throw error;
    });
    return this.#analyzer;
  }

  whatIf(): Promise<WhatIfPlanner> {
    this.#whatIf ??= import('../database/what-if/planner').then(
      (module) =>
        new module.WhatIfPlanner({
          processFile: path.join(this.#distFolder, 'what-if-process.js'),
          idleMs: IDLE_MS,
          memoryMb: MEMORY_MB,
          onProblem: (message) => this.#log.warn(message),
        }),
    );
    return this.#whatIf;
  }

  /** The names of query functions changed, or the folders: the next question gets a new finder. */
  reload(): void {
    this.#analyzer = undefined;
  }

  async #load(): Promise<Analyzer> {
    const started = performance.now();
    const { Analyzer } = await import('../analysis/analyzer');
    const analyzer = await Analyzer.load({
      grammarFolder: path.join(this.#distFolder, 'grammars'),
      folders: folderNames(),
      queryFunctions: this.#settings.queryFunctions,
      whatIf: await this.whatIf(),
    });
    this.#log.info(`Parsers loaded in ${Math.round(performance.now() - started)} ms.`);
    return analyzer;
  }

  dispose(): void {
    void this.#whatIf?.then((planner) => planner.dispose()).catch(() => undefined);
  }
}
