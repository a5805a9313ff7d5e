import * as vscode from 'vscode';

/** What a person has to fill in, and must know, before what was opened is used. */
export function tellBefore(placeholders: readonly string[], note: string | undefined): void {
  const filled = placeholders.length === 0 ? [] : [`To be filled in: ${placeholders.join('; ')}`];
  const said = [...(note === undefined ? [] : [note]), ...filled];
  if (said.length > 0) void vscode.window.showInformationMessage(`Planlight: ${said.join(' ')}`);
}
