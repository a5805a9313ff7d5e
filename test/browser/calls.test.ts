import assert from 'node:assert/strict';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { GuideViews } from '../support/guide-views';

const digest = 'src/services/digest.js';

describe('Calls of a query library', function () {
  this.timeout(120_000);

  let session: BrowserSession;

  before(async () => {
    session = await BrowserSession.open();
    await session.openFile(digest);
    await session.lenses(/Explain ·/);
  });

  after(() => session?.close());

  reportingFailures(() => session);

  it('say their SQL and their plan where the mouse rests', async () => {
    await session.placeCursor(digest, 'User.findByPk', 8);
    const text = await session.hover(/Index Scan using users_pkey/);
    assert.match(text, /sequelize sends this/);
    assert.match(text, /FROM "users" AS "User"/);
    await session.picture('call-hover');
  });

  it('are problems where they are sent once for each row', async () => {
    const problems = await session.problems(/findByPk is sent once for each post.*1 query instead of 11/);
    assert.ok(problems.length > 0);
    await session.picture('call-problems');
  });

  it('are listed by file and, once planned, by cost', async () => {
    await session.runCommand('View: Show Planlight');
    await new GuideViews(session).open('Queries');
    const rows = session.page.locator('.part.sidebar .monaco-list-row');
    const file = rows.filter({ hasText: 'digest.js' });
    await file.waitFor();
    await file.click();
    await rows.filter({ hasText: 'User.findByPk' }).waitFor();
    await session.picture('queries-by-file');
    await session.runCommand('Planlight: Plan All Queries');
    await rows
      .filter({ hasText: /cost [\d,.]+/ })
      .first()
      .waitFor({ timeout: 60_000 });
    await session.picture('queries-by-cost');
    const first = (await rows.first().innerText()).replaceAll('\n', ' ');
    assert.match(first, /cost [\d,]{5,}/, 'the dearest stands first');
  });
});
