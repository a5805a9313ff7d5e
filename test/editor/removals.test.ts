import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, hoverWithPlan, openText } from '../support/editor-helpers';

describe('Show Indexes That Could Go', () => {
  before(async () => {
    await hoverWithPlan(await openText('SELECT id FROM posts WHERE author_id = 17;\n'), 'author_id');
  });
  after(closeAll);

  it('opens a script that cannot be edited, of the database in use', async () => {
    await vscode.commands.executeCommand('planlight.showRemovableIndexes');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'planlight-indexes');
    assert.equal(document.languageId, 'sql');
    const said = /^-- (?:No duplicate, redundant, invalid or unused index in|\d+ index(?:es)? of) blog@/;
    // A page that was open before gets its new text a moment later.
    await eventually('the indexes', () => said.test(document.getText()));
  });
});
