import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The files below a folder whose name, or path, is wanted; hidden folders, other people's code and what may not be read are passed over. */
export async function* filesBelow(
  folder: string,
  isWanted: (name: string, path: string) => boolean,
  onPassedOver: OnPassedOver,
): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder, onPassedOver)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && !skipped.has(entry.name)) yield* filesBelow(path, isWanted, onPassedOver);
    } else if (entry.isFile() && isWanted(entry.name, path)) {
      yield path;
    }
  }
}

async function entriesOf(folder: string, onPassedOver: OnPassedOver): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // Deleted since it was listed: nothing to say.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onPassedOver(cannotBeRead(folder, error));
    return [];
  }
}

/** `EACCES: permission denied, scandir 'data'` → `data cannot be read: permission denied.` */
export function cannotBeRead(path: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return `${path} cannot be read: ${said.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/s, '')}.`;
}
