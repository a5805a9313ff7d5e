import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Frame } from 'playwright-core';
import { freePort } from '../../scripts/lib/postgres.mjs';
import { accessibilityProblems } from '../support/accessibility';
import { BrowserSession, reportingFailures, type Theme } from '../support/browser-session';
import { runCli } from '../support/cli';
import { connectTo, type PostgresServer, startPostgres } from '../support/postgres-server';

describe('The dashboard', function () {
  this.timeout(180_000);

  let server: PostgresServer;
  let port: number;
  let dataFolder: string;
  let session: BrowserSession;
  let page: Frame;
  const clients: pg.Client[] = [];
  let isBusy = true;

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'planlight-dashboard-'));
    // Started as root, the server runs as somebody else.
    await chmod(folder, 0o755);
    dataFolder = join(folder, 'data');
    port = await freePort();
    server = await start();
    const admin = await connectTo(server.connectionString());
    await admin.query(`CREATE TABLE "Odd <b>name" (id int); INSERT INTO "Odd <b>name" SELECT generate_series(1, 5000);
      DELETE FROM "Odd <b>name" WHERE id > 1000;
      CREATE TABLE visits (id int PRIMARY KEY, count int); INSERT INTO visits SELECT n, 0 FROM generate_series(1, 20000) AS n`);
    await admin.end();
    for (const pace of [20, 30, 50]) visit(await connect(), pace).catch(() => undefined);
    session = await BrowserSession.open({
      env: { DATABASE_URL: server.connectionString() },
      settings: { 'planlight.dashboard.interval': 1 },
    });
    // The extension's commands are there once it says something.
    await session.openFile('src/services/posts.js');
    await session.lenses(/Explain/, 60_000);
    await session.runCommand('Planlight: Open Dashboard');
    page = await session.webview('.charts .tile');
  });

  after(async () => {
    isBusy = false;
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await session?.close();
    await server?.stop();
    await rm(join(dataFolder, '..'), { recursive: true, force: true, maxRetries: 5 });
  });

  reportingFailures(() => session);

  /** The same server each time: its data stays. */
  const start = () => startPostgres({ port, dataFolder });

  async function connect(): Promise<pg.Client> {
    const client = await connectTo(server.connectionString());
    clients.push(client);
    return client;
  }

  /** Somebody who uses the database, until it is stopped. */
  async function visit(client: pg.Client, pauseMs: number): Promise<void> {
    for (let n = 0; isBusy; n++) {
      await client.query('UPDATE visits SET count = count + 1 WHERE id = $1', [1 + ((n * 7919) % 20_000)]);
      await client.query('SELECT sum(count) FROM visits WHERE id < $1', [(n * 31) % 500]);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (1.5 + Math.sin(n / 20))));
    }
  }

  const tile = (title: string) => page.locator('.tile', { has: page.getByRole('heading', { name: title }) });

  it('names the database and draws its connections over time', async () => {
    await page.locator('.status', { hasText: 'Live' }).waitFor();
    assert.match(await page.locator('h1').innerText(), /^postgres@127\.0\.0\.1:\d+$/);
    await tile('Connections by state').locator('path.line').first().waitFor({ state: 'attached' });
    assert.match(
      await tile('Connections by state').locator('.plot').getAttribute('aria-label').then(String),
      /active: now \d/,
    );
  });

  it('tells how many transactions there are in each second', async () => {
    const commits = tile('Transactions per second').locator('.legend strong').first();
    await commits.filter({ hasText: /^[1-9][\d.,]*\/s$/ }).waitFor();
  });

  it('lists tables with their dead rows, whatever their names are', async () => {
    const panel = page.locator('.panel.dead');
    await panel.locator('td', { hasText: '"Odd <b>name"' }).waitFor();
    assert.match(await panel.innerText(), /4,000/);
  });

  it('breaks no rule of its content security policy', async () => {
    await tile('Connections by state').locator('path.line').first().waitFor({ state: 'attached' });
    const broken = session.messages.filter((one) => /Content Security Policy/.test(one) && /dashboard\./.test(one));
    assert.deepEqual(broken, []);
  });

  it('shows a session that waits below the one that holds it up, without the values of its statement', async () => {
    const holder = await connect();
    const waiter = await connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE "Odd <b>name"');
    const waiting = waiter.query(`SELECT count(*) FROM "Odd <b>name" WHERE id::text = 'a secret'`);
    const pid = async (client: pg.Client) =>
      client.query('SELECT pg_backend_pid() AS pid').then(({ rows }) => rows[0].pid);
    const top = page.locator('.panel.blocked .tree > li', { hasText: `pid ${await pid(holder)}` });
    await top.locator('ul li', { hasText: /waits .* for relation "Odd <b>name", AccessShareLock/ }).waitFor();
    assert.match(await top.innerText(), /idle in transaction for .*, holds up 1/);
    assert.match(await top.innerText(), /id::text = '…'/);
    await tile('Sessions that wait for a lock').locator('.legend strong', { hasText: /^1$/ }).waitFor();
    await holder.query('ROLLBACK');
    await waiting;
    await page.locator('.panel.blocked', { hasText: 'Nobody waits for a lock.' }).waitFor();
  });

  it('tells the values of a chart by keyboard, and as a table', async () => {
    const chart = tile('Connections by state');
    await chart.locator('.plot').focus();
    await session.page.keyboard.press('ArrowLeft');
    await page.locator('[role=status]', { hasText: /\d\d.*: active \d/ }).waitFor({ state: 'attached' });
    await chart.locator('summary').click();
    const row = chart.locator('tbody tr').first();
    await row.waitFor();
    assert.match(await row.innerText(), /\d\d:\d\d:\d\d.*\t\d/);
    await chart.locator('summary').click();
  });

  for (const theme of ['light', 'dark', 'high contrast'] as const satisfies readonly Theme[]) {
    it(`can be used by everybody in a ${theme} theme`, async () => {
      await session.setTheme(theme);
      page = await session.webview('.charts .tile');
      await page.locator('.status', { hasText: 'Live' }).waitFor();
      await tile('Connections by state').locator('path.line').first().waitFor({ state: 'attached' });
      assert.deepEqual(await accessibilityProblems(page), []);
      if (theme === 'dark') await session.picture('dashboard');
    });
  }

  it('says when the server is lost and when it is tried again, keeps what it showed, and recovers', async () => {
    const before = await tile('Connections by state').locator('path.line').first().getAttribute('d');
    await server.stop();
    const status = page.locator('.head.lost .status', { hasText: /Lost at \d\d:.*Next try in \d+ s\./ });
    await status.waitFor();
    assert.ok(before);
    assert.ok(await tile('Connections by state').locator('path.line').first().getAttribute('d'));
    await page.locator('.panel.dead td', { hasText: '"Odd <b>name"' }).waitFor();
    server = await start();
    await page
      .getByRole('button', { name: 'Try Again Now' })
      .click({ timeout: 3_000 })
      .catch(() => undefined);
    await page.locator('.status', { hasText: 'Live' }).waitFor({ timeout: 70_000 });
    await page.locator('.gap').first().waitFor({ state: 'attached' });
    await page.locator('.events summary').click();
    await page.locator('.events li', { hasText: 'The server answers again.' }).waitFor();
    await page.locator('.events li', { hasText: 'The server was restarted.' }).waitFor();
  });

  it('tells a reset of the statistics, and shows no rate for it', async () => {
    const client = await connect();
    await client.query('SELECT pg_stat_reset()');
    await page.locator('.events li', { hasText: 'The statistics were reset' }).waitFor();
  });

  it('is paused and goes on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.status', { hasText: 'Paused' }).waitFor();
    await page.getByRole('button', { name: 'Go On' }).click();
    await page.locator('.status', { hasText: 'Live' }).waitFor();
  });

  for (const format of ['HTML', 'JSON'] as const) {
    it(`writes what it shows into a ${format} file`, async () => {
      const name = `health.${format.toLowerCase()}`;
      await page.getByRole('button', { name: `Export as ${format}` }).click();
      const input = session.page.locator('.quick-input-widget input.input');
      await input.waitFor();
      // The dialog writes its own proposal first.
      await session.page.waitForFunction(
        `document.querySelector('.quick-input-widget input.input').value.includes('health-')`,
      );
      await input.fill(join(session.folder, name));
      await session.page.keyboard.press('Enter');
      await session.notification(new RegExp(name.replace('.', '\\.')));
      const text = session.read(name);
      if (format === 'HTML') {
        assert.match(text, /<h1>Health of postgres@127\.0\.0\.1:\d+<\/h1>/);
        assert.match(text, /<path class="line s0"/);
        assert.match(text, /&quot;Odd &lt;b&gt;name&quot;/);
      } else {
        const report = JSON.parse(text);
        assert.ok(report.live.samples.length > 5);
        assert.ok(report.panels.some(({ id }: { id: string }) => id === 'dead'));
      }
      assert.doesNotMatch(text, /a secret/);
    });
  }

  it('writes a page that everybody can read, in light and dark', async () => {
    await mustBeReadable(session.read('health.html'));
  });

  it('has its report on the command line, too, with the checklist', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'planlight-empty-'));
    const url = server.connectionString();
    const { stdout } = await runCli(['health', '--database', url, '--workspace', folder, '--format', 'html']);
    await rm(folder, { recursive: true });
    assert.match(stdout, /<h2>Checklist<\/h2>[\s\S]*Connections are left[\s\S]*&quot;Odd &lt;b&gt;name&quot;/);
    await mustBeReadable(stdout);
  });

  async function mustBeReadable(html: string): Promise<void> {
    const context = await session.page.context().browser()?.newContext();
    assert.ok(context);
    const reader = await context.newPage();
    await reader.setContent(html);
    await reader.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    for (const colorScheme of ['light', 'dark'] as const) {
      await reader.emulateMedia({ colorScheme });
      assert.deepEqual(await accessibilityProblems(reader), []);
    }
    await context.close();
  }
});
