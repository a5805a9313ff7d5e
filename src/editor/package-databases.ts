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
): ConnectionProfile | undefined {
  const root = scheme === 'file' ? rootOf(fsPath) : undefined;
  if (root === undefined) return undefined;
  const named = (name: string | undefined) =>
    discovery.connections.find(({ profile }) => profile.name === name)?.profile;
  const set = new Map([...settings.databases].map(([folder, name]) => [path.resolve(root, folder), name]));
  const inSetting = nearest(fsPath, root, (folder) => named(set.get(folder)));
  if (inSetting || isChosen) return inSetting;
  return nearest(fsPath, root, (folder) => named(discovery.ofPackages.get(folder)));
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
