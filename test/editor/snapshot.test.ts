import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  chooseDatabase,
  closeAll,
  errorsShown,
  eventually,
  hoverWithPlan,
  lensesOf,
  openText,
  workspaceUri,
} from '../support/editor-helpers';

describe('the setting planlight.snapshot', () => {
  const uri = workspaceUri('production.json');
  const setting = (value: string | undefined) =>
    vscode.workspace.getConfiguration('planlight').update('snapshot', value, vscode.ConfigurationTarget.Global);
  const write = (text: string) => vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const column = (name: string) => ({ name, type: 'integer', notNull: false });
  const ledger = {
    schema: 'public',
    name: 'ledger',
    kind: 'table',
    columns: [column('id'), column('owner')],
    constraints: [],
    foreignKeys: [],
    indexes: [],
    pages: 10_000,
    rows: 1_000_000,
    allVisiblePages: 10_000,
  };
  const lists = { prelude: [], views: [], availableExtensions: [], searchPath: ['public'], leftOut: [] };
  const snapshot = JSON.stringify({
    planlightSnapshot: 1,
    takenAt: '2026-11-22T10:00:00Z',
    version: 160_004,
    ...lists,
    settings: {},
    extensions: {},
    tables: [ledger],
  });

  before(async function () {
    this.timeout(60_000);
    // The list of databases comes at once only when they have been looked for.
    await hoverWithPlan(await openText('SELECT id FROM posts WHERE author_id = 17;\n'), 'author_id');
    await chooseDatabase('in memory');
  });

  after(async () => {
    await setting(undefined);
    await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
    await chooseDatabase('first');
    await closeAll();
  });

  it('plans from the file, and the hover says from which', async () => {
    await write(snapshot);
    await setting('production.json');
    const document = await openText('SELECT id FROM ledger WHERE owner = 17;\n');
    await eventually(
      'a plan from the file',
      async () => {
        const [lens] = await lensesOf(document);
        return lens?.command?.title.includes('Seq Scan on ledger');
      },
      40_000,
    );
    const hover = (await hoverWithPlan(document, 'owner')).replaceAll('\\', '');
    assert.match(hover, /planned in memory with the snapshot production\.json of 2026-11-22 \(PostgreSQL 16\)/);
    assert.match(hover, /Seq Scan on ledger/);
    assert.doesNotMatch(hover, /assumed/);
  });

  it('tells once that the file is broken, and goes on when it is mended', async () => {
    let document: vscode.TextDocument | undefined;
    const errors = await errorsShown(async () => {
      await write(snapshot.slice(0, 300));
      document = await openText('SELECT id FROM ledger WHERE owner = 18;\n');
      await eventually('the lens without a plan', async () => {
        const [lens] = await lensesOf(document as vscode.TextDocument);
        return lens && !lens.command?.title.includes('ledger');
      });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    });
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /production\.json ends in the middle/);
    await write(snapshot.replace('2026-11-22', '2026-11-23'));
    await eventually('the lens', async () => {
      const [lens] = await lensesOf(document as vscode.TextDocument);
      return lens?.command?.title.includes('Seq Scan on ledger');
    });
    const hover = await hoverWithPlan(document as vscode.TextDocument, 'owner');
    assert.match(hover.replaceAll('\\', ''), /of 2026-11-23/);
  });
});
