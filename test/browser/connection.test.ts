import assert from 'node:assert/strict';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { connectTo, type PostgresServer, startPostgres } from '../support/postgres-server';

const file = 'src/services/posts.js';
const password = 'a right horse';

describe('A connection that a person adds', function () {
  this.timeout(180_000);

  let server: PostgresServer;
  let session: BrowserSession;

  before(async () => {
    server = await startPostgres({ password });
    const admin = await connectTo(server.connectionString());
    await admin.query(
      'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text, slug text, status text, created_at date)',
    );
    await admin.end();
    session = await BrowserSession.open({ env: { DATABASE_URL: undefined } });
    await session.openFile(file);
    await session.lenses(/Explain/, 60_000);
  });

  after(async () => {
    await session?.close();
    await server?.stop();
  });

  reportingFailures(() => session);

  const box = () => session.page.locator('.quick-input-widget');

  async function write(title: RegExp, text: string | undefined): Promise<void> {
    await box().filter({ hasText: title }).waitFor();
    if (text !== undefined) await box().locator('input.input').fill(text);
    await session.page.keyboard.press('Enter');
  }

  it('is asked for in three questions, and a wrong password is told in one sentence', async () => {
    await session.runCommand('Planlight: Choose Database');
    await box().locator('.monaco-list-row', { hasText: 'Add a connection' }).click();
    await write(/1\/3/, `postgres://${server.superuser}@127.0.0.1:${server.port}/postgres?sslmode=disable`);
    await write(/2\/3/, 'development');
    await write(/3\/3/, 'my own');
    await write(/Password of/, 'a wrong horse');
    const said = await session.notification(/password/i);
    assert.doesNotMatch(said, /horse|\n\s+at /);
    await session.statusBar(/postgres@127\.0\.0\.1/);
  });

  it('works with the right password, which is asked for once more', async () => {
    await session.runCommand('View: Focus First Editor Group');
    await session.placeCursor(file, 'author_id = $1', 3);
    await session.runCommand('Planlight: Explain Query');
    await write(/Password of/, password);
    await session.webview('main');
    assert.doesNotMatch(await session.statusBar(/postgres@127\.0\.0\.1/), /no answer/);
  });

  it('is forgotten with its button', async () => {
    await session.runCommand('Planlight: Choose Database');
    const row = box().locator('.monaco-list-row', { hasText: 'my own' });
    await row.hover();
    await row.locator('.action-label.codicon-trash').click();
    await session.notification(/forgotten/);
    await session.runCommand('Planlight: Choose Database');
    await box().locator('.monaco-list-row', { hasText: 'Add a connection' }).waitFor();
    assert.equal(await box().locator('.monaco-list-row', { hasText: 'my own' }).count(), 0);
    await session.page.keyboard.press('Escape');
  });
});
