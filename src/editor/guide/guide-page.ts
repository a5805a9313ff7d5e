import * as vscode from 'vscode';
import { points } from '../../guide/points';
import { Problem } from '../../nouns/problem';

/** The page of docs/guide about a point, as the editor shows Markdown. */
export async function openGuidePage(extensionUri: vscode.Uri, point: unknown): Promise<void> {
  if (!points.some(({ id }) => id === point)) throw new Problem('not-understood', 'The guide has no such point.');
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'guide', `${point}.md`);
  try {
    await vscode.workspace.fs.stat(page);
  } catch (cause) {
    throw new Problem('unsupported', 'The guide has no page about this point yet.', { cause });
  }
  await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
}
