import { readFile, stat } from 'node:fs/promises';
import { cannotBeRead, filesBelow, type OnPassedOver } from '../code/files-below';
import { languageOf } from '../code/language-of';
import { Positions } from '../code/positions';
import { sourceText } from '../code/source-text';
import { Problem } from '../nouns/problem';
import type { SourceDocument } from '../nouns/query-site';

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
    if (info.isDirectory()) for await (const file of filesBelow(path, isSource, onPassedOver)) found.add(file);
    else if (!info.isFile()) onPassedOver(`${path} is left alone: it is not a file.`);
    else if (languageOf(path) === undefined)
      onPassedOver(`${path} is left alone: its ending is none of a language that is read.`);
    else found.add(path);
  }
  return [...found].sort();
}

/**
 * Undefined when the file is gone since it was listed, may not be read, or is of no language that we read. Bytes that are
 * not UTF-8 become U+FFFD; UTF-16 is read where a byte order mark says so.
 */
export async function readSource(path: string, onPassedOver: OnPassedOver): Promise<SourceDocument | undefined> {
  const languageId = languageOf(path);
  if (languageId === undefined) return undefined;
  try {
    return { uri: path, languageId, text: sourceText(await readFile(path)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onPassedOver(cannotBeRead(path, error));
    return undefined;
  }
}

/** For the lines of places in a file as it is saved; undefined when it cannot be read. */
export function positionsIn(path: string): Promise<Positions | undefined> {
  return readFile(path).then(
    (bytes) => new Positions(sourceText(bytes)),
    () => undefined,
  );
}

function isSource(name: string): boolean {
  return languageOf(name) !== undefined;
}
