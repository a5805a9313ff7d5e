import { folderOf, foldersAround, joined, normalized } from './paths';

/** The paths that a Python module may have, the likeliest first: `.models` beside the file, `blog.models` below any folder around it. */
export function* pythonModulePaths(specifier: string, from: string): Generator<string> {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(specifier) ?? [];
  const path = rest.replaceAll('.', '/');
  const folder = folderOf(normalized(from));
  if (dots === '') {
    // The top of a project may be any folder above; a module beside the file is met there only in scripts.
    for (const around of foldersAround(folder)) {
      yield* modulePaths(joined(around, path));
      yield* modulePaths(joined(around, `src/${path}`));
    }
    return;
  }
  const base = joined(folder, `./${'../'.repeat(dots.length - 1)}`);
  yield* modulePaths(path === '' ? base : joined(base, path));
}

function* modulePaths(path: string): Generator<string> {
  yield `${path}.py`;
  yield `${path}/__init__.py`;
}

/** A module inside of one: `models` of `blog` is `blog.models`, `post` of `.` is `.post`. */
export function submodule(specifier: string, name: string): string {
  return specifier.endsWith('.') ? specifier + name : `${specifier}.${name}`;
}
