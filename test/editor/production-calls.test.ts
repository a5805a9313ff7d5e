import assert from 'node:assert/strict';
import pg from 'pg';
import * as vscode from 'vscode';
import { closeAll, eventually, lensesOf, openFile } from '../support/editor-helpers';

const configuration = () => vscode.workspace.getConfiguration('planlight');
const calls = /· 7 calls, [\d.<]+ m?s mean, [<\d.]+ % of all time since \d\d:\d\d$/;

describe('What the server counted, above the code', function () {
  this.timeout(90_000);
  let client: pg.Client;

  before(async () => {
    client = new pg.Client({ connectionString: process.env.PLANLIGHT_TEST_DATABASE_URL });
    await client.connect();
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await client.query('SELECT pg_stat_statements_reset()');
    for (let id = 1; id <= 7; id++) {
      await client.query('SELECT id, username, display_name FROM users WHERE id = ANY($1)', [[id]]);
    }
  });
  after(async () => {
    await configuration().update('productionCalls.enabled', undefined, vscode.ConfigurationTarget.Global);
    await client?.query('DROP EXTENSION IF EXISTS pg_stat_statements');
    await client?.end();
    await closeAll();
  });

  const titles = async (document: vscode.TextDocument) =>
    (await lensesOf(document)).map(({ command }) => command?.title ?? '');

  it('is there once a person read the statistics, and not before', async () => {
    const document = await openFile('src/services/feed.js');
    await eventually('the lenses', async () => (await titles(document)).length > 0);
    assert.ok(!(await titles(document)).some((title) => title.includes('of all time')));
    await vscode.commands.executeCommand('planlight.readStatistics');
    const found = await eventually('the calls', async () =>
      (await titles(document)).find((title) => calls.test(title)),
    );
    assert.match(found, /^Explain · /);
  });

  it('can be switched off', async () => {
    const document = await openFile('src/services/feed.js');
    await configuration().update('productionCalls.enabled', false, vscode.ConfigurationTarget.Global);
    await eventually('no calls', async () => {
      const shown = await titles(document);
      return shown.length > 0 && !shown.some((title) => title.includes('of all time'));
    });
  });
});

describe('A guided diagnosis', function () {
  this.timeout(90_000);
  after(closeAll);

  it('asks its checks and shows a page with the conclusion', async () => {
    await vscode.commands.executeCommand('planlight.diagnosePoolExhausted');
    const tab = await eventually('the page', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ label }) => label === 'Connection pool exhausted'),
    );
    assert.ok(tab.input instanceof vscode.TabInputWebview);
  });
});
