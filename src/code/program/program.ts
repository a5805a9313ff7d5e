import type { FileFacts } from '../facts/facts';
import { importedNames } from '../facts/imported';
import type { FileRoles } from '../file-roles';
import { findCalls } from '../find-calls';
import type { Model } from '../models/model';
import { WorkspaceModels } from '../models/model-index';
import type { FoundCall, ModelIndex, Orm } from '../orms/orm';
import { type ProjectFile, readPackageFile } from '../resolve/project-files';
import { WorkspaceTracer } from '../resolve/tracer';
import { declarationsOf, modelsText } from './declarations';

/**
 * The index of a workspace: the facts of its files, kept up to date one by one. What is followed from file to file is made
 * again when it is asked for after a change; models only when a file with declarations changed.
 */
export class Program {
  readonly #orms: readonly Orm[];
  readonly #roles: FileRoles;
  readonly #files = new Map<string, FileFacts>();
  readonly #projectFiles = new Map<string, ProjectFile>();
  readonly #calls = new Map<string, readonly FoundCall[]>();
  readonly #onDefect: ((error: unknown, uri: string) => void) | undefined;
  #tracer: WorkspaceTracer | undefined;
  #used: readonly Orm[] | undefined;
  #models: readonly Model[] | undefined;
  /** What the models say, without places: where it is the same, what was found with them stands. */
  #modelsText = '';
  #index: ModelIndex | undefined;

  /** `onDefect` is told what a library's reader threw, and where it was; without it, that is thrown on. */
  constructor(orms: readonly Orm[], roles: FileRoles, onDefect?: (error: unknown, uri: string) => void) {
    this.#orms = orms;
    this.#roles = roles;
    this.#onDefect = onDefect;
  }

  /** Adds a file, or puts its new facts in the place of the old ones. */
  set(facts: FileFacts): void {
    const { uri } = facts;
    const old = this.#files.get(uri);
    const isNews = old === undefined || declarationsOf(old) !== declarationsOf(facts);
    this.#files.set(uri, facts);
    if (isNews) this.#changed();
    else {
      // Nothing that another file can see: what was found in the others stands.
      const files = this.#tracer?.program;
      files?.replace(facts);
      this.#tracer = files && new WorkspaceTracer(files.files, this.#roles, [], files);
      this.#index = undefined;
      this.#calls.delete(uri);
      // Its models stand in other places now, at least.
      if (this.#models?.some((model) => model.uri === uri)) this.#models = undefined;
    }
  }

  setProjectFile(file: ProjectFile): void {
    if (this.#projectFiles.get(file.uri)?.text === file.text) return;
    this.#projectFiles.set(file.uri, file);
    this.#changed();
  }

  /** A file of either kind. */
  remove(uri: string): void {
    const wasThere = this.#files.delete(uri) || this.#projectFiles.delete(uri);
    if (wasThere) this.#changed();
  }

  /** What its files are for. */
  get roles(): FileRoles {
    return this.#roles;
  }

  get files(): ReadonlyMap<string, FileFacts> {
    return this.#files;
  }

  /** tsconfig.json, package.json and their like, by path. */
  get projectFiles(): ReadonlyMap<string, ProjectFile> {
    return this.#projectFiles;
  }

  /** Libraries that some file imports or some package.json names. */
  get used(): readonly Orm[] {
    if (!this.#used) {
      const names = new Set<string>();
      for (const file of this.#files.values()) {
        names.add(file.languageId);
        for (const from of importedNames(file)) names.add(from);
        for (const { from } of file.exports) if (from !== undefined) names.add(from);
      }
      for (const file of this.#projectFiles.values())
        for (const name of readPackageFile(file)?.dependencies ?? []) names.add(name);
      const all = [...names];
      this.#used = this.#orms.filter(({ library, packages }) =>
        all.some((one) => one === library || packages.test(one)),
      );
    }
    return this.#used;
  }

  get tracer(): WorkspaceTracer {
    this.#tracer ??= new WorkspaceTracer(this.#files, this.#roles, this.#projectFiles.values());
    return this.#tracer;
  }

  get models(): ModelIndex {
    const { tracer } = this;
    if (!this.#models) {
      this.#models = this.used.flatMap((orm) => this.#modelsOf(orm, tracer));
      const text = modelsText(this.#models);
      if (text !== this.#modelsText) this.#calls.clear();
      this.#modelsText = text;
    }
    this.#index ??= new WorkspaceModels(this.#models, tracer.program);
    return this.#index;
  }

  /** The calls of one file that send a query; remembered until it changes, or what another file declares. */
  callsOf(uri: string): readonly FoundCall[] {
    const { models } = this;
    const known = this.#calls.get(uri);
    if (known) return known;
    const file = this.#files.get(uri);
    const calls = file
      ? findCalls(file, { orms: this.used, tracer: this.tracer, models, onDefect: this.#onDefect })
      : [];
    this.#calls.set(uri, calls);
    return calls;
  }

  #modelsOf(orm: Orm, tracer: WorkspaceTracer): readonly Model[] {
    try {
      return orm.models?.(tracer) ?? [];
    } catch (error) {
      if (!this.#onDefect) throw error;
      this.#onDefect(error, `the models of ${orm.library}`);
      return [];
    }
  }

  #changed(): void {
    this.#models = undefined;
    this.#tracer = undefined;
    this.#used = undefined;
    this.#index = undefined;
    this.#calls.clear();
  }
}
