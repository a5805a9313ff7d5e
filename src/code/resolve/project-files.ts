import { fileNameOf, folderOf, joined, normalized } from './paths';

/** A file that says how modules are found: tsconfig.json, jsconfig.json (and what they extend), package.json. */
export interface ProjectFile {
  readonly uri: string;
  readonly text: string;
}

/** `tsconfig.base.json`, `jsconfig.json`, `package.json` */
export function isProjectFile(uri: string): boolean {
  return /(?:^|[/\\])(?:package|jsconfig[\w.-]*|tsconfig[\w.-]*)\.json$/i.test(uri);
}

/** What a package.json says of its modules. */
export interface PackageFile {
  readonly folder: string;
  readonly name?: string;
  readonly exports?: unknown;
  readonly imports?: Readonly<Record<string, unknown>>;
  /** `source`, `module`, `main`, `types`: whatever is there, in this order. */
  readonly mains: readonly string[];
  /** Names of all kinds of dependencies. */
  readonly dependencies: readonly string[];
}

/** The paths of a tsconfig.json, those that it extends taken over. */
export interface PathsFile {
  /** Names are looked up below this folder too. */
  readonly baseUrl?: string;
  /** `@/*` → ['/app/src/*'], absolute. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** Undefined when it is no JSON object. */
export function readPackageFile(file: ProjectFile): PackageFile | undefined {
  const json = objectOf(parsed(file.text));
  if (!json) return undefined;
  const text = (name: string) => (typeof json[name] === 'string' ? (json[name] as string) : undefined);
  return {
    folder: folderOf(normalized(file.uri)),
    name: text('name'),
    exports: json.exports,
    imports: objectOf(json.imports),
    mains: ['source', 'module', 'main', 'types'].flatMap((name) => text(name) ?? []),
    dependencies: ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((name) =>
      Object.keys(objectOf(json[name]) ?? {}),
    ),
  };
}

/** `find` gives the file at a path; an `extends` that leads into a package or round in a circle is passed over. */
export function readPathsFile(
  file: ProjectFile,
  find: (path: string) => ProjectFile | undefined,
  seen: readonly string[] = [],
): PathsFile | undefined {
  const json = objectOf(parsed(file.text));
  if (!json) return undefined;
  const folder = folderOf(normalized(file.uri));
  const options = objectOf(json.compilerOptions) ?? {};
  let result: PathsFile = { paths: {} };
  for (const extended of [json.extends].flat()) {
    if (typeof extended !== 'string' || !extended.startsWith('.')) continue;
    const path = joined(folder, extended);
    const base = [path, `${path}.json`].map(find).find((one) => one !== undefined);
    if (base && !seen.includes(path)) result = { ...result, ...readPathsFile(base, find, [...seen, path]) };
  }
  const baseUrl = typeof options.baseUrl === 'string' ? joined(folder, options.baseUrl) : result.baseUrl;
  const paths = objectOf(options.paths);
  if (!paths) return { ...result, baseUrl };
  const own = Object.entries(paths).map(([pattern, targets]) => [
    pattern,
    [targets]
      .flat()
      .filter((target) => typeof target === 'string')
      .map((target) => joined(baseUrl ?? folder, target)),
  ]);
  return { baseUrl, paths: Object.fromEntries(own) };
}

/** The names that a program gives such a file where several lie in one folder, the first wins. */
export function rankOfPathsFile(uri: string): number {
  const names = ['tsconfig.json', 'jsconfig.json', 'tsconfig.app.json', 'tsconfig.base.json'];
  const rank = names.indexOf(fileNameOf(normalized(uri)));
  return rank < 0 ? names.length : rank;
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** JSON with comments and trailing commas, as TypeScript allows them; undefined when it is none. */
function parsed(text: string): unknown {
  const bare = text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    return JSON.parse(bare);
  } catch {
    // Half typed or another format: nothing is known, which is an answer.
    return undefined;
  }
}
