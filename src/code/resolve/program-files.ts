import type { ClassFacts, FileFacts, FunctionFacts, TypeFacts } from '../facts/facts';
import { ModuleResolver } from './modules';
import { folderOf, normalized } from './paths';
import { type NamedCall, ProgramUses } from './program-uses';
import type { ProjectFile } from './project-files';
import { FileScope } from './scope';

/** All files of a workspace with what is looked up in them again and again. */
export class ProgramFiles {
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly modules: ModuleResolver;
  readonly uses: ProgramUses;
  /** Of files that read folders at run time, once looked up. */
  readonly foldersRead = new WeakMap<FileFacts, ReadonlySet<string>>();
  readonly #scopes = new WeakMap<FileFacts, FileScope>();
  readonly #imported = new WeakMap<FileFacts, Map<string, FileFacts | undefined>>();
  readonly #ids = new WeakMap<FileFacts, ReadonlyMap<FunctionFacts, number>>();
  #implementations: ReadonlyMap<string, readonly ClassIn[]> | undefined;
  #folders: ReadonlyMap<string, readonly FileFacts[]> | undefined;
  #importers: ReadonlyMap<FileFacts, readonly { readonly file: FileFacts; readonly local: string }[]> | undefined;
  #additions: ReadonlyMap<string, readonly TypeIn[]> | undefined;

  constructor(files: ReadonlyMap<string, FileFacts>, projectFiles: Iterable<ProjectFile> = []) {
    this.files = files;
    this.uses = new ProgramUses(files);
    this.modules = new ModuleResolver(files.keys(), projectFiles);
  }

  scopeOf(file: FileFacts): FileScope {
    let scope = this.#scopes.get(file);
    if (!scope) {
      scope = new FileScope(file);
      this.#scopes.set(file, scope);
    }
    return scope;
  }

  /** A function's index in its file. */
  idOf(facts: FunctionFacts, file: FileFacts): number {
    let ids = this.#ids.get(file);
    if (!ids) {
      ids = new Map(file.functions.map((one, id) => [one, id]));
      this.#ids.set(file, ids);
    }
    return ids.get(facts) ?? 0;
  }

  /** The file of the workspace that an import means. */
  imported(specifier: string, from: FileFacts): FileFacts | undefined {
    let known = this.#imported.get(from);
    if (!known) {
      known = new Map();
      this.#imported.set(from, known);
    }
    if (!known.has(specifier)) {
      const uri = this.modules.resolve(specifier, from.uri);
      known.set(specifier, uri === undefined ? undefined : this.files.get(uri));
    }
    return known.get(specifier);
  }

  /** The files of each folder, by its path. */
  get folders(): ReadonlyMap<string, readonly FileFacts[]> {
    if (!this.#folders) {
      const folders = new Map<string, FileFacts[]>();
      for (const file of this.files.values()) {
        const folder = folderOf(normalized(file.uri));
        const list = folders.get(folder);
        if (list) list.push(file);
        else folders.set(folder, [file]);
      }
      this.#folders = folders;
    }
    return this.#folders;
  }

  /** Calls of what a file exports as a whole: `const list = require('./list')` … `list(db)`. */
  importedCalls(file: FileFacts): readonly NamedCall[] {
    this.#importers ??= this.#indexImporters();
    return (this.#importers.get(file) ?? []).flatMap(({ file: importer, local }) =>
      this.uses.callsOf(local).filter(({ at }) => at.file === importer),
    );
  }

  /** Classes that say they implement or extend something of that name. */
  implementing(name: string): readonly ClassIn[] {
    this.#implementations ??= this.#indexImplementations();
    return this.#implementations.get(name) ?? [];
  }

  /** What module declarations add: `declare module 'fastify' { interface FastifyInstance { db: Knex } }`. */
  added(module: string, name: string): readonly TypeIn[] {
    this.#additions ??= this.#indexAdditions();
    return this.#additions.get(`${module}\n${name}`) ?? [];
  }

  #indexImporters(): Map<FileFacts, { file: FileFacts; local: string }[]> {
    const found = new Map<FileFacts, { file: FileFacts; local: string }[]>();
    for (const file of this.files.values()) {
      for (const { from, name, local } of file.imports) {
        if (name !== 'default' && name !== '*') continue;
        const target = this.imported(from, file);
        if (target) found.set(target, [...(found.get(target) ?? []), { file, local }]);
      }
    }
    return found;
  }

  #indexImplementations(): Map<string, ClassIn[]> {
    const found = new Map<string, ClassIn[]>();
    for (const file of this.files.values()) {
      for (const one of file.classes) {
        const root = one.extends?.links.at(-1)?.name ?? one.extends?.root;
        for (const text of [...(one.implements ?? []), ...(typeof root === 'string' ? [root] : [])]) {
          const name = /^[\w$.]+/.exec(text)?.[0].split('.').at(-1) ?? '';
          found.set(name, [...(found.get(name) ?? []), { class: one, file }]);
        }
      }
    }
    return found;
  }

  #indexAdditions(): Map<string, TypeIn[]> {
    const found = new Map<string, TypeIn[]>();
    for (const file of this.files.values()) {
      for (const type of file.types ?? []) {
        if (type.module === undefined) continue;
        const key = `${type.module}\n${type.name.split('.').at(-1)}`;
        found.set(key, [...(found.get(key) ?? []), { type, file }]);
      }
    }
    return found;
  }
}

export interface ClassIn {
  readonly class: ClassFacts;
  readonly file: FileFacts;
}

export interface TypeIn {
  readonly type: TypeFacts;
  readonly file: FileFacts;
}
