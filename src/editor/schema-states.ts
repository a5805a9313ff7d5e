import * as path from 'node:path';
import * as vscode from 'vscode';
import { folderAround, schemasOfPackages } from '../code/package-schemas';
import type { EmbeddedTarget } from '../database/embedded-target';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseState } from './database-state';
import type { Settings } from './settings';
import { manifestFolders, readWorkspaceSchema } from './workspace-schema';

type EmbeddedState = DatabaseState & { readonly kind: 'embedded' };

/** The workspace's .sql files in the place of a database: one schema for all, or one for each package where they differ. */
export class SchemaStates {
  readonly #settings: Settings;
  readonly #analyzers: AnalyzerService;
  readonly #log: vscode.LogOutputChannel;
  /** By folder, '' for the whole workspace. For the whole session: a target's generation tells old answers from new ones. */
  readonly #targets = new Map<string, EmbeddedTarget>();
  #ofPackages: ReadonlyMap<string, EmbeddedState> = new Map();

  constructor(options: {
    readonly settings: Settings;
    readonly analyzers: AnalyzerService;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#settings = options.settings;
    this.#analyzers = options.analyzers;
    this.#log = options.log;
  }

  /** Looks at the files. Undefined where none defines a schema. */
  async state(): Promise<EmbeddedState | undefined> {
    this.invalidate();
    const [files, folders] = await Promise.all([readWorkspaceSchema(), manifestFolders()]);
    const ofPackages = new Map<string, EmbeddedState>();
    for (const [folder, own] of schemasOfPackages(files, folders)) {
      const schema = nameOf(folder);
      this.#log.info(`${schema} has a schema of its own: ${own.map(({ name }) => name).join(', ')}.`);
      const target = await this.#target(folder, `in memory, with the schema of ${schema}`);
      ofPackages.set(folder, { kind: 'embedded', target, schema });
    }
    this.#ofPackages = ofPackages;
    if (files.length === 0) return undefined;
    this.#log.info(`No database is in use: planning in memory with ${files.map(({ name }) => name).join(', ')}.`);
    return { kind: 'embedded', target: await this.#target('', 'in memory') };
  }

  /** That of the document's package; undefined: the whole workspace's. */
  of({ scheme, fsPath }: vscode.Uri): EmbeddedState | undefined {
    const folder = scheme === 'file' ? folderAround(fsPath, this.#ofPackages.keys()) : undefined;
    return folder === undefined ? undefined : this.#ofPackages.get(folder);
  }

  /** The files changed: they are read again before the next answer. */
  invalidate(): void {
    for (const target of this.#targets.values()) target.invalidate();
  }

  async #target(folder: string, label: string): Promise<EmbeddedTarget> {
    const known = this.#targets.get(folder);
    if (known) return known;
    const { EmbeddedTarget } = await import('../database/embedded-target');
    const whatIf = await this.#analyzers.whatIf();
    const target = new EmbeddedTarget({
      label,
      whatIf,
      read: async (signal) => {
        const files = await readWorkspaceSchema(signal);
        const own = folder === '' ? undefined : schemasOfPackages(files, await manifestFolders()).get(folder);
        return whatIf.snapshotOfScripts(own ?? files, { assumedRows: this.#settings.assumedRows }, signal);
      },
    });
    this.#targets.set(folder, target);
    return target;
  }
}

/** `packages/shop`; of a workspace's own folder its name. */
function nameOf(folder: string): string {
  const name = vscode.workspace.asRelativePath(vscode.Uri.file(folder));
  return path.isAbsolute(name) ? path.basename(name) : name;
}
