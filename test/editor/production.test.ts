import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { chooseAsBefore, chooseThrough } from '../support/editor-connection';
import { eventually, hoverWithPlan, lensesOf, openText, planTabs, positionOf } from '../support/editor-helpers';
import { RecordingProxy } from '../support/recording-proxy';

const query = 'SELECT id, title FROM posts WHERE author_id = 1500 ORDER BY created_at DESC LIMIT 10;\n';

/** Of the extension's own statements each begins so: the frame, the settings, the catalog, the statistics. */
const harmless = /^\s*(BEGIN|ROLLBACK|COMMIT|SET|SHOW|SELECT|WITH|DISCARD|DEALLOCATE)\b/i;

describe('a production database', () => {
  let proxy: RecordingProxy;

  before(async function () {
    this.timeout(60_000);
    const url = new URL(process.env.PLANLIGHT_TEST_DATABASE_URL ?? '');
    proxy = await RecordingProxy.start(url.hostname, Number(url.port));
    await chooseThrough(proxy.port, { name: 'the shop', environment: 'production' });
  });

  after(async () => {
    await chooseAsBefore();
    await proxy?.stop();
  });

  it('is asked for its statistics only; the planner in memory does the rest and says so', async function () {
    this.timeout(60_000);
    const document = await openText(query);
    const hover = await hoverWithPlan(document, 'author_id');
    assert.match(hover, /planned in memory with the statistics of blog/);
    const title = await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return lens?.command?.title.includes('cost') && lens.command.title;
    });
    assert.match(title, /^Explain · cost [\d,.]+ in memory · Seq Scan on posts/);
    assert.ok(proxy.statements.length > 0, 'the proxy saw the statistics being read');
    for (const statement of proxy.statements) {
      assert.match(statement, harmless);
      assert.doesNotMatch(statement, /1500|\bposts\b|EXPLAIN/i);
    }
  });

  it('plans on the server itself when a person asks for it, and runs nothing', async function () {
    this.timeout(60_000);
    const document = await openText(query);
    const position = positionOf(document, 'author_id');
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('planlight.explainQuery');
    await eventually('the plan view', () => planTabs().length > 0);
    const asked = proxy.statements.filter((statement) => /\bposts\b/.test(statement));
    assert.ok(asked.some((statement) => /^EXPLAIN/i.test(statement)));
    for (const statement of asked) assert.doesNotMatch(statement, /ANALYZE\s*(,|\)|true|on)/i);
  });
});
