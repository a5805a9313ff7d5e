// How soon a view shows what was read of a database with 20,000 tables. Prints the milliseconds of each view as JSON.
import { startPostgres } from '../../scripts/lib/postgres.mjs';
import { BrowserSession } from '../support/browser-session';
import { GuideViews, type ViewName } from '../support/guide-views';
import { makeTables } from '../support/many-tables';

const tables = 20_000;
const rounds = 5;
/** What an editor that has just been opened does besides, in ms. */
const settleMs = 1_500;

/** The button that begins it, and the row after which there is something to read. */
const views: readonly { readonly view: ViewName; readonly button: string; readonly row: RegExp }[] = [
  { view: 'Checklist', button: 'Run the Checklist', row: /Being asked/ },
  { view: 'Maintenance', button: 'Read the Statistics', row: /^Dead rows: 20,000$/ },
  { view: 'Indexes', button: 'Read the Statistics', row: /^All, the largest first: 20,000$/ },
];

async function main(): Promise<void> {
  const server = await startPostgres({ settings: { autovacuum: 'off' } });
  try {
    const url = server.connectionString();
    await makeTables(url, tables);
    const figures: Partial<Record<ViewName, number[]>> = {};
    for (let round = 0; round < rounds; round++) {
      for (const { view, button, row } of views) {
        const shown = figures[view] ?? [];
        figures[view] = shown;
        shown.push(await firstPaint(url, view, button, row));
      }
    }
    console.log(JSON.stringify(figures));
  } finally {
    await server.stop();
  }
}

async function firstPaint(url: string, view: ViewName, button: string, row: RegExp): Promise<number> {
  const session = await BrowserSession.open({ env: { DATABASE_URL: url } });
  try {
    const guide = new GuideViews(session);
    await guide.open(view);
    await guide.button(view, button).waitFor();
    await session.page.waitForTimeout(settleMs);
    // Asked in the page itself: what waits outside of it looks twice a second.
    await session.page.evaluate(`void (window.painted = (${untilPainted})(${row}))`);
    await guide.button(view, button).click();
    return await session.page.evaluate<number>('window.painted');
  } finally {
    await session.close();
  }
}

/** From the mouse's button to the frame with the row, in ms. As text: the page knows nothing of our compiler's helpers. */
const untilPainted = `(row) => new Promise((resolve) => {
  let begun;
  document.addEventListener('pointerdown', () => { begun ??= performance.now(); }, { capture: true });
  const look = () => {
    const labels = [...document.querySelectorAll('[role=treeitem]')].map((one) => one.getAttribute('aria-label'));
    const isThere = begun !== undefined && labels.some((label) => row.test(label));
    requestAnimationFrame(isThere ? () => resolve(performance.now() - begun) : look);
  };
  look();
})`;

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
