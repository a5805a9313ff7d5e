import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, openText } from '../support/editor-helpers';

const count = 10_000;

describe('a document of 10,000 statements', () => {
  after(closeAll);

  it('is planned where the person looks, and nowhere else', async function () {
    this.timeout(120_000);
    const text = Array.from({ length: count }, (_, n) => `SELECT id, title FROM posts WHERE id = ${n};`).join('\n');
    const document = await openText(text);
    const first = await eventually('the plans of the first lines', async () => plannedLines(document), 60_000);
    assert.ok(first.length < 500 && Math.max(...first) < 500, `${first.length} planned, to line ${Math.max(...first)}`);
    const editor = await vscode.window.showTextDocument(document);
    const target = new vscode.Range(9_000, 0, 9_000, 0);
    editor.revealRange(target, vscode.TextEditorRevealType.AtTop);
    await eventually(
      'the plans of the lines scrolled to',
      async () => (await plannedLines(document))?.includes(9_000),
      60_000,
    );
  });

  async function plannedLines(document: vscode.TextDocument): Promise<number[] | undefined> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      count,
    );
    const planned = lenses.filter(({ command }) => /^Explain · .*(ms|cost)/.test(command?.title ?? ''));
    return planned.length > 0 ? planned.map(({ range }) => range.start.line) : undefined;
  }
});
