import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { type EditorServer, startEditor } from '../../scripts/lib/editor.mjs';
import { copyOfSample } from '../../scripts/lib/sample.mjs';

export type Theme = 'light' | 'dark' | 'high contrast';

const themes: Record<Theme, string> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high contrast': 'Default High Contrast',
};

const themeNames: Record<Theme, string> = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high contrast': 'Dark High Contrast',
};
const themeClasses: Record<Theme, string> = { light: 'vs', dark: 'vs-dark', 'high contrast': 'hc-black' };

const pictures = resolve(__dirname, '../../docs/images');
const out = resolve(__dirname, '../../out');

export interface SessionOptions {
  /** The extension to install; default: the package under test. null: none. */
  readonly vsix?: string | null;
  readonly settings?: Record<string, unknown>;
  readonly theme?: Theme;
  /** For the extension host; DATABASE_URL is the sample's database unless it says otherwise. */
  readonly env?: Record<string, string | undefined>;
  readonly trustQuestion?: boolean;
  /** What has to be done before the workbench can be used, such as an answer to the question of trust. */
  readonly beforeReady?: (session: BrowserSession) => Promise<void>;
}

/**
 * VS Code with the package installed and a copy of the sample open, in a real browser. Methods do what a person
 * does, with the keyboard where VS Code has a key for it, and wait for what they expect.
 */
export class BrowserSession {
  readonly page: Page;
  /** The workspace: a copy of examples/blog. */
  readonly folder: string;
  readonly #browser: Browser;
  readonly #editor: Pick<EditorServer, 'stop'>;
  /** What the window printed: VS Code's own errors and the extension host's. */
  readonly messages: string[] = [];

  private constructor(browser: Browser, editor: Pick<EditorServer, 'stop'>, page: Page, folder: string) {
    this.#browser = browser;
    this.#editor = editor;
    this.page = page;
    this.folder = folder;
    page.on('console', (message) => {
      // The server comes without its native modules and says so at length.
      if (!/bindings file|watchdog|Failed to load resource/.test(message.text()))
        this.messages.push(message.text().slice(0, 500));
    });
    page.on('pageerror', (error) => this.messages.push(String(error)));
  }

  static async open(options: SessionOptions = {}): Promise<BrowserSession> {
    const vsix = options.vsix === undefined ? process.env.PLANLIGHT_TEST_VSIX : (options.vsix ?? undefined);
    if (vsix === undefined && options.vsix !== null) throw new Error('PLANLIGHT_TEST_VSIX names no package.');
    const folder = await copyOfSample();
    const editor = await startEditor({
      vsix,
      settings: { 'workbench.colorTheme': themes[options.theme ?? 'light'], ...calm, ...options.settings },
      env: options.env,
      trustQuestion: options.trustQuestion,
    });
    return BrowserSession.on(editor, editor.url({ folder }), folder, options.beforeReady);
  }

