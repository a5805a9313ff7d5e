import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { start, stop } from '../../scripts/lib/processes.mjs';
import { testAmounts } from '../../scripts/lib/sample.mjs';
import { loadSample, startSampleApp } from '../../scripts/lib/sample-load.mjs';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { GuideViews } from '../support/guide-views';

const root = join(__dirname, '../..');

/** What `npm start -- --fresh` says. */
interface Sample {
  readonly url: string;
  readonly folder: string;
  readonly database: string;
}

describe('The checklist, followed from red to green on the sample', function () {
  this.timeout(300_000);

  let program: ChildProcess;
  let sample: Sample;
  let session: BrowserSession;
  let views: GuideViews;
  /** p95 in ms. */
  let slow = 0;

  before(async () => {
    const amounts = Object.entries(testAmounts).flatMap(([name, value]) => [`--${name}`, String(value)]);
    program = start(process.execPath, [join(root, 'scripts/start.mjs'), '--fresh', ...amounts]);
    sample = await said(program);
    session = await BrowserSession.on({ stop: () => stop(program, 20_000) }, sample.url, sample.folder);
    views = new GuideViews(session);
  });

  after(async () => {
    if (session) await session.close();
    else if (program) await stop(program, 20_000);
  });

  reportingFailures(() => session);

  /** The points by their states, as a screen reader says them. */
  async function runChecklist(): Promise<ReadonlyMap<string, string>> {
    await views.open('Checklist');
    await views.collapseOthers('Checklist', /^$/);
    await session.runCommand('Planlight: Run the Checklist');
    await session.notification(/Going through the checklist/);
    await views.ended(/Going through the checklist/);
    const rows = (await views.rows('Checklist')).map((row) => /^(.+?): ([^.]+)\./.exec(row));
    return new Map(rows.map((row) => [row?.[1] ?? '', row?.[2] ?? '']));
  }

  async function load(): Promise<number> {
    const app = await startSampleApp(sample.database, { folder: sample.folder });
    try {
      const { errors, p95 } = await loadSample(app.url, { clients: 20, seconds: 10 });
      assert.equal(errors, 0);
      return p95;
    } finally {
      await app.stop();
    }
  }

  /**
   * Opens the page of a check as a click on its row does, and presses the button of the first fix with such a title; false when
   * there is none. Rows and page are drawn anew with each answer of the checklist: a click on what goes away is made again.
   */
  async function press(point: RegExp, check: string, title: RegExp): Promise<boolean> {
    await views.open('Checklist');
    await views.collapseOthers('Checklist', point);
    await views.expand('Checklist', point);
    for (let attempt = 1; ; attempt++) {
      try {
        await views.row('Checklist', new RegExp(`^${check}`)).click();
        const page = await session.webview(`h2:has-text("${check}")`, 8_000);
        const fixes = page.locator('section', { has: page.locator('h2', { hasText: check }) }).locator('ul.fixes > li');
        const fix = fixes.filter({ has: page.locator('h4', { hasText: title }) });
        if ((await fix.count()) === 0) return false;
        await fix.first().locator('a.button').click();
        return true;
      } catch (error) {
        if (attempt === 4 || !/detached|There was no/.test(String(error))) throw error;
      }
    }
  }

  /** Runs the first fix with such a title on the server, again and again, until none is proposed; gives what was told after each. */
  async function changeServer(point: RegExp, check: string, title: RegExp, answer: string): Promise<string[]> {
    const said: string[] = [];
    while (said.length < 12) {
      if (!(await press(point, check, title))) return said;
      await session.answer(answer);
      said.push(await session.notification(/→|nothing that is measured/, 60_000));
      await session.runCommand('Notifications: Clear All Notifications');
    }
    throw new Error(`There is no end of fixes with ${title}.`);
  }

  /** Makes the first change with such a title after a look at it, saves and asks again, until none is proposed. */
  async function editFiles(point: RegExp, check: string, title: RegExp): Promise<number> {
    for (let made = 0; made < 8; made++) {
      if (!(await press(point, check, title))) return made;
      await session.notification(/stays unsaved until you save/);
      await session.pressInNotification(/unsaved until you save/, 'Make the Change');
      await save();
      await runChecklist();
    }
    throw new Error(`There is no end of edits with ${title}.`);
  }

  async function save(): Promise<void> {
    await session.page.locator('.tab.active.dirty').waitFor();
    await session.page.keyboard.press('Control+S');
    await session.page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  }

  const indexes = () =>
    changeServer(/^Missing indexes/, 'No index is missing', /^Create (?:\w+ )?index/, 'Create Index');

  const drops = () => changeServer(/^Missing indexes/, 'No index is there twice', /drop/i, 'Run');

  it('begins red', async () => {
    const states = await runChecklist();
    assert.equal(states.size, 11);
    assert.deepEqual(
      points.filter((point) => isGreen(states.get(point))),
      ['Read replicas configured, if needed'],
    );
  });

  it('counts statements, and says under load which of them take the time', async () => {
    await changeServer(/^Bottleneck/, 'Statements are counted', /pg_stat_statements/, 'Run');
    slow = await load();
    const states = await runChecklist();
    await session.picture('checklist-before');
    for (const point of ['Slow queries identified and optimized', 'Missing indexes added', 'N+1 queries eliminated'])
      assert.equal(states.get(point), 'failed', point);
  });

  it('has indexes, each measured before and after', async () => {
    const said = await indexes();
    assert.ok(said.length > 0);
    for (const one of said) assert.match(one, /Cost of the query: [\d,.]+ → [\d,.]+; Time of the query: /);
  });

  it('has no loop that sends a query for each row', async () => {
    assert.equal(await editFiles(/^N\+1/, 'No loop sends', /./), 4);
    assert.match(session.read('src/services/feed.js'), /= ANY\(\$1\)/);
    assert.match(session.read('src/services/digest.js'), /include: \['author'\]/);
  });

  it('has pools that fit, maintenance that locks nobody, and somebody who watches', async () => {
    assert.ok((await editFiles(/^Connection pool/, 'Pools fit', /^Set max/)) > 0);
    assert.equal(await editFiles(/^Regular maintenance/, 'No job locks', /./), 1);
    for (const title of [/^Run postgres_exporter: Kubernetes/, /^Write alert rules as/, /^Write a Grafana/]) {
      assert.ok(await press(/^Monitoring/, 'Metrics are collected', title), String(title));
      await save();
    }
  });

  it('is green, and its pages answer in less than a tenth of the time', async () => {
    let after = 0;
    let states: ReadonlyMap<string, string> = new Map();
    // What is dear now was hidden behind what was dearer.
    for (let round = 0; round < 4; round++) {
      await changeServer(/^Slow queries/, 'No statement wastes', /forget what was counted/, 'Run');
      after = await load();
      states = await runChecklist();
      const changes = [...(await indexes()), ...(await drops())];
      if (changes.length === 0) break;
    }
    await session.picture('checklist-after');
    console.log(`    p95 of 20 clients: ${slow.toFixed(0)} ms → ${after.toFixed(0)} ms`);
    // The posts of a popular tag are all read and sorted, whatever index there is: that may stay worth a word.
    const tags = 'Slow queries identified and optimized';
    const slowest = states.get(tags);
    assert.ok(isGreen(slowest) || slowest === 'needs attention', slowest);
    assert.deepEqual(
      points.filter((point) => point !== tags && !isGreen(states.get(point))),
      [],
      JSON.stringify([...states]),
    );
    assert.ok(after * 10 < slow, `p95 ${slow.toFixed(0)} ms → ${after.toFixed(0)} ms`);
  });
});

/** The points of the checklist. */
const points = [
  'Bottleneck identified',
  'Slow queries identified and optimized',
  'Missing indexes added',
  'N+1 queries eliminated',
  'Connection pool sized appropriately',
  'Read replicas configured, if needed',
  'Caching for frequently accessed data',
  'PgBouncer deployed, if it helps',
  'Settings and size fit the machine',
  'Regular maintenance scheduled',
  'Monitoring and alerts configured',
];

/** What does not apply needs nothing. */
function isGreen(state: string | undefined): boolean {
  return state === 'passed' || state === 'not applicable';
}

function said(program: ChildProcess): Promise<Sample> {
  return new Promise((resolve, reject) => {
    let output = '';
    const end = (error: Error) => reject(error);
    program.stdout?.on('data', (chunk) => {
      output += chunk;
      const [url, folder, database] = [/sample: (\S+)/, /Its folder: (\S+)/, /Its database: (\S+)/].map(
        (words) => words.exec(output)?.[1],
      );
      if (url && folder && database) resolve({ url, folder, database });
    });
    program.once('exit', (code) => end(new Error(`npm start ended with exit code ${code}.\n${output}`)));
  });
}
