import * as vscode from 'vscode';
import type { EditFix } from '../nouns/fix';
import { toRange } from './positions';
import { shortTitle } from './short-title';

/** An edit of what is in sight is made at once, one of other files after a look at it. */
export function fileEditAction(document: vscode.TextDocument, fix: EditFix): vscode.CodeAction {
  const title = shortTitle(fix.title);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const edits = fix.edits.map((edit) => ({ ...edit, uri: edit.uri ?? document.uri.fsPath }));
  if (edits.some(({ uri }) => uri !== document.uri.fsPath)) {
    action.command = { title, command: 'planlight.reviewEdit', arguments: [{ ...fix, edits }] };
    return action;
  }
  if (fix.note !== undefined) action.command = { title, command: 'planlight.tellNote', arguments: [fix.note] };
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) action.edit.replace(document.uri, toRange(document, range), newText);
  return action;
}
