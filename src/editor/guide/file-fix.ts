import * as vscode from 'vscode';
import type { FileFix, NewFile } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import { TextPages } from '../text-pages';
import { tellBefore } from './tell-before';

/** New files open unsaved, for a person to read, fill in and save. One that exists is compared, and changed only on request. */
export class FileFixes implements vscode.Disposable {
  readonly #pages = new TextPages('planlight-file');
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor() {
    this.#pages.register({ subscriptions: this.#subscriptions });
  }

  /** False: nothing was opened, since all is there already. */
  async open({ files, placeholders, note }: FileFix): Promise<boolean> {
    let opened = 0;
    for (const file of files) if (await this.#openOne(folderFor(file), file)) opened++;
    if (opened === 0) void vscode.window.showInformationMessage('Planlight: the files are there already, as proposed.');
    else tellBefore(placeholders, note);
    return opened > 0;
  }

  async #openOne(folder: vscode.Uri, { path, content }: NewFile): Promise<boolean> {
    const uri = below(folder, path);
    const present = await textOf(uri);
    if (present === content) return false;
    if (present !== undefined) return this.#compare(uri, path, content);
    const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
    await replaceText(document, content);
    await vscode.window.showTextDocument(document, { preview: false });
    return true;
  }

  async #compare(uri: vscode.Uri, path: string, content: string): Promise<boolean> {
    const proposed = this.#pages.keep(path, content);
    await vscode.commands.executeCommand('vscode.diff', uri, proposed, `${path}: as it is ↔ as proposed`);
    const question = `${path} is there already. Put the proposed text into it? It is not saved before you save it.`;
    const answer = await vscode.window.showWarningMessage(question, 'Put It In', 'Leave It');
    if (answer !== 'Put It In') return true;
    const document = await vscode.workspace.openTextDocument(uri);
    await replaceText(document, content);
    await vscode.window.showTextDocument(document, { preview: false });
    return true;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** Rejects with a Problem where no folder is open. */
function folderFor({ folder }: NewFile): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const wanted = folder === undefined ? undefined : vscode.Uri.file(folder).path;
  const found = folders.find(({ uri }) => uri.path === wanted) ?? folders[0];
  if (!found) throw new Problem('unsupported', 'Open a folder first: new files need a place to go.');
  return found.uri;
}

/** Rejects with a Problem for a path that leads out of the folder. */
function below(folder: vscode.Uri, path: string): vscode.Uri {
  const uri = vscode.Uri.joinPath(folder, path);
  if (uri.path.startsWith(`${folder.path}/`)) return uri;
  throw new Problem('refused', `${path} is not below the workspace's folder.`);
}

/** Undefined: there is no such file. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return undefined;
  }
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

async function replaceText(document: vscode.TextDocument, content: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  edit.replace(document.uri, all, content);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Problem('unsupported', `The editor did not accept the text of ${document.uri.path}.`);
  }
}
