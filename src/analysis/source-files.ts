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

/** Told one sentence for each folder or file that is passed over although it was asked for. */
export type OnPassedOver = (sentence: string) => void;

/**
 * All readable source files at or below the paths, sorted; hidden folders and other people's code are passed over, as
 * are folders that may not be read (a container's data).
 */
export async function sourceFiles(paths: readonly string[], onPassedOver: OnPassedOver): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const info = await stat(path).catch((cause: unknown) => {
      const { code } = cause as NodeJS.ErrnoException;
      const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
      throw new Problem(
        'missing-object',
        isMissing ? `There is no file or folder ${path}.` : cannotBeRead(path, cause),
        { cause },
      );
    });
    if (info.isDirectory()) for await (const file of filesBelow(path, onPassedOver)) found.add(file);
    else if (!info.isFile()) onPassedOver(`${path} is left alone: it is not a file.`);
    else if (languageOf(path) === undefined)
      onPassedOver(`${path} is left alone: it is no SQL, JavaScript or TypeScript.`);
    else found.add(path);
  }
  return [...found].sort();
}

async function* filesBelow(folder: string, onPassedOver: OnPassedOver): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder, onPassedOver)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && !skipped.has(entry.name)) yield* filesBelow(path, onPassedOver);
    } else if (entry.isFile() && languageOf(entry.name) !== undefined) {
      yield path;
    }
  }
}

async function entriesOf(folder: string, onPassedOver: OnPassedOver) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // Deleted since it was listed: nothing to say.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onPassedOver(cannotBeRead(folder, error));
    return [];
  }
}

/**
 * Undefined when the file is gone since it was listed, may not be read, or is of no language that we read. Bytes that are
 * not UTF-8 become U+FFFD; UTF-16 is read where a byte order mark says so.
 */
export async function readSource(path: string, onPassedOver: OnPassedOver): Promise<SourceDocument | undefined> {
  const languageId = languageOf(path);
  if (languageId === undefined) return undefined;
  try {
    return { uri: path, languageId, text: textOf(await readFile(path)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onPassedOver(cannotBeRead(path, error));
    return undefined;
  }
}

function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** `EACCES: permission denied, scandir 'data'` → `data cannot be read: permission denied.` */
function cannotBeRead(path: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return `${path} cannot be read: ${said.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/s, '')}.`;
}
