import { folderOf, foldersAround, joined, normalized } from './paths';
import {
  isProjectFile,
  type PackageFile,
  type PathsFile,
  type ProjectFile,
  rankOfPathsFile,
  readPackageFile,
  readPathsFile,
} from './project-files';
import { pythonModulePaths } from './python-modules';

/** `.d.ts` last: what a program runs says more than what is declared of it. */
const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.d.ts', '.d.mts'];

/** What NodeNext's `./post.js` may mean. */
const sourceEndings: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx', '.d.ts'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts'],
};

/** Finds the file of the workspace that `import … from 'specifier'` means. */
export class ModuleResolver {
  /** Normalized path → the file's URI as it was given. */
  readonly #files = new Map<string, string>();
  readonly #packages = new Map<string, PackageFile>();
  readonly #packagesByName = new Map<string, PackageFile>();
  /** Folder → its tsconfig.json or the like. */
  readonly #paths = new Map<string, PathsFile>();
  readonly #resolved = new Map<string, string | undefined>();

  constructor(uris: Iterable<string>, projectFiles: Iterable<ProjectFile> = []) {
    for (const uri of uris) this.#files.set(normalized(uri), uri);
    const byPath = new Map([...projectFiles].map((file) => [normalized(file.uri), file]));
    const find = (path: string) => byPath.get(path);
    const ranks = new Map<string, number>();
    for (const [path, file] of byPath) {
      if (!isProjectFile(path)) continue;
      const folder = folderOf(path);
      if (/(?:^|\/)package\.json$/i.test(path)) {
        const read = readPackageFile(file);
        if (!read) continue;
        this.#packages.set(folder, read);
        if (read.name !== undefined && !this.#packagesByName.has(read.name)) this.#packagesByName.set(read.name, read);
        continue;
      }
      const rank = rankOfPathsFile(path);
      if (rank >= (ranks.get(folder) ?? Number.POSITIVE_INFINITY)) continue;
      const read = readPathsFile(file, find);
      if (!read) continue;
      ranks.set(folder, rank);
      this.#paths.set(folder, read);
    }
  }

  /** The URI of a file of the workspace; undefined for a package and for what is not there. */
  resolve(specifier: string, from: string): string | undefined {
    const folder = folderOf(normalized(from));
    const key = `${folder}\n${from.endsWith('.py') ? 'py\n' : ''}${specifier}`;
    if (this.#resolved.has(key)) return this.#resolved.get(key);
    const found = from.endsWith('.py') ? this.#pythonFile(specifier, from) : this.#resolve(specifier, folder);
    this.#resolved.set(key, found);
    return found;
  }

  /** The package.json files around a file, the nearest first. */
  *packagesAround(uri: string): Generator<PackageFile> {
    for (const folder of foldersAround(folderOf(normalized(uri)))) {
      const found = this.#packages.get(folder);
      if (found) yield found;
    }
  }

  #pythonFile(specifier: string, from: string): string | undefined {
    for (const path of pythonModulePaths(specifier, from)) {
      const found = this.#files.get(path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #resolve(specifier: string, folder: string): string | undefined {
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
      return this.#fileAt(joined(specifier.startsWith('/') ? '' : folder, specifier));
    }
    return (
      this.#byPaths(specifier, folder) ??
      (specifier.startsWith('#') ? this.#byImports(specifier, folder) : this.#byPackage(specifier)) ??
      this.#byHabit(specifier, folder)
    );
  }

  #fileAt(path: string): string | undefined {
    const exact = this.#files.get(path);
    if (exact !== undefined) return exact;
    const ending = /\.[cm]?jsx?$/.exec(path)?.[0];
    for (const other of (ending && sourceEndings[ending]) || []) {
      const found = this.#files.get(path.slice(0, -(ending?.length ?? 0)) + other);
      if (found !== undefined) return found;
    }
    for (const other of endings) {
      const found = this.#files.get(path + other);
      if (found !== undefined) return found;
    }
    const inner = this.#packages.get(path);
    for (const main of inner?.mains ?? []) {
      const found = main === '.' ? undefined : this.#fileAt(joined(path, main));
      if (found !== undefined) return found;
    }
    for (const other of endings) {
      const found = this.#files.get(`${path}/index${other}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #byPaths(specifier: string, folder: string): string | undefined {
    for (const around of foldersAround(folder)) {
      const file = this.#paths.get(around);
      if (!file) continue;
      for (const [pattern, targets] of Object.entries(file.paths)) {
        const star = matched(pattern, specifier);
        if (star === undefined) continue;
        for (const target of targets) {
          const found = this.#fileAt(normalized(target.replace('*', star)));
          if (found !== undefined) return found;
        }
      }
      if (file.baseUrl !== undefined) {
        const found = this.#fileAt(joined(file.baseUrl, specifier));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #byImports(specifier: string, folder: string): string | undefined {
    for (const around of foldersAround(folder)) {
      const file = this.#packages.get(around);
      if (!file?.imports) continue;
      return this.#byConditions(specifier, file.imports, file);
    }
    return undefined;
  }

  /** `@app/db/schema` → packages/db/src/schema.ts, when a package.json of the workspace is named `@app/db`. */
  #byPackage(specifier: string): string | undefined {
    const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
    const file = this.#packagesByName.get(name);
    if (!file) return undefined;
    const key = rest === '' ? '.' : `./${rest}`;
    const exports = isRecord(file.exports) && '.' in file.exports ? file.exports : { '.': file.exports };
    const entries = Object.keys(exports).some((one) => one.startsWith('./'))
      ? { ...(file.exports as Record<string, unknown>) }
      : exports;
    const found = this.#byConditions(key, entries, file);
    if (found !== undefined) return found;
    if (rest !== '') return this.#built(joined(file.folder, rest)) ?? this.#fileAt(joined(file.folder, `src/${rest}`));
    for (const main of file.mains) {
      const one = this.#built(joined(file.folder, main));
      if (one !== undefined) return one;
    }
    return this.#fileAt(joined(file.folder, 'src')) ?? this.#fileAt(file.folder);
  }

  #byConditions(key: string, entries: Readonly<Record<string, unknown>>, file: PackageFile): string | undefined {
    for (const [pattern, target] of Object.entries(entries)) {
      const star = matched(pattern, key);
      if (star === undefined) continue;
      for (const path of pathsOf(target)) {
        const found = this.#built(joined(file.folder, path.replace('*', star)));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** What is built (`dist/index.js`) is found at its source (`src/index.ts`). */
  #built(path: string): string | undefined {
    const source = path.replace(/\/(?:dist|lib|build|out|esm|cjs)\/(?:(?:esm|cjs|src|types)\/)?/, '/src/');
    const bare = source.replace(/\.d\.[cm]?ts$/, '.ts');
    return this.#fileAt(path) ?? this.#fileAt(bare) ?? this.#fileAt(bare.replace('/src/', '/'));
  }

  /** `@/lib/db`, `~/db`, `src/db`: bundlers' habits, where no configuration says otherwise. */
  #byHabit(specifier: string, folder: string): string | undefined {
    const [, rest] = /^(?:[@~]\/|~~\/|\$lib\/)(.+)$/.exec(specifier) ?? [];
    const isPlain = /^(?:src|app|server|lib)\//.test(specifier);
    if (rest === undefined && !isPlain) return undefined;
    for (const around of foldersAround(folder)) {
      const paths = isPlain ? [specifier] : [`src/${rest}`, `app/${rest}`, `${rest}`, `src/lib/${rest}`];
      for (const path of paths) {
        const found = this.#fileAt(joined(around, path));
        if (found !== undefined) return found;
      }
      if (this.#packages.has(around)) return undefined;
    }
    return undefined;
  }
}

/** `@/*` and `@/lib/db` → 'lib/db'; '' for a pattern without star that is equal. */
function matched(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier ? '' : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits =
    specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}

/** All paths of conditional exports, sources first. */
function pathsOf(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.flatMap(pathsOf);
  if (!isRecord(target)) return [];
  const first = ['source', 'development', 'types', 'import', 'default'];
  const keys = Object.keys(target).sort((a, b) => rank(a) - rank(b));
  return keys.flatMap((key) => pathsOf(target[key]));

  function rank(key: string): number {
    const index = first.indexOf(key);
    return index < 0 ? first.length : index;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
