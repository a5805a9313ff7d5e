import assert from 'node:assert/strict';
import { Client } from 'pg';
import { BlogDatabase } from '../support/blog-database';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { GuideViews } from '../support/guide-views';
import { RecordingProxy } from '../support/recording-proxy';

const sample = () => new URL(process.env.PLANLIGHT_TEST_DATABASE_URL ?? '');

/** As src/services/comments.js of the sample sends it. */
const latestComments =
  'SELECT id, author_id, body, created_at FROM comments WHERE post_id = $1 ORDER BY created_at DESC LIMIT $2';

const sentByNobody = 'SELECT body FROM comments WHERE author_id = $1 AND created_at > now()';

/** The sample's database as `user`, through `port`. */
function urlOf({ port, user }: { readonly port?: number; readonly user?: string }): string {
  const url = sample();
  if (port !== undefined) url.port = String(port);
  if (user !== undefined) url.username = user;
  url.searchParams.set('sslmode', 'disable');
  return url.toString();
}

describe('The views of the guide', function () {
  this.timeout(180_000);

  let client: Client;
  let database: BlogDatabase;

  before(async () => {
    database = await BlogDatabase.open();
    client = new Client({ connectionString: sample().toString() });
    await client.connect();
    await client.query(`DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  });

  after(async () => {
    await database?.dropAddedIndexes();
    await database?.close();
    await client?.query('DROP ROLE plain');
    await client?.end();
  });

  describe('with a database', () => {
    let proxy: RecordingProxy;
    let session: BrowserSession;
    let views: GuideViews;

    before(async () => {
      await client.query('UPDATE posts SET title = title WHERE id % 2 = 0');
      await client.query('SELECT pg_stat_force_next_flush()');
      proxy = await RecordingProxy.start(sample().hostname, Number(sample().port));
      session = await BrowserSession.open({ env: { DATABASE_URL: urlOf({ port: proxy.port }) }, theme: 'dark' });
      views = new GuideViews(session);
    });

    after(async () => {
      await session?.close();
      await proxy?.stop();
      await client.query('DROP EXTENSION IF EXISTS pg_stat_statements');
    });

    reportingFailures(() => session);

    it('say what they would do, and ask the server nothing before somebody asks', async () => {
      await views.open('Checklist');
      await views.button('Checklist', 'Run the Checklist').waitFor();
      await views.open('Maintenance');
      await views.button('Maintenance', 'Read the Statistics').waitFor();
      assert.deepEqual(proxy.statements, []);
    });

    it('show each point with its state as a word, and what decided it', async () => {
      await views.open('Checklist');
      await views.button('Checklist', 'Run the Checklist').click();
      await views
        .row('Checklist', /^Regular maintenance scheduled: (failed|needs attention)\. /)
        .waitFor({ timeout: 60_000 });
      await views.expand('Checklist', /^Regular maintenance/);
      await views.row('Checklist', /^Dead rows are cleaned up: needs attention\. posts has [\d,]+ dead rows/).waitFor();
    });

    it('show the details of a check beside the code, with its evidence and its fixes', async () => {
      await views.row('Checklist', /^Dead rows are cleaned up/).click();
      const page = await session.webview('h1');
      assert.equal(await page.locator('h1').innerText(), 'Regular maintenance scheduled');
      assert.match(await page.locator('table').first().innerText(), /posts/);
      await page.getByRole('button', { name: 'Run it…' }).waitFor();
      await session.picture('check');
    });

    it('run a fix after a question that names the database, and say in numbers what it changed', async () => {
      const page = await session.webview('h1');
      await page.getByRole('button', { name: 'Run it…' }).click();
      const question = await session.answer('Run');
      assert.match(question, /VACUUM \(ANALYZE\) posts on blog on 127\.0\.0\.1:\d+ \(development\)/);
      const said = await session.notification(/Dead rows of posts: /, 60_000);
      assert.match(said, /Dead rows of posts: \d+ % \([\d,]+\) → 0 % \(0\)/);
      await views.row('Checklist', /^Dead rows are cleaned up: passed\. /).waitFor();
      await views.open('History');
      await views.row('History', /^VACUUM \(ANALYZE\) posts, applied just now\. Dead rows of posts: /).waitFor();
    });

    it('list indexes and tables, with what can be done to them', async () => {
      await views.open('Maintenance');
      await views.expand('Maintenance', /^Age in transactions/);
      await views.row('Maintenance', /^comments: [\d,]+ · \d+ % of autovacuum_freeze_max_age/).waitFor();
      await views.open('Indexes');
      await views.expand('Indexes', /^All, the largest first/);
      await views.row('Indexes', /^comments_pkey on comments, [\d.]+ MB/).waitFor();
    });

    it('create a missing index, and say what its query costs and takes before and after', async () => {
      await views.row('Indexes', /, missing\. cost /).click();
      const question = await session.answer('Create Index');
      assert.match(question, /CREATE INDEX CONCURRENTLY/);
      const said = await session.notification(/Cost of the query: /, 60_000);
      assert.match(said, /Cost of the query: [\d,.]+ → [\d,.]+; Time of the query: [\d,.<]+ m?s → [\d,.<]+ m?s/);
      assert.equal((await database.addedIndexes()).length, 1);
    });

    it('list the statements that take the time, and lead to the code that sends them', async () => {
      await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
      await client.query('SELECT pg_stat_statements_reset()');
      // By an index it may take less time than can be told.
      await client.query('SET enable_indexscan = off');
      await client.query('SET enable_bitmapscan = off');
      for (let post = 1; post <= 20; post++) await client.query(latestComments, [post, 5]);
      await client.query('RESET enable_indexscan');
      await client.query('RESET enable_bitmapscan');
      for (let id = 1; id <= 20; id++) await client.query(sentByNobody, [id]);
      await views.open('Workload');
      await views.row('Workload', /does not count its statements/).waitFor();
      await session.runCommand('Planlight: Read the Statistics of the Database');
      const row = views.row(
        'Workload',
        /· 20 × [\d,.]+ m?s, sent by this workspace comments\.js\. SELECT id, author_id/,
      );
      await views.ended(/Reading the statistics/);
      await row.click();
      await session.page.locator('.tab.active[data-resource-name="comments.js"]').waitFor();
    });

    it('advise on one of them that no code sends, with what is counted and an index to create', async () => {
      await views.open('Workload');
      await views.press('Workload', /· 20 × .*sent by nobody.*SELECT body FROM comments/, 'Advise on the Statement');
      const page = await session.webview('h1:has-text("Advice on a statement")');
      await page.getByRole('button', { name: 'Create the index…' }).first().waitFor();
      assert.match(await page.locator('main').innerText(), /20 calls, .* 1 index would help[\s\S]*Standard deviation/);
    });

    it('keep what they showed when a run is cancelled', async () => {
      await views.open('Checklist');
      // The view grows when it is opened.
      await views.row('Checklist', /^Monitoring and alerts configured/).waitFor();
      // Numbers move on where the run was quicker than the hand.
      const states = async () => (await views.rows('Checklist')).map((row) => row.split('.')[0]);
      const before = await states();
      await session.runCommand('Planlight: Run the Checklist');
      await session.notification(/Going through the checklist/);
      await session.pressInNotification(/Going through the checklist/, 'Cancel');
      await views.ended(/Going through the checklist/);
      assert.deepEqual(await states(), before);
    });

    it('keep what they showed when the server goes away, say so, and come back with it', async () => {
      const { port } = proxy;
      const before = await views.rows('Checklist');
      await proxy.stop();
      await session.runCommand('Planlight: Run the Checklist');
      const message = views.message('Checklist').filter({ hasText: /What is shown was read/ });
      await message.waitFor({ timeout: 60_000 });
      await views.ended(/Going through the checklist/);
      const states = (rows: readonly string[]) => rows.map((row) => row.split('.')[0]);
      assert.deepEqual(states(await views.rows('Checklist')).slice(0, 2), states(before).slice(0, 2));
      proxy = await RecordingProxy.start(sample().hostname, Number(sample().port), port);
      await session.runCommand('Planlight: Run the Checklist');
      await message.waitFor({ state: 'detached', timeout: 60_000 });
    });

    it('can be read in every theme', async () => {
      await views.ended(/Going through the checklist/);
      for (const theme of ['light', 'high contrast'] as const) {
        await session.setTheme(theme);
        await views.open('Checklist');
        await views.row('Checklist', /^Bottleneck identified: /).waitFor();
      }
    });
  });

  it('say to a user without privileges what is hidden and who could see it', async () => {
    const session = await BrowserSession.open({ env: { DATABASE_URL: urlOf({ user: 'plain' }) } });
    try {
      const views = new GuideViews(session);
      await views.open('Checklist');
      await views.button('Checklist', 'Run the Checklist').click();
      await views.row('Checklist', /^Bottleneck identified: (?!.*Being asked)/).waitFor({ timeout: 60_000 });
      await views.expand('Checklist', /^Bottleneck identified/);
      await views.expand('Checklist', /^Connections are left/);
      await views.row('Checklist', /pg_monitor|pg_read_all_stats/).waitFor();
    } finally {
      await session.close();
    }
  });

  it('judge the workspace alone where no database is chosen, and say what is missing', async () => {
    const session = await BrowserSession.open({ env: { DATABASE_URL: undefined } });
    try {
      const views = new GuideViews(session);
      await views.open('Checklist');
      await session.statusBar(/blog@/);
      await session.runCommand('Planlight: Choose Database');
      await session.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Plan in memory' }).click();
      await views.button('Checklist', 'Choose Database').waitFor();
      await views.button('Checklist', 'Run the Checklist').click();
      await views
        .row('Checklist', /^Bottleneck identified: unknown\. The server was not asked\./)
        .waitFor({ timeout: 60_000 });
      await views.expand('Checklist', /^Bottleneck identified/);
      await views.expand('Checklist', /^Connections are left: unknown/);
      await views.row('Checklist', /^No database is chosen\./).waitFor();
    } finally {
      await session.close();
    }
  });
});
