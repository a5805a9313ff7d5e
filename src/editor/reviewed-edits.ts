import * as vscode from 'vscode';
import { editedText } from '../fixes/batch/text';
import type { DocumentEdit, EditFix } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import type { Commands } from './commands';
import type { Feature } from './feature';
import { toRange } from './positions';
import { TextPages } from './text-pages';

interface Change {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly edits: readonly DocumentEdit[];
}

/**
 * Edits of files that a person may not see: shown as a comparison, made when they say so, and left unsaved. VS Code's own
 * preview of edits begins with none of them ticked, and then makes none of them.
 */
export class ReviewedEdits implements Feature {
  readonly #commands: Commands;
  readonly #pages = new TextPages('planlight-change');

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.reviewEdit', 'Review a Change', (fix) => this.make(fix as EditFix));
  }

  /**
   * False: the person does not want it. Rejects with a Problem when a file was changed after `readAt` (ISO 8601) or while it was
   * looked at: the places of the edits may have moved.
   */
  async make({ title, edits, note }: EditFix, readAt?: string): Promise<boolean> {
    const changes = await changesOf(edits);
    if (readAt !== undefined) for (const { document } of changes) await mustBeAsRead(document, readAt);
    await this.#compare(title, changes);
    const names = changes.map(({ document }) => nameOf(document));
    const [first] = changes;
    const stays = names.length === 1 ? `${names[0]} stays` : `${names.length} files stay`;
    const question = [`Planlight: ${title}?`, note, `${stays} unsaved until you save.`].filter((part) => part);
    const answer = await vscode.window.showInformationMessage(question.join(' '), 'Make the Change', 'Leave It');
    await closeComparison(title);
    if (answer !== 'Make the Change' || !first) return false;
    const edit = new vscode.WorkspaceEdit();
    for (const { document, version, edits: own } of changes) {
      if (document.version !== version) throw changed(document);
      for (const { range, newText } of own) edit.replace(document.uri, toRange(document, range), newText);
    }
    const at = toRange(first.document, first.edits[0]?.range ?? { start: 0, end: 0 }).start;
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Problem('unsupported', 'The editor did not accept the change; is a file read-only?');
    }
    await vscode.window.showTextDocument(first.document, { preview: false, selection: new vscode.Range(at, at) });
    return true;
  }

  async #compare(title: string, changes: readonly Change[]): Promise<void> {
    const pairs = changes.map(({ document, edits }) => ({
      uri: document.uri,
      proposed: this.#pages.keep(vscode.workspace.asRelativePath(document.uri), editedText(document.getText(), edits)),
    }));
    const [only, ...more] = pairs;
    if (only && more.length === 0) await vscode.commands.executeCommand('vscode.diff', only.uri, only.proposed, title);
    else {
      const resources = pairs.map(({ uri, proposed }) => [uri, uri, proposed]);
      await vscode.commands.executeCommand('vscode.changes', title, resources);
    }
  }
}

async function changesOf(edits: readonly DocumentEdit[]): Promise<Change[]> {
  const byPath = new Map<string, DocumentEdit[]>();
  for (const edit of edits) {
    if (edit.uri === undefined) throw new Problem('not-understood', 'This change names no file.');
    byPath.set(edit.uri, [...(byPath.get(edit.uri) ?? []), edit]);
  }
  return Promise.all(
    [...byPath].map(async ([path, own]) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
      return { document, version: document.version, edits: own };
    }),
  );
}

async function closeComparison(title: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(tabs.filter(({ label }) => label === title));
}

async function mustBeAsRead(document: vscode.TextDocument, readAt: string): Promise<void> {
  const { mtime } = await vscode.workspace.fs.stat(document.uri);
  if (document.isDirty || mtime > Date.parse(readAt)) throw changed(document);
}

function changed(document: vscode.TextDocument): Problem {
  return new Problem('not-understood', `${nameOf(document)} has changed since it was read.`, {
    hint: 'Save it and run the check again.',
  });
}

function nameOf({ uri }: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(uri);
}
