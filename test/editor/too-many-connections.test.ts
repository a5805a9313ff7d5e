import assert from 'node:assert/strict';
import pg from 'pg';
import * as vscode from 'vscode';
import { chooseAsBefore, chooseThrough } from '../support/editor-connection';
import { closeAll, eventually, openText, positionOf } from '../support/editor-helpers';

describe('A server that takes no more connections', function () {
  this.timeout(120_000);
  let admin: pg.Client;
  let only: pg.Client;

  before(async () => {
    const url = process.env.PLANLIGHT_TEST_DATABASE_URL ?? '';
    admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query('CREATE ROLE crowd LOGIN CONNECTION LIMIT 1');
    only = new pg.Client({ connectionString: Object.assign(new URL(url), { username: 'crowd' }).href });
    await only.connect();
    await chooseThrough(Number(new URL(url).port), { name: 'crowded', environment: 'development', user: 'crowd' });
  });
  after(async () => {
    await chooseAsBefore();
    await only?.end();
    await admin?.query('DROP ROLE crowd');
    await admin?.end();
    await closeAll();
  });

  it('is told with a way to find out why, which says what is known without it', async () => {
    const shown: unknown[][] = [];
    const original = vscode.window.showErrorMessage;
    Object.assign(vscode.window, {
      showErrorMessage: async (...words: unknown[]) => {
        shown.push(words);
        return shown.length === 1 ? 'Find Out Why' : undefined;
      },
    });
    try {
      const document = await openText('SELECT id FROM posts WHERE author_id = 1;\n');
      const position = positionOf(document, 'author_id');
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(position, position);
      await vscode.commands.executeCommand('planlight.explainQuery');
      const [message, ...buttons] = await eventually('the error', () => shown[0], 40_000);
      assert.match(String(message), /has no free connection: too many connections for role "crowd"/);
      assert.deepEqual(buttons, ['Find Out Why', 'Show Log']);
      const isPage = ({ label }: vscode.Tab) => label === 'Connection pool exhausted';
      await eventually('the page', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(isPage), 60_000);
    } finally {
      Object.assign(vscode.window, { showErrorMessage: original });
    }
  });
});
