import type { Locator } from 'playwright-core';
import type { BrowserSession } from './browser-session';

export type ViewName = 'Checklist' | 'Workload' | 'Indexes' | 'Maintenance' | 'Queries' | 'History';

/** Planlight's container in the activity bar, as a person uses it. */
export class GuideViews {
  readonly #session: BrowserSession;

  constructor(session: BrowserSession) {
    this.#session = session;
  }

  /** Opens a view. Views share the height: the others are closed, for all rows to be in sight. */
  async open(name: ViewName): Promise<void> {
    const { page } = this.#session;
    const header = page.locator(`.part.sidebar .pane-header[aria-label^="${name}"]`);
    // The list of commands does not grow while it is open: the icon appears when the extension is known.
    if (!(await header.isVisible()))
      await page
        .getByRole('tab', { name: /^Planlight/ })
        .first()
        .click();
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    const open = page.locator('.part.sidebar .pane-header[aria-expanded="true"]');
    const labels = await open.evaluateAll((headers) => headers.map((one) => one.getAttribute('aria-label') ?? ''));
    for (const label of labels) {
      const quoted = label.replaceAll(/["\\]/g, '\\$&');
      if (!label.startsWith(name)) await page.locator(`.part.sidebar .pane-header[aria-label="${quoted}"]`).click();
    }
  }

  pane(name: ViewName): Locator {
    const { page } = this.#session;
    return page.locator('.part.sidebar .pane', { has: page.locator(`.pane-header[aria-label^="${name}"]`) });
  }

  /** What a screen reader says of a row is its label: it holds the state as a word. */
  row(name: ViewName, spoken: RegExp): Locator {
    return this.pane(name).getByRole('treeitem', { name: spoken }).first();
  }

  async rows(name: ViewName): Promise<string[]> {
    const rows = await this.pane(name).getByRole('treeitem').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  /** Opens what is below a row, when it is not open yet. */
  async expand(name: ViewName, spoken: RegExp): Promise<void> {
    const row = this.row(name, spoken);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
  }

  /** A button of a row, which is there while the mouse is on it. */
  async press(name: ViewName, spoken: RegExp, title: string): Promise<void> {
    const row = this.row(name, spoken);
    const button = row.getByRole('button', { name: title });
    // The editor draws a list anew up to 200 ms after it has changed, and a button pressed then is of no row.
    await this.#session.page.waitForTimeout(300);
    for (let tries = 0; ; tries++) {
      // What explains another row may lie over this one, and a list that is drawn anew moves it away from the mouse.
      await this.#session.page.mouse.move(640, 10);
      await row.hover();
      try {
        await button.click({ timeout: 3_000 });
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** Rows out of sight are not drawn: what is below other rows is closed. */
  async collapseOthers(name: ViewName, spoken: RegExp): Promise<void> {
    const open = this.pane(name).locator('[role="treeitem"][aria-level="1"][aria-expanded="true"]');
    const labels = await open.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
    for (const label of labels.filter((one) => !spoken.test(one))) {
      const [title = ''] = label.split(': ');
      await this.row(name, new RegExp(`^${title.replace(/[^\w ]/g, '.')}: `))
        .locator('.monaco-tl-twistie')
        .click();
    }
  }

  /** A button of the text that a view shows before it has rows. */
  button(name: ViewName, title: string): Locator {
    return this.pane(name).locator('.welcome-view .monaco-button', { hasText: title });
  }

  /** A button beside the title of an open view. */
  action(name: ViewName, title: string): Locator {
    return this.pane(name).locator('.pane-header').getByRole('button', { name: title });
  }

  /** The words above the rows. */
  message(name: ViewName): Locator {
    return this.pane(name).locator('.message');
  }

  /** Until work that has just begun is no longer in progress. */
  async ended(title: RegExp): Promise<void> {
    const toast = this.#session.page.locator('.notification-toast', { hasText: title });
    // Of what is quick nothing is shown.
    await toast.waitFor({ timeout: 1_000 }).catch(() => undefined);
    await toast.waitFor({ state: 'detached', timeout: 60_000 });
  }
}
