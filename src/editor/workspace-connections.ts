import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Discovery } from '../database/connection-sources/connection-sources';
import type { ConnectionProfile, ProfileSource } from '../database/profile';
import { packageFolders } from './package-databases';
import type { Settings } from './settings';

/** The person's own files hold databases of all their projects: those are offered, but none is used unasked. */
const onlyWhenChosen: ReadonlySet<ProfileSource> = new Set(['pg_service.conf', 'pgpass']);

/** Looks at everything on this machine that may describe a connection. */
export async function findConnections(settings: Settings): Promise<Discovery> {
  const { discoverConnections } = await import('../database/connection-sources/connection-sources');
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  return discoverConnections({
    settings: settings.connections,
    env: process.env,
    folders: folders.map((folder) => folder.uri.fsPath),
    packages: await packageFolders(),
    home: homedir(),
  });
}

/** The connection of the whole workspace: the chosen one, else the first that is no package's. */
export function connectionOfWorkspace(discovery: Discovery, choice: string | undefined): ConnectionProfile | undefined {
  const profiles = discovery.connections.map(({ profile }) => profile);
  const packages = new Set(discovery.ofPackages.keys());
  const isOfPackage = ({ file }: ConnectionProfile) => file !== undefined && packages.has(path.dirname(file));
  return (
    profiles.find((profile) => profile.name === choice) ??
    profiles.find((profile) => !onlyWhenChosen.has(profile.source) && !isOfPackage(profile))
  );
}
