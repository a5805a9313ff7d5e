import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, hoverWithPlan, openText } from '../support/editor-helpers';

describe('Advise on the Workspace’s Queries', function () {
  this.timeout(60_000);

  before(async () => {
    await hoverWithPlan(await openText('SELECT id FROM posts WHERE author_id = 17;\n'), 'author_id');
  });
  after(closeAll);

  it('opens a page with the indexes for all of them, and what becomes of each query', async () => {
    await vscode.commands.executeCommand('planlight.adviseWorkspace');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'planlight-advice');
    // A page that was open before gets its new text a moment later.
    await eventually('the new text', () => document.getText().includes('with the statistics of blog@'));
    const text = document.getText();
    assert.match(text, /^Cost of \d+ queries: [\d,]+ → [\d,]+ \(.*\) with \d+ new indexes of [\d.]+ [kM]B; /);
    assert.match(text, /CREATE INDEX CONCURRENTLY comments_post_id_created_at_idx ON comments \(post_id, created_at/);
    assert.match(text, /src\/services\/digest\.js:8/, 'what calls of libraries send counts, too');
    assert.match(text, /^Queries that change:\n.*src\/services\/\w+\.\w+:\d+$/m);
    assert.match(text, /Planned in memory, with the statistics of blog@/);
  });
});
