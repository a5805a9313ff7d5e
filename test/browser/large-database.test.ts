import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { GuideViews, type ViewName } from '../support/guide-views';
import { makeTables } from '../support/many-tables';
import { type PostgresServer, startPostgres } from '../support/postgres-server';

describe('A database of 20,000 tables', function () {
  this.timeout(300_000);

  let server: PostgresServer;
  let session: BrowserSession;
  let views: GuideViews;

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } });
    await makeTables(server.connectionString(), 20_000);
    session = await BrowserSession.open({ env: { DATABASE_URL: server.connectionString() } });
    views = new GuideViews(session);
  });

  after(async () => {
    await session?.close();
    await server?.stop();
  });

  reportingFailures(() => session);

  /** The rows that are drawn. */
  const drawn = (view: ViewName) => views.pane(view).getByRole('treeitem').count();

  it('shows its tables while it is still read, and the editor answers meanwhile', async () => {
    await views.open('Maintenance');
    await views.button('Maintenance', 'Read the Statistics').click();
    await views.row('Maintenance', /^Dead rows: 20,000$/).waitFor({ timeout: 60_000 });
    await session.openFile('src/services/posts.js');
    await session.page.keyboard.type('// typed meanwhile');
    await session.editor.locator('.view-line', { hasText: 'typed meanwhile' }).waitFor();
    await views.ended(/Reading the statistics/);
    await session.extensionAnswers();
  });

  it('has lists of which only the rows in sight are drawn, and says how many there are', async () => {
    await views.open('Maintenance');
    await views.row('Maintenance', /^tenant_\d+: /).waitFor();
    assert.ok((await drawn('Maintenance')) < 100);
    await views.open('Indexes');
    await views.expand('Indexes', /^All, the largest first: 20,000$/);
    await views.row('Indexes', /^tenant_\d+_pkey on tenant_/).waitFor();
    assert.ok((await drawn('Indexes')) < 100);
    await views.row('Indexes', /^tenant_\d+_pkey on tenant_/).click();
    await session.page.keyboard.press('End');
    await views.row('Indexes', /and 19,800 more/).waitFor();
  });

  it('finds one of them by its name', async () => {
    await views.action('Indexes', 'Filter the Indexes').click();
    const input = session.page.locator('.quick-input-widget input.input');
    await input.fill('tenant_19999_pkey');
    await session.page.keyboard.press('Enter');
    await views.row('Indexes', /^All, the largest first: 1$/).waitFor();
    await views.row('Indexes', /^tenant_19999_pkey on tenant_19999/).waitFor();
  });

  it('has a checklist whose points say at once that they are asked, and then what was found', async () => {
    await views.open('Checklist');
    await views.button('Checklist', 'Run the Checklist').click();
    await views.row('Checklist', /^Bottleneck identified: unknown\. Being asked…/).waitFor();
    await views
      .row('Checklist', /^Bottleneck identified: (passed|needs attention|failed)\. /)
      .waitFor({ timeout: 120_000 });
  });

  it('has a dashboard that draws its charts first and then its longest lists, cut', async () => {
    await session.runCommand('Planlight: Open Dashboard');
    const page: Frame = await session.webview('.charts .tile');
    await page.locator('.status', { hasText: 'Live' }).waitFor();
    await page
      .locator('.panel.dead td', { hasText: /^tenant_\d+$/ })
      .first()
      .waitFor({ timeout: 60_000 });
    assert.ok((await page.locator('.panel.dead tbody tr').count()) <= 20);
    await page.locator('.panel.dead', { hasText: 'and 19,980 more' }).waitFor();
  });
});
