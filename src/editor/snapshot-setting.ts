import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { EmbeddedTarget } from '../database/embedded-target';
import type { Snapshot } from '../database/snapshot';
import { Problem } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseState } from './database-state';
import type { ErrorReporter } from './error-reporter';
import type { Settings } from './settings';

/** The file of `planlight.snapshot`, which stands in for a database. */
export class SnapshotSetting {
  readonly #settings: Settings;
  readonly #analyzers: AnalyzerService;
  readonly #errors: ErrorReporter;
  readonly #log: vscode.LogOutputChannel;
  /** Path, time and size of the file that `#state` is about. */
  #version: string | undefined;
  #state: DatabaseState | undefined;
  /** Answers are remembered by a target's label and generation: the same file, changed, has the same target. */
  readonly #targets = new Map<string, EmbeddedTarget>();
  #snapshot: Snapshot | undefined;

  constructor(options: {
    readonly settings: Settings;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#settings = options.settings;
    this.#analyzers = options.analyzers;
    this.#errors = options.errors;
    this.#log = options.log;
  }

  isAt(file: vscode.Uri): boolean {
    return file.fsPath === this.#path()?.file;
  }

  /** Undefined without the setting. A file that cannot be used is told once, until it changes. */
  async state(): Promise<DatabaseState | undefined> {
    const place = this.#path();
    if (!place) return undefined;
    const version = `${place.file}\n${await versionOf(place.file)}`;
    if (version === this.#version) return this.#state;
    this.#version = version;
    this.#state = await this.#open(place);
    return this.#state;
  }

  async #open({ file, name }: { readonly file: string; readonly name: string }): Promise<DatabaseState> {
    try {
      const { openSnapshotFile } = await import('../database/snapshot-file/target');
      const { parser } = await this.#analyzers.analyzer();
      const { snapshot, label, notice } = await openSnapshotFile(file, name, parser);
      this.#log.info(`No database is in use: planning in memory with the ${label}.`);
      for (const sentence of snapshot.leftOut) this.#log.info(sentence);
      this.#snapshot = snapshot;
      const known = this.#targets.get(label);
      known?.invalidate();
      const target = known ?? (await this.#target(label, notice));
      this.#targets.set(label, target);
      return { kind: 'embedded', target, snapshot: path.basename(name) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#errors.show('Reading the snapshot', error);
      return { kind: 'none', reason: `the snapshot ${name} cannot be used` };
    }
  }

  async #target(label: string, notice: string): Promise<EmbeddedTarget> {
    const { EmbeddedTarget } = await import('../database/embedded-target');
    return new EmbeddedTarget({
      label: `planned in memory with the ${label}`,
      whatIf: await this.#analyzers.whatIf(),
      read: async () => this.#snapshot as Snapshot,
      notice,
    });
  }

  /** Relative to the first folder of the workspace. */
  #path(): { readonly file: string; readonly name: string } | undefined {
    const name = this.#settings.snapshot;
    if (name === '') return undefined;
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    return { file: path.resolve(folder?.uri.fsPath ?? '', name), name };
  }
}

/** A file that is not there is one that may come. */
async function versionOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(file);
    return `${mtimeMs} ${size}`;
  } catch {
    return 'none';
  }
}
