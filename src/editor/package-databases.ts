import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Discovery } from '../database/connection-sources/connection-sources';
import type { ConnectionProfile } from '../database/profile';
import type { Settings } from './settings';

/** What names a package's database. */
const FILES = '**/{.env,.env.local,.env.development,.env.development.local,docker-compose*.y*ml,compose*.y*ml}';
const OF_OTHERS = '**/{node_modules,vendor,dist,build,out,.git,.next}/**';
const MOST_FILES = 200;

/** The folders below the workspace's whose own files may describe connections, sorted. */
export async function packageFolders(): Promise<string[]> {
  const files = await vscode.workspace.findFiles(FILES, OF_OTHERS, MOST_FILES);
  const folders = files.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => path.dirname(fsPath));
  return [...new Set(folders)].filter((folder) => rootOf(folder) !== folder).sort();
}

/** A folder of the setting `planlight.databases`, and a name there that no connection has. */
export interface UnknownName {
  readonly folder: string;
  readonly name: string;
}

/**
 * The connection of the document's part of the workspace: by the setting `planlight.databases`, else by the nearest files
 * that describe one. Undefined: that of the whole workspace.
 */
export function connectionNear(
  { fsPath, scheme }: vscode.Uri,
  {
    settings,
    discovery,
    isChosen,
  }: {
    readonly settings: Settings;
    readonly discovery: Discovery;
    /** A person chose one for the whole workspace. */
    readonly isChosen: boolean;
  },
): ConnectionProfile | UnknownName | undefined {
  const root = scheme === 'file' ? rootOf(fsPath) : undefined;
  if (root === undefined) return undefined;
  const set = new Map([...settings.databases].map(([folder, name]) => [path.resolve(root, folder), { folder, name }]));
  const inSetting = nearest(fsPath, root, (folder) => set.get(folder));
  // A name that nobody has is a mistake of the setting: another database's plans would be wrong without a word.
  if (inSetting) return connectionNamed(inSetting.name, discovery) ?? inSetting;
  if (isChosen) return undefined;
  return nearest(fsPath, root, (folder) => connectionNamed(discovery.ofPackages.get(folder), discovery));
}

/** The entries of the setting whose names no connection has. */
export function unknownNames(settings: Settings, discovery: Discovery): UnknownName[] {
  const entries = [...settings.databases].map(([folder, name]) => ({ folder, name }));
  return entries.filter(({ name }) => !connectionNamed(name, discovery));
}

export function misnamedSentence({ folder, name }: UnknownName): string {
  return `The setting planlight.databases names “${name}” for ${folder}, and no connection has that name.`;
}

function connectionNamed(name: string | undefined, { connections }: Discovery): ConnectionProfile | undefined {
  return connections.find(({ profile }) => profile.name === name)?.profile;
}

/** From the file's folder up to the workspace's, the first that has one. */
function nearest<T>(file: string, root: string, of: (folder: string) => T | undefined): T | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const found = of(folder);
    if (found !== undefined || folder === root || folder === path.dirname(folder)) return found;
  }
}

function rootOf(file: string): string | undefined {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
}