  /** In an editor that was started elsewhere, and is stopped with the session. */
  static async on(
    editor: Pick<EditorServer, 'stop'>,
    url: string,
    folder: string,
    beforeReady?: SessionOptions['beforeReady'],
  ): Promise<BrowserSession> {
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const page = await browser.newPage({
        viewport: { width: 1280, height: 800 },
      });
      const session = new BrowserSession(browser, editor, page, folder);
      page.setDefaultTimeout(30_000);
      await page.goto(url);
      await beforeReady?.(session);
      await page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: 60_000 });
      return session;
    } catch (error) {
      await browser?.close();
      await editor.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#editor.stop();
    await rm(dirname(this.folder), { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * Until the extension's process answers. VS Code notes when it has not for three seconds, and when it does again; a window
   * that was itself drawing for so long (a webview may share its thread) notes both, since the answer lay there unread.
   */
  async extensionAnswers(): Promise<void> {
    const noted = () => this.messages.filter((message) => /Extension host .* is (?:un)?responsive/.test(message));
    await this.#until(
      'an answer of the extension host',
      10_000,
      () => noted().join('\n'),
      async () => !/ is unresponsive/.test(noted().at(-1) ?? ''),
    );
  }

  /** For a failed test: the window's last messages, and a picture in out/. */
  async describeFailure(name: string): Promise<string> {
    mkdirSync(out, { recursive: true });
    const picture = join(out, `${name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`);
    await this.page.screenshot({ path: picture });
    return `${picture}\n${this.messages.slice(-20).join('\n')}`;
  }

  /** Loads the window anew, as after a restart of VS Code. */
  /** VS Code in a browser stores its editors every few seconds; a reload before that would lose what shows the text `kept`. */
  async reload(kept: string): Promise<void> {
    await this.#until(
      `stored state with ${kept}`,
      30_000,
      () => 'another state',
      () => this.page.evaluate<boolean>(`(${isStored})(${JSON.stringify(kept)})`),
    );
    await this.page.reload();
    await this.page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: 60_000 });
  }

  /** The text of a file of the workspace, as saved. */
  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    await this.#quickInput('Control+P', path);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Runs a command by its title: `Planlight: Open Plan`. */
  async runCommand(title: string): Promise<void> {
    await this.#quickInput('F1', `>${title}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first()
      .click();
  }

  /** As a person chooses one: with the picker of themes. */
  async setTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input.input');
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Modern' }).first().waitFor();
    await input.fill(themeNames[theme]);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: themeNames[theme] }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
  }

  /** Puts the cursor at the beginning of `text` in an unchanged file, `into` characters further. */
  async placeCursor(path: string, text: string, into = 0): Promise<void> {
    const source = this.read(path);
    const at = source.indexOf(text);
    if (at < 0) throw new Error(`${path} does not contain ${text}`);
    const before = source.slice(0, at + into).split('\n');
    await this.goTo(before.length, (before.at(-1) ?? '').length + 1);
  }

  /** 1-based. */
  async goTo(line: number, column: number): Promise<void> {
    await this.#quickInput('Control+G', `:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** The text of the hover at the cursor, once it says what is expected. */
  async hover(expected: RegExp, timeoutMs = 30_000): Promise<string> {
    const box = this.hoverBox;
    let said = 'nothing';
    await this.#until(
      `a hover with ${expected}`,
      timeoutMs,
      () => said,
      async () => {
        await this.page.keyboard.press('Control+K');
        await this.page.keyboard.press('Control+I');
        await box.waitFor({ timeout: 3_000 }).catch(() => undefined);
        if (await box.isVisible()) said = await box.innerText();
        if (expected.test(said)) return true;
        // Escape closes the hover; the next turn asks again.
        await this.page.keyboard.press('Escape');
        return false;
      },
    );
    return said;
  }

  get hoverBox(): Locator {
    return this.page
      .locator('.monaco-resizable-hover .monaco-hover:not(.hidden), .monaco-hover.workbench-hover')
      .first();
  }

  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor').first();
  }

  /** The code lenses that are in view, once one of them is as expected. */
  async lenses(expected: RegExp, timeoutMs = 30_000): Promise<string[]> {
    let said: string[] = [];
    await this.#until(
      `a code lens with ${expected}`,
      timeoutMs,
      () => said.join('\n'),
      async () => {
        said = await this.editor.locator('.codelens-decoration').allInnerTexts();
        return said.some((text) => expected.test(text.replaceAll('\u00a0', ' ')));
      },
    );
    return said.map((text) => text.replaceAll('\u00a0', ' '));
  }

  /** The rows of the Problems panel, once one of them is as expected. */
  async problems(expected: RegExp, timeoutMs = 30_000): Promise<string[]> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.page.keyboard.press('Control+Shift+M');
    await panel.waitFor();
    let said: string[] = [];
    await this.#until(
      `a problem with ${expected}`,
      timeoutMs,
      () => said.join('\n'),
      async () => {
        said = await panel.locator('.monaco-list-row').allInnerTexts();
        return said.some((text) => expected.test(text));
      },
    );
    return said;
  }

  /** Goes to a problem by its row in the Problems panel, which it closes again. */
  async goToProblem(expected: RegExp): Promise<void> {
    await this.problems(expected);
    await this.page.locator('.markers-panel .monaco-list-row', { hasText: expected }).first().dblclick();
    await this.page.keyboard.press('Control+J');
    await this.page.locator('.markers-panel').waitFor({ state: 'hidden' });
  }

  /** Closes one tab, whichever is active. */
  async closeTab(title: RegExp): Promise<void> {
    const tab = this.page.locator('.tab', { hasText: title }).first();
    await tab.hover();
    await tab.locator('.tab-actions .codicon-close').click();
    await tab.waitFor({ state: 'detached' });
  }

  /** What the light bulb at the cursor offers, once one of the offers is as expected; the menu stays open. */
  async quickFixes(expected: RegExp, timeoutMs = 30_000): Promise<string[]> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    let said: string[] = [];
    await this.#until(
      `a quick fix with ${expected}`,
      timeoutMs,
      () => said.join('\n'),
      async () => {
        await this.page.keyboard.press('Control+.');
        await rows
          .first()
          .waitFor({ timeout: 3_000 })
          .catch(() => undefined);
        said = await rows.allInnerTexts();
        if (said.some((text) => expected.test(text))) return true;
        await this.page.keyboard.press('Escape');
        return false;
      },
    );
    return said;
  }

  async applyQuickFix(expected: RegExp): Promise<void> {
    await this.quickFixes(expected);
    const focused = this.page.locator('.action-widget .monaco-list-row.action.focused');
    // The menu takes no clicks at first, so that nobody clicks into what has just appeared; its keys work at once.
    for (let row = 0; row < 40; row++) {
      if (expected.test(await focused.innerText())) {
        await this.page.keyboard.press('Enter');
        return;
      }
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`The keyboard does not reach a quick fix with ${expected}.`);
  }

  /** Answers a question in a modal box. */
  async answer(button: string | RegExp): Promise<string> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor();
    const question = await box.innerText();
    await box.locator('.monaco-button', { hasText: button }).first().click();
    await box.waitFor({ state: 'hidden' });
    return question;
  }

  /** The text of the notifications in view, once one of them is as expected. */
  async notification(expected: RegExp, timeoutMs = 30_000): Promise<string> {
    const toast = this.page.locator('.notification-toast', { hasText: expected }).first();
    await toast.waitFor({ timeout: timeoutMs });
    return toast.innerText();
  }

  /** Presses a button of a notification, such as Cancel while something is in progress. */
  async pressInNotification(expected: RegExp, button: string): Promise<void> {
    const toast = this.page.locator('.notification-toast', { hasText: expected }).first();
    await toast.locator('.monaco-button', { hasText: button }).first().click();
  }

  /** The page inside a webview, once it holds something that `selector` finds. */
  async webview(selector: string, timeoutMs = 30_000): Promise<Frame> {
    let found: Frame | undefined;
    await this.#until(
      `a webview with ${selector}`,
      timeoutMs,
      () =>
        this.page
          .frames()
          .map((frame) => frame.url())
          .join('\n'),
      async () => {
        for (const frame of this.page.frames()) {
          if (frame === this.page.mainFrame() || frame.isDetached()) continue;
          // A frame may go while it is asked.
          if (
            (await frame
              .locator(selector)
              .count()
              .catch(() => 0)) > 0
          )
            found = frame;
        }
        return found !== undefined;
      },
    );
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** The text of the status bar's entry, once it is as expected. */
  async statusBar(expected: RegExp, timeoutMs = 30_000): Promise<string> {
    const item = this.page.locator('.statusbar-item', { hasText: expected }).first();
    await item.waitFor({ timeout: timeoutMs });
    return item.innerText();
  }

  /** A picture for the documentation, only when PLANLIGHT_PICTURES=1 asks for it. */
  async picture(name: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
    if (!wantsPictures()) return;
    if (!existsSync(pictures)) mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`), clip });
  }

  async #quickInput(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await this.page.keyboard.press(key);
    await input.waitFor();
    await input.fill(text);
  }

  async #until(what: string, timeoutMs: number, seen: () => string, attempt: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await attempt())) {
      if (Date.now() > deadline) {
        throw new Error(`There was no ${what} in ${timeoutMs / 1_000} s. Seen:\n${seen()}`);
      }
      await this.page.waitForTimeout(300);
    }
  }
}

/** Runs in the window: whether what IndexedDB holds of the open editors, and of their own state, mentions `text`. */
const isStored = `async (text) => {
  const ask = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await ask(indexedDB.open(name));
    const items = database.transaction('ItemTable').objectStore('ItemTable');
    const editors = await ask(items.get('memento/workbench.parts.editor'));
    database.close();
    if (JSON.stringify(editors ?? '').includes(text)) return true;
  }
  return false;
}`;

/** Leaves a picture and the window's last messages in out/ whenever a test of the surrounding suite fails. */
export function reportingFailures(session: () => BrowserSession | undefined): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state === 'failed') console.log(await session()?.describeFailure(test.fullTitle()));
  });
}

function wantsPictures(): boolean {
  return process.env.PLANLIGHT_PICTURES === '1';
}

/** Nothing that moves or opens by itself. */
const calm = {
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'editor.hover.delay': 100,
  'workbench.reduceMotion': 'on',
  'workbench.editor.enablePreview': false,
  'editor.accessibilitySupport': 'off',
};
