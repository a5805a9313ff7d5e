import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, openFile } from '../support/editor-helpers';

describe('the view Queries', () => {
  afterEach(closeAll);

  it('opens a query where it stands, and asks for plans only when it is told to', async () => {
    await vscode.commands.executeCommand('planlight.queries.focus');
    await vscode.commands.executeCommand('planlight.refreshQueries');
    const document = await openFile('src/services/digest.js');
    const offset = document.getText().indexOf('User.findByPk');
    await vscode.commands.executeCommand('planlight.openQuery', { uri: document.uri.toString(), offset });
    const editor = await eventually('the query', () => {
      const active = vscode.window.activeTextEditor;
      return active && active.document.offsetAt(active.selection.active) === offset && active;
    });
    assert.equal(editor.document.uri.toString(), document.uri.toString());
    await vscode.commands.executeCommand('planlight.planQueries');
  });
});
