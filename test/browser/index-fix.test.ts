import assert from 'node:assert/strict';
import { BlogDatabase } from '../support/blog-database';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { eventually } from '../support/eventually';

const file = 'src/services/comments.js';
const ofPost = 'post_id = $1';

describe('A slow query in the installed extension', function () {
  this.timeout(120_000);

  let database: BlogDatabase;
  let session: BrowserSession;

  before(async () => {
    database = await BlogDatabase.open();
    session = await BrowserSession.open();
    await session.openFile(file);
  });

  after(async () => {
    await session?.close();
    await database?.dropAddedIndexes();
    await database?.close();
  });

  reportingFailures(() => session);

  it('is planned on the database that the status bar names', async () => {
    assert.match(await session.statusBar(/blog@127\.0\.0\.1/), /blog@127\.0\.0\.1/);
  });

  it('has a lens that says how long it takes, what takes it, and that there is a fix', async () => {
    await session.lenses(/^Explain · [\d.,<]+ m?s · Seq Scan on comments · 1 fix$/);
    await session.picture('lens');
  });

  it('has a hover with the plan, the finding and the proved fix', async () => {
    await session.placeCursor(file, ofPost, 3);
    const text = await session.hover(/CREATE INDEX/);
    assert.match(text, /Seq Scan on comments/);
    assert.match(text, /CREATE INDEX CONCURRENTLY \w+ ON comments \(post_id, created_at/);
    assert.match(text, /cost [\d,.]+ → [\d,.]+/);
    assert.match(text, /indexes on comments instead of 1/);
    await session.picture('hover');
    await session.page.keyboard.press('Escape');
  });

  it('stands in the Problems panel', async () => {
    const problems = await session.problems(/rows of comments/);
    assert.ok(
      problems.some((text) => /Planlight/.test(text)),
      problems.join('\n'),
    );
  });

  it('shows its plan with the index before there is one, and goes back', async () => {
    await session.goToProblem(/rows of comments.*\(post_id, created_at/s);
    await session.applyQuickFix(/post_id, created_at.*show the plan/);
    const plan = await session.webview('h1');
    await plan.locator('main', { hasText: /Without the index.*Seq Scan.*With the index.*Index Scan/s }).waitFor();
    assert.match(await plan.locator('aside').innerText(), /CREATE INDEX CONCURRENTLY[\s\S]*index writes/);
    assert.deepEqual(await database.addedIndexes(), []);
    await plan.locator('button', { hasText: 'Back to the plan' }).click();
    await plan.locator('main', { hasText: 'With the index' }).waitFor({ state: 'detached' });
    await session.closeTab(/^Plan · /);
  });

  it('keeps no unfinished index when its build is cancelled, and says so', async () => {
    const endWriting = await database.writeTo('comments');
    try {
      await session.goToProblem(/rows of comments.*\(post_id, created_at/s);
      await session.applyQuickFix(/post_id, created_at.*run on blog/);
      await session.answer('Create Index');
      await session.notification(/Creating comments_post_id/);
      await eventually('the build', () => database.isRunning('CREATE INDEX CONCURRENTLY'));
      assert.equal((await database.invalidIndexes()).length, 1);
      await session.pressInNotification(/Creating comments_post_id/, 'Cancel');
      await eventually('the end of the build', async () => !(await database.isRunning('CREATE INDEX')));
    } finally {
      await endWriting();
    }
    const said = await session.notification(/cancelled/);
    assert.match(said, /Planlight: Creating comments_post_id\w* was cancelled; no unfinished index was left behind\./);
    assert.deepEqual(await database.invalidIndexes(), []);
    assert.deepEqual(await database.addedIndexes(), []);
  });

  it('gets its index by a quick fix, and the plan changes from Seq Scan to Index Scan', async () => {
    await session.goToProblem(/rows of comments.*\(post_id, created_at/s);
    await session.applyQuickFix(/post_id, created_at.*run on blog/);
    const question = await session.answer('Create Index');
    assert.match(question, /blog on 127\.0\.0\.1:\d+ \(development\)/);
    assert.match(question, /CREATE INDEX CONCURRENTLY/);
    const said = await session.notification(/the index is there/);
    assert.match(said, /cost [\d,.]+ → Index Scan.*cost [\d,.]+/s);
    assert.equal((await database.addedIndexes()).length, 1);
    assert.match((await database.addedIndexes())[0] ?? '', /ON public\.comments USING btree \(post_id, created_at/);
  });

  it('shows before and after side by side in the plan view', async () => {
    const plan = await session.webview('h1');
    await plan.locator('main >> text=Before').first().waitFor();
    await plan.locator('main >> text=After').first().waitFor();
    // The second picture is drawn a moment after the first.
    await plan.locator('main', { hasText: /Seq Scan.*After.*Index Scan/s }).waitFor();
    await session.picture('before-after');
  });

  it('is no finding any more once the index is there', async () => {
    await session.runCommand('View: Focus First Editor Group');
    await session.placeCursor(file, ofPost, 3);
    const text = await session.hover(/Index Scan/);
    assert.doesNotMatch(text, /Seq Scan/);
  });
});
