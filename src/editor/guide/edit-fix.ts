import * as vscode from 'vscode';
import type { EditFix } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import { toRange } from '../positions';

/**
 * Shows the change of one file or several for a person to look at, and makes it when they say so. Files that were changed after
 * `readAt` (ISO 8601) are not touched: the places of the edits may have moved. False: it was not made.
 */
export async function applyEdit({ title, edits, note }: EditFix, readAt: string): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { uri: path, range, newText } of edits) {
    if (path === undefined) throw new Problem('not-understood', 'This change names no file.');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await mustBeAsRead(document, readAt);
    const shown = { label: title, needsConfirmation: true, ...(note !== undefined && { description: note }) };
    edit.replace(document.uri, toRange(document, range), newText, shown);
  }
  return vscode.workspace.applyEdit(edit);
}

async function mustBeAsRead({ uri, isDirty }: vscode.TextDocument, readAt: string): Promise<void> {
  const { mtime } = await vscode.workspace.fs.stat(uri);
  if (!isDirty && mtime <= Date.parse(readAt)) return;
  const name = vscode.workspace.asRelativePath(uri);
  throw new Problem('not-understood', `${name} has changed since it was read.`, {
    hint: 'Save it and run the check again.',
  });
}
