import { resolve } from 'node:path';
import { filesBelow, type OnPassedOver } from '../../code/files-below';
import { languageOf } from '../../code/language-of';
import { indexedLanguageOf } from '../../code/program/facts-reader';

/** The files below the folders that a program's index reads, as absolute paths, sorted. */
export async function programFiles(folders: readonly string[], onPassedOver: OnPassedOver): Promise<string[]> {
  return filesOf(folders, (_, path) => indexedLanguageOf(path) !== undefined, onPassedOver);
}

/** The files below the folders of which only the SQL text is read, as absolute paths, sorted. */
export async function textFiles(folders: readonly string[], onPassedOver: OnPassedOver): Promise<string[]> {
  return filesOf(
    folders,
    (name, path) => languageOf(name) !== undefined && indexedLanguageOf(path) === undefined,
    onPassedOver,
  );
}

async function filesOf(
  folders: readonly string[],
  isWanted: (name: string, path: string) => boolean,
  onPassedOver: OnPassedOver,
): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of folders) {
    for await (const file of filesBelow(resolve(folder), isWanted, onPassedOver)) found.add(file);
  }
  return [...found].sort();
}
