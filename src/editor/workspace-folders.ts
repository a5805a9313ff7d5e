import * as vscode from 'vscode';

/** The paths of the workspace's folders that are in the file system. */
export function folderPaths(): readonly string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return folders.map(({ uri }) => uri.fsPath);
}

/** Documents go by their URIs, and files that were listed by their paths. */
export function folderNames(): readonly string[] {
  return [...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()), ...folderPaths()];
}
