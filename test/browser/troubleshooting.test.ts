import assert from 'node:assert/strict';
import type pg from 'pg';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { GuideViews } from '../support/guide-views';
import { connectTo, type PostgresServer, startPostgres } from '../support/postgres-server';

describe('A server that takes no more connections', function () {
  this.timeout(180_000);

  let server: PostgresServer;
  let session: BrowserSession;
  let views: GuideViews;
  const taken: pg.Client[] = [];

  before(async () => {
    server = await startPostgres({
      settings: { max_connections: 5, superuser_reserved_connections: 2, max_wal_senders: 0 },
    });
    const admin = await connectTo(server.connectionString());
    await admin.query('CREATE ROLE web LOGIN');
    await admin.end();
    const url = Object.assign(new URL(server.connectionString()), { username: 'web' }).href;
    for (let i = 0; i < 3; i++) taken.push(await connectTo(url));
    session = await BrowserSession.open({ env: { DATABASE_URL: url } });
    views = new GuideViews(session);
  });

  after(async () => {
    await session?.close();
    for (const client of taken) await client.end();
    await server?.stop();
  });

  reportingFailures(() => session);

  it('is said when the checklist is asked, with the way to find out why', async () => {
    await views.open('Checklist');
    await views.button('Checklist', 'Run the Checklist').click();
    const said = await session.notification(/has no free connection: remaining connection slots are reserved/, 60_000);
    assert.match(said, /postgres@127\.0\.0\.1:\d+ has no free connection/);
    await session.pressInNotification(/has no free connection/, 'Find Out Why');
  });

  it('is diagnosed: what the code says, what is missing, and what would show it', async () => {
    const page = await session.webview('h1:has-text("Connection pool exhausted")', 90_000);
    const text = await page.locator('main').innerText();
    assert.match(text, /The server could not be asked/);
    assert.match(text, /a superuser may still use the reserved ones/);
  });

  it('is shown on the dashboard, with the same way, and is left behind once there is a connection', async () => {
    await session.runCommand('Planlight: Open Dashboard');
    const page = await session.webview('.head.lost');
    await page.locator('.status', { hasText: /has no free connection.*Next try in/ }).waitFor();
    await page.getByRole('button', { name: 'Find Out Why' }).waitFor();
    for (const client of taken.splice(0)) await client.end();
    await page.getByRole('button', { name: 'Try Again Now' }).click();
    await page.locator('.status', { hasText: 'Live' }).waitFor();
    await page.getByRole('button', { name: 'Find Out Why' }).waitFor({ state: 'detached' });
  });
});
