import * as vscode from 'vscode';
import { newMigration } from '../fixes/new-migration';
import type { IndexFix } from '../nouns/fix';

const EXCLUDED = '**/{node_modules,dist,build,out,coverage,vendor,.git}/**';
const MOST_FILES = 10_000;

/**
 * The migration that creates the index, in the project's own style, beside its other migrations. The documents are
 * not saved, so that the person reads them first.
 */
export async function writeMigration(
  folder: vscode.WorkspaceFolder,
  fix: IndexFix,
  near: vscode.Uri,
): Promise<vscode.TextDocument[]> {
  const pattern = new vscode.RelativePattern(folder, '**/{migrations,migration,migrate,drizzle}/**');
  const found = await vscode.workspace.findFiles(pattern, EXCLUDED, MOST_FILES);
  const relative = (uri: vscode.Uri) => uri.path.slice(folder.uri.path.length + 1);
  const journals = new Map<string, string>();
  for (const uri of found.filter(({ path }) => path.endsWith('/meta/_journal.json'))) {
    journals.set(relative(uri), (await vscode.workspace.openTextDocument(uri)).getText());
  }
  const files = newMigration(fix, {
    paths: found.map(relative),
    near: near.path.startsWith(`${folder.uri.path}/`) ? relative(near) : undefined,
    now: new Date(),
    textOf: (path) => journals.get(path),
  });
  const documents: vscode.TextDocument[] = [];
  for (const { path, content, isChanged } of files) {
    const place = vscode.Uri.joinPath(folder.uri, path);
    const uri = isChanged ? place : place.with({ scheme: 'untitled' });
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
    edit.replace(uri, all, content);
    await vscode.workspace.applyEdit(edit);
    documents.push(document);
  }
  return documents;
}
