import * as vscode from 'vscode';
import type { DocumentEdit, EditFix } from '../nouns/fix';
import { toRange } from './positions';
import { shortTitle } from './short-title';

/** Edits of fixes as workspace edits, also of files that are not open. */
export class FileEdits {
  readonly #pending = new WeakMap<vscode.CodeAction, () => Promise<vscode.WorkspaceEdit>>();

  action(document: vscode.TextDocument, fix: EditFix): vscode.CodeAction {
    const title = shortTitle(fix.title);
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    if (fix.note !== undefined) action.command = { title, command: 'planlight.tellNote', arguments: [fix.note] };
    const isElsewhere = ({ uri }: DocumentEdit) => uri !== undefined && uri !== document.uri.fsPath;
    if (fix.edits.some(isElsewhere)) this.#pending.set(action, () => editOf(document, fix));
    else action.edit = inDocument(new vscode.WorkspaceEdit(), document, fix.edits);
    return action;
  }

  async resolve(action: vscode.CodeAction): Promise<vscode.CodeAction> {
    action.edit ??= await this.#pending.get(action)?.();
    return action;
  }
}

async function editOf(document: vscode.TextDocument, { title, edits, note }: EditFix): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  const byPath = new Map<string, DocumentEdit[]>();
  for (const one of edits) {
    const path = one.uri ?? document.uri.fsPath;
    byPath.set(path, [...(byPath.get(path) ?? []), one]);
  }
  // Edits of files that one does not see are looked at before they are made.
  const shown = { label: title, needsConfirmation: true, ...(note !== undefined && { description: note }) };
  for (const [path, own] of byPath) {
    if (path === document.uri.fsPath) inDocument(edit, document, own, shown);
    else inDocument(edit, await vscode.workspace.openTextDocument(vscode.Uri.file(path)), own, shown);
  }
  return edit;
}

function inDocument(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  edits: readonly DocumentEdit[],
  shown?: vscode.WorkspaceEditEntryMetadata,
): vscode.WorkspaceEdit {
  for (const { range, newText } of edits) edit.replace(document.uri, toRange(document, range), newText, shown);
  return edit;
}
