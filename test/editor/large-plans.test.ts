import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { chooseAsBefore, chooseThrough } from '../support/editor-connection';
import {
  closeAll,
  errorsShown,
  eventually,
  hoverWithPlan,
  lensesOf,
  openText,
  planTabs,
} from '../support/editor-helpers';
import { type FakeServer, startRewritingProxy } from '../support/fake-server';

/** One node for each part, and the Append over them. */
const parts = 2_000;
const union = `${Array.from({ length: parts }, (_, n) => `SELECT id FROM posts WHERE author_id = ${n}`).join('\nUNION ALL\n')};\n`;

describe('a plan of 2,000 nodes', () => {
  afterEach(closeAll);

  it('is told in a short hover and a short lens, and opens in the plan view', async function () {
    this.timeout(120_000);
    const document = await openText(union);
    const hover = await hoverWithPlan(document, 'author_id = 3\n');
    assert.match(hover, /… [\d,]+ more nodes/);
    assert.match(hover, /Append/);
    assert.ok(hover.split('\n').length < 60, `${hover.split('\n').length} lines`);
    assert.ok(hover.length < 8_000, `${hover.length} characters`);
    const title = await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return /\d m?s ·|cost/.test(lens?.command?.title ?? '') && lens?.command?.title;
    });
    assert.ok(title.length < 120, title);
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.openPlan'));
    assert.deepEqual(shown, []);
    await eventually('the plan view', () => planTabs().length === 1);
  });
});

describe('a plan with a type of node that nobody knows', () => {
  let proxy: FakeServer;

  before(async () => {
    const url = new URL(process.env.PLANLIGHT_TEST_DATABASE_URL ?? '');
    proxy = await startRewritingProxy({ host: url.hostname, port: Number(url.port) }, 'Seq Scan', 'Odd Walk');
    await chooseThrough(proxy.port, { name: 'of the future', environment: 'development' });
  });

  after(async () => {
    await chooseAsBefore();
    await proxy?.close();
  });

  it('is shown with that type’s name in the hover, the lens and the plan view', async () => {
    const document = await openText('SELECT title FROM posts WHERE author_id = 1500 ORDER BY title;\n');
    assert.match(await hoverWithPlan(document, 'author_id'), /Sort[\s\S]*Odd Walk on posts/);
    const title = await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return / m?s · |cost/.test(lens?.command?.title ?? '') && lens?.command?.title;
    });
    assert.match(title, /Odd Walk on posts/);
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.openPlan'));
    assert.deepEqual(shown, []);
    await eventually('the plan view', () => planTabs().length === 1);
  });
});
