import * as vscode from 'vscode';

import { eventually } from './eventually';

export { eventually };

/** An unsaved document in an editor that can be seen. */
export async function openText(content: string, language = 'sql'): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document, { preview: false });
  await isActive(document);
  // VS Code gives the name again while it still closes the document that had it; then that one's text comes back.
  await eventually('the text', async () => {
    if (document.getText() === content) return true;
    const edit = new vscode.WorkspaceEdit();
    const end = document.positionAt(document.getText().length);
    edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), content);
    await vscode.workspace.applyEdit(edit);
    return document.getText() === content;
  });
  return document;
}

/** On a busy machine the extension host hears a moment later which editor is active. */
async function isActive(document: vscode.TextDocument): Promise<void> {
  await eventually('the editor', () => vscode.window.activeTextEditor?.document === document);
}

/** A file of the workspace in an editor that can be seen. */
export async function openFile(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(workspaceUri(path));
  await vscode.window.showTextDocument(document, { preview: false });
  await isActive(document);
  return document;
}

export function workspaceUri(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('The tests want a folder to be open.');
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Closes all editors and throws unsaved text away. */
export async function closeAll(): Promise<void> {
  for (let tries = 0; tries < 20 && vscode.window.tabGroups.all.some((group) => group.tabs.length > 0); tries++) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  // The next unsaved document gets the same name; while the old one is there, it would get its text too.
  const areGone = () => !vscode.workspace.textDocuments.some((document) => document.isUntitled);
  await eventually('the end of the unsaved documents', areGone);
}

/** The position of `text` in the document, in its middle. */
export function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  if (offset < 0) throw new Error(`The document does not contain ${text}`);
  return document.positionAt(offset + Math.floor(text.length / 2));
}

export function diagnosticsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter((diagnostic) => diagnostic.source === 'Planlight');
}

export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** The text of Planlight's hover at the position; other extensions' hovers are left out. */
export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<string | undefined> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const texts = hovers.flatMap((hover) => hover.contents.map((part) => (typeof part === 'string' ? part : part.value)));
  return texts.find((text) => text.includes('planlight.') || text.includes('Syntax error'));
}

/** Waits for a hover that shows a plan: an estimate or a run. */
export async function hoverWithPlan(document: vscode.TextDocument, text: string): Promise<string> {
  return eventually(`a plan in the hover of ${text}`, async () => {
    const hover = await hoverAt(document, positionOf(document, text));
    return hover?.includes('planlight.openPlan') ? hover : undefined;
  });
}

export async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    1_000,
  );
  return lenses.filter(({ command }) => /^(Explain|Planlight)/.test(command?.title ?? ''));
}

/** So many are asked for their edits, which those over several files have only then. */
const MOST_ACTIONS = 30;

export async function actionsAt(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
    MOST_ACTIONS,
  );
  // The command that gives the actions leaves their diagnostics out.
  return actions.filter(({ command, edit }) => edit !== undefined || command?.command.startsWith('planlight.'));
}

/** Runs a code action as the light bulb does. */
export async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit) await vscode.workspace.applyEdit(action.edit);
  if (action.command) {
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
  }
}

/** Picks the item whose label fits from each list of `showQuickPick` while `work` runs, and gives all that was offered. */
export async function picking(label: RegExp, work: () => Promise<unknown>): Promise<vscode.QuickPickItem[]> {
  const offered: vscode.QuickPickItem[] = [];
  const original = vscode.window.showQuickPick;
  const replacement = async (items: readonly vscode.QuickPickItem[]) => {
    offered.push(...items);
    return items.find((item) => label.test(item.label));
  };
  Object.assign(vscode.window, { showQuickPick: replacement });
  try {
    await work();
    return offered;
  } finally {
    Object.assign(vscode.window, { showQuickPick: original });
  }
}

/** Answers the next questions with the button `answer`, and tells what was asked. Dialogs cannot be clicked in a test host. */
export async function answering<T>(
  answer: string | undefined,
  work: () => Promise<T>,
  kind: 'showWarningMessage' | 'showInformationMessage' = 'showWarningMessage',
): Promise<{ result: T; asked: string[] }> {
  const asked: string[] = [];
  const original = vscode.window[kind];
  const replacement = async (message: string) => {
    asked.push(message);
    return answer;
  };
  Object.assign(vscode.window, { [kind]: replacement });
  try {
    return { result: await work(), asked };
  } finally {
    Object.assign(vscode.window, { [kind]: original });
  }
}

/** What is shown in error messages while `work` runs. */
export async function errorsShown(work: () => Promise<unknown>): Promise<string[]> {
  return messagesShown('showErrorMessage', work);
}

/** What is shown in warnings while `work` runs. */
export async function warningsShown(work: (shown: readonly string[]) => Promise<unknown>): Promise<string[]> {
  return messagesShown('showWarningMessage', work);
}

/** What is shown in notifications while `work` runs. */
export async function informationShown(work: () => Promise<unknown>): Promise<string[]> {
  return messagesShown('showInformationMessage', work);
}

async function messagesShown(
  kind: 'showErrorMessage' | 'showInformationMessage' | 'showWarningMessage',
  work: (shown: readonly string[]) => Promise<unknown>,
): Promise<string[]> {
  const shown: string[] = [];
  const original = vscode.window[kind];
  const replacement = async (message: string) => {
    shown.push(message);
    return undefined;
  };
  Object.assign(vscode.window, { [kind]: replacement });
  try {
    await work(shown);
    return shown;
  } finally {
    Object.assign(vscode.window, { [kind]: original });
  }
}

/** Chooses "Plan in memory" or the first database in the list that Choose Database shows. */
export async function chooseDatabase(which: 'in memory' | 'first' | 'nearest'): Promise<void> {
  const chosen = vscode.commands.executeCommand('planlight.chooseDatabase');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  // The list ends with "Plan in memory" (in a monorepo "The nearest …" after it) and "Add a connection…"; going up from the first item begins at its end.
  const steps = which === 'first' ? 0 : 2;
  for (let step = 0; step < steps; step++) {
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectPrevious');
  }
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await chosen;
}

export function planTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('planlight.plan'));
}
