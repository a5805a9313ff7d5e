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
  const pattern = new vscode.RelativePattern(folder, '**/{migrations,migration,migrate}/**');
  const found = await vscode.workspace.findFiles(pattern, EXCLUDED, MOST_FILES);
  const relative = (uri: vscode.Uri) => uri.path.slice(folder.uri.path.length + 1);
  const files = newMigration(fix, {
    paths: found.map(relative),
    near: near.path.startsWith(`${folder.uri.path}/`) ? relative(near) : undefined,
    now: new Date(),
  });
  const documents: vscode.TextDocument[] = [];
  for (const { path, content } of files) {
    const uri = vscode.Uri.joinPath(folder.uri, path).with({ scheme: 'untitled' });
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), content);
    await vscode.workspace.applyEdit(edit);
    documents.push(document);
  }
  return documents;
}
