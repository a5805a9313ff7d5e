import * as vscode from 'vscode';
import type { CommandFix } from '../../nouns/check';
import { shellLine } from './shell-line';
import { tellBefore } from './tell-before';

/** Puts the command into a terminal without pressing Enter; one of several lines opens as a text instead. */
export async function offerCommand({ command, placeholders, note }: CommandFix): Promise<void> {
  const line = shellLine(command);
  if (line === undefined) {
    const comments = [...placeholders, ...(note === undefined ? [] : [note])].map((text) => `# ${text}\n`).join('');
    const content = `${comments}${command}\n`;
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ content, language: 'shellscript' }),
      { preview: false },
    );
    return;
  }
  const terminal = vscode.window.terminals.find(({ name }) => name === 'Planlight') ?? newTerminal();
  terminal.show(true);
  terminal.sendText(line, false);
  tellBefore(placeholders, note);
}

function newTerminal(): vscode.Terminal {
  return vscode.window.createTerminal({ name: 'Planlight' });
}
