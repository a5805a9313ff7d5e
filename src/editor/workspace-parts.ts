import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatCounted } from '../plan/format';
import type { DatabaseService } from './database-service';
import { type DatabaseState, stateLabel } from './database-state';

/** The files of the workspace whose queries go to one database. */
export interface WorkspacePart {
  readonly state: DatabaseState;
  /** Absolute. */
  readonly files: readonly string[];
  /** One of them, to ask for its database; undefined: the workspace has no files, and its own database is meant. */
  readonly resource: vscode.Uri | undefined;
}

/** The part that a command is about: a person chooses where there are several. Undefined: nothing was chosen. */
export async function choosePart(
  databases: DatabaseService,
  { title, tell }: { readonly title: string; readonly tell: (sentence: string) => void },
): Promise<WorkspacePart | undefined> {
  const parts = await partsOfWorkspace(databases, tell);
  const [first, ...others] = parts;
  if (!first) return { state: await databases.state(), files: [], resource: undefined };
  if (others.length === 0) return first;
  const items = parts.map((part) => ({
    label: `${part.state.kind === 'none' ? '$(warning)' : '$(database)'} ${labelOf(part.state)}`,
    description: formatCounted(part.files.length, 'file'),
    detail: folderOf(part.files),
    part,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which database?' }))?.part;
}

async function partsOfWorkspace(
  databases: DatabaseService,
  tell: (sentence: string) => void,
): Promise<WorkspacePart[]> {
  const { sourceFiles } = await import('../analysis/source-files');
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const parts = new Map<DatabaseState | string, { readonly state: DatabaseState; readonly files: string[] }>();
  for (const file of await sourceFiles(
    folders.map(({ uri }) => uri.fsPath),
    tell,
  )) {
    const state = await databases.stateOf(vscode.Uri.file(file));
    const key = state.kind === 'none' ? state.reason : state;
    const known = parts.get(key);
    if (known) known.files.push(file);
    else parts.set(key, { state, files: [file] });
  }
  return [...parts.values()].map((part) => ({
    ...part,
    resource: part.files[0] ? vscode.Uri.file(part.files[0]) : undefined,
  }));
}

function labelOf(state: DatabaseState): string {
  if (state.kind === 'server') return `${state.profile.name} (${stateLabel(state)})`;
  return state.kind === 'none' ? state.reason : stateLabel(state);
}

/** The folder that all of them are in: `packages/shop`. */
function folderOf(files: readonly string[]): string {
  let folder = path.dirname(files[0] ?? '');
  while (folder !== path.dirname(folder) && !files.every((file) => file.startsWith(`${folder}${path.sep}`)))
    folder = path.dirname(folder);
  const name = vscode.workspace.asRelativePath(vscode.Uri.file(folder));
  return path.isAbsolute(name) ? path.basename(name) : name;
}
