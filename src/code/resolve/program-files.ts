import type { ClassFacts, FileFacts, FunctionFacts, TypeFacts } from '../facts/facts';
import { ModuleResolver } from './modules';
import { NameIndex } from './name-index';
import { folderOf, normalized } from './paths';
import { type NamedCall, ProgramUses } from './program-uses';
import type { ProjectFile } from './project-files';
import { isHelper } from './ruby-names';
import { FileScope } from './scope';
import { templatesIn } from './template-classes';

/** All files of a workspace with what is looked up in them again and again. */
export class ProgramFiles {
  readonly modules: ModuleResolver;
  readonly uses: ProgramUses;
  /** Of files that read folders at run time, once looked up. */
  readonly foldersRead = new WeakMap<FileFacts, ReadonlySet<string>>();
  readonly #files: Map<string, FileFacts>;
  readonly #scopes = new WeakMap<FileFacts, FileScope>();
  readonly #imported = new WeakMap<FileFacts, Map<string, string | undefined>>();
  readonly #ids = new WeakMap<FileFacts, ReadonlyMap<FunctionFacts, number>>();
  readonly #implementations: NameIndex<ClassIn>;
  readonly #constants: NameIndex<ClassIn>;
  readonly #helpers: NameIndex<FunctionIn>;
  readonly #templates: NameIndex<ClassIn>;
  readonly #additions: NameIndex<TypeIn>;
  readonly #folders: NameIndex<FileFacts>;
  readonly #importers: NameIndex<{ readonly file: FileFacts; readonly local: string }>;

  constructor(files: ReadonlyMap<string, FileFacts>, projectFiles: Iterable<ProjectFile> = []) {
    this.#files = new Map(files);
    this.uses = new ProgramUses(this.#files);
    this.modules = new ModuleResolver(files.keys(), projectFiles);
    this.#implementations = new NameIndex(this.#files, implementationsIn);
    this.#constants = new NameIndex(this.#files, constantsIn);
    this.#helpers = new NameIndex(this.#files, helpersIn);
    this.#templates = new NameIndex(this.#files, templatesIn);
    this.#additions = new NameIndex(this.#files, additionsIn);
    this.#folders = new NameIndex(this.#files, (file) => [[folderOf(normalized(file.uri)), file]]);
    this.#importers = new NameIndex(this.#files, (file) => this.#importsOf(file));
  }

  get files(): ReadonlyMap<string, FileFacts> {
    return this.#files;
  }

  /** New facts of a file that was there before. What was followed through the old ones is to be forgotten by the caller. */
  replace(next: FileFacts): void {
    const old = this.#files.get(next.uri);
    if (!old) throw new Error(`${next.uri} is not among the files.`);
    this.#files.set(next.uri, next);
    for (const index of [
      this.uses,
      this.#implementations,
      this.#constants,
      this.#helpers,
      this.#templates,
      this.#additions,
      this.#folders,
      this.#importers,
    ])
      index.replace(old, next);
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
    if (!known.has(specifier)) known.set(specifier, this.modules.resolve(specifier, from.uri));
    const uri = known.get(specifier);
    return uri === undefined ? undefined : this.#files.get(uri);
  }

  /** The files of each folder, by its path. */
  *folders(): Generator<readonly [string, readonly FileFacts[]]> {
    for (const folder of this.#folders.names()) yield [folder, this.#folders.get(folder)];
  }

  /** Calls of what a file exports as a whole: `const list = require('./list')` … `list(db)`. */
  importedCalls(file: FileFacts): readonly NamedCall[] {
    return this.#importers
      .get(file.uri)
      .flatMap(({ file: importer, local }) => this.uses.callsOf(local).filter(({ at }) => at.file === importer));
  }

  /** Classes that say they implement or extend something of that name. */
  implementing(name: string): readonly ClassIn[] {
    return this.#implementations.get(name);
  }

  /**
   * The class that a constant of Ruby names anywhere: `Post`, `Blog::Post`, and `Post` inside of `Blog`. Several files may
   * open one class; that which says what it extends is told first.
   */
  constant(name: string, within: string | undefined): ClassIn | undefined {
    for (let around = within ?? ''; ; around = around.slice(0, Math.max(0, around.lastIndexOf('::')))) {
      const found = this.#constants.get(around === '' ? name : `${around}::${name}`);
      const best = found.find((one) => one.class.extends) ?? found[0];
      if (best || around === '') return best;
      if (!around.includes('::')) return this.constant(name, undefined);
    }
  }

  /** Methods of Rails' helpers. */
  helpers(name: string): readonly FunctionIn[] {
    return this.#helpers.get(name);
  }

  /** Templates of Django and Jinja. */
  templates(name: string): readonly ClassIn[] {
    return this.#templates.get(name);
  }

  /** What module declarations add: `declare module 'fastify' { interface FastifyInstance { db: Knex } }`. */
  added(module: string, name: string): readonly TypeIn[] {
    return this.#additions.get(`${module}\n${name}`);
  }

  *#importsOf(file: FileFacts): Generator<readonly [string, { readonly file: FileFacts; readonly local: string }]> {
    for (const { from, name, local } of file.imports) {
      const target = name === 'default' || name === '*' ? this.imported(from, file) : undefined;
      if (target) yield [target.uri, { file, local }];
    }
  }
}

function* implementationsIn(file: FileFacts): Generator<readonly [string, ClassIn]> {
  for (const one of file.classes) {
    const root = one.extends?.links.at(-1)?.name ?? one.extends?.root;
    for (const text of [...(one.implements ?? []), ...(typeof root === 'string' ? [root] : [])]) {
      yield [/^[\w$.]+/.exec(text)?.[0].split('.').at(-1) ?? '', { class: one, file }];
    }
  }
}

function* constantsIn(file: FileFacts): Generator<readonly [string, ClassIn]> {
  if (file.languageId === 'ruby') for (const one of file.classes) yield [one.name, { class: one, file }];
}

function* helpersIn(file: FileFacts): Generator<readonly [string, FunctionIn]> {
  if (!isHelper(file)) return;
  for (const { methods } of file.classes) {
    for (const { name, function: id } of methods) {
      const facts = file.functions[id];
      if (facts) yield [name, { function: facts, file }];
    }
  }
}

function* additionsIn(file: FileFacts): Generator<readonly [string, TypeIn]> {
  for (const type of file.types ?? []) {
    if (type.module !== undefined) yield [`${type.module}\n${type.name.split('.').at(-1)}`, { type, file }];
  }
}

export interface ClassIn {
  readonly class: ClassFacts;
  readonly file: FileFacts;
}

export interface FunctionIn {
  readonly function: FunctionFacts;
  readonly file: FileFacts;
}

export interface TypeIn {
  readonly type: TypeFacts;
  readonly file: FileFacts;
}
