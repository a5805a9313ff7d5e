import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, hoverAt, hoverWithPlan, openText, positionOf } from '../support/editor-helpers';

describe('growth', () => {
  afterEach(closeAll);

  it('is told in the hover of a query that is fine today and will not be', async function () {
    this.timeout(60_000);
    const document = await openText('SELECT title FROM posts WHERE id = 7;\n\nSELECT count(*) FROM comments;\n');
    const hover = await eventually('the sentence about growth', async () => {
      const text = await hoverAt(document, positionOf(document, 'comments'));
      return text?.includes('Fine today') ? text : undefined;
    });
    const said = hover.replaceAll('\\', '');
    assert.match(
      said,
      /Fine today \(cost [\d,]+\); at about \d\d× \([\d,]+ rows of comments\) this costs 100,000 \(\w[\w ]+ on comments\)\./,
    );
    assert.match(hover, /command:planlight\.showGrowth/);

    // It stands first, so that it was looked at before.
    const lookup = await hoverWithPlan(document, 'posts');
    assert.doesNotMatch(lookup, /Fine today/);
  });

  it('has a page that shows the plan at larger sizes', async function () {
    this.timeout(60_000);
    const document = await openText('SELECT 1;\n\nSELECT * FROM posts WHERE author_id = 17;\n');
    const offset = document.offsetAt(positionOf(document, 'author_id'));
    await vscode.commands.executeCommand('planlight.showGrowth', { uri: document.uri.toString(), offset });
    const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'planlight-growth');
    assert.ok(page);
    const text = page.getText();
    assert.match(text, /^How this query grows: Untitled-\d+, line 3\n\nSELECT \* FROM posts WHERE author_id = 17\n/);
    assert.match(text, /\n *today +20,000 rows of posts +cost [\d,]+ +\w.* on posts\n/);
    assert.match(text, /\n1,000× +20,000,000 rows of posts +cost [\d,]+ +\w.* on posts\n/);
    assert.match(text, /\nIts cost grows as fast as the tables: twice the rows, twice the cost\.\n/);
    assert.ok(vscode.window.visibleTextEditors.some((editor) => editor.document === page));
  });
});
