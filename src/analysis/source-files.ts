import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { languageOf } from '../code/language-of';
import { Problem } from '../nouns/problem';
import type { SourceDocument } from '../nouns/query-site';

/** Folders of other people's code and of generated files. */
const skipped: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'bower_components',
]);

/** All readable source files at or below the paths, sorted; hidden folders and other people's code are passed over. */
export async function sourceFiles(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const info = await stat(path).catch((cause: unknown) => {
      throw new Problem('missing-object', `There is no file or folder ${path}.`, { cause });
    });
    if (info.isDirectory()) for await (const file of filesBelow(path)) found.add(file);
    else found.add(path);
  }
  return [...found].sort();
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && !skipped.has(entry.name)) yield* filesBelow(path);
    } else if (entry.isFile() && languageOf(entry.name) !== undefined) {
      yield path;
    }
  }
}

/** Undefined when the file is gone since it was listed or is of no language that we read. Bytes that are not UTF-8 become U+FFFD. */
export async function readSource(path: string): Promise<SourceDocument | undefined> {
  const languageId = languageOf(path);
  if (languageId === undefined) return undefined;
  try {
    const text = await readFile(path, 'utf8');
    return { uri: path, languageId, text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Problem('missing-object', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
