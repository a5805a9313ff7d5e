import assert from 'node:assert/strict';
import { BrowserSession, reportingFailures, type Theme } from '../support/browser-session';

const posts = 'src/services/posts.js';

describe('The plan view', function () {
  this.timeout(120_000);

  let session: BrowserSession;

  before(async () => {
    session = await BrowserSession.open();
    await session.openFile(posts);
    await session.lenses(/fix/);
    await session.placeCursor(posts, "status = 'published'", 3);
    await session.runCommand('Planlight: Open Plan');
  });

  after(() => session?.close());

  reportingFailures(() => session);

  it('draws the plan with the findings beside it', async () => {
    const plan = await session.webview('main');
    await plan.locator('main', { hasText: 'Seq Scan' }).waitFor();
    // Which node takes longest, the scan or the sort above it, is the machine's to say.
    assert.match(await plan.locator('h1').innerText(), /^[\d.,]+ ms · (?:.*\bposts\b|Sort$)/);
    assert.match(await plan.locator('aside').innerText(), /Findings \(\d+\)[\s\S]*CREATE INDEX/);
  });

  it('breaks no rule of its content security policy', async () => {
    const plan = await session.webview('main');
    await plan.locator('main', { hasText: 'Seq Scan' }).waitFor();
    assert.deepEqual(
      session.messages.filter(
        (message) => /Content Security Policy/.test(message) && /planlight|plan\.(js|css)/.test(message),
      ),
      [],
    );
  });

  for (const theme of ['light', 'dark', 'high contrast'] as const satisfies readonly Theme[]) {
    it(`can be read in a ${theme} theme`, async () => {
      await session.setTheme(theme);
      const plan = await session.webview('main');
      await plan.locator('h1').waitFor();
      const colours =
        '[getComputedStyle(document.querySelector("h1")).color, getComputedStyle(document.body).backgroundColor]';
      const [text, page] = await plan.evaluate<string[]>(colours);
      assert.ok(contrast(String(text), String(page)) >= 4.5, `${text} on ${page}`);
      await session.picture(`plan-view-${theme.replace(' ', '-')}`);
    });
  }

  it('goes to the source line by keyboard', async () => {
    const plan = await session.webview('aside');
    const button = plan.locator('aside button', { hasText: 'Go to source' }).first();
    await button.focus();
    await session.page.keyboard.press('Enter');
    await session.page.locator('.tab.active[data-resource-name="posts.js"]').waitFor();
  });

  it('is there again after the window is loaded anew', async () => {
    await session.reload('Seq Scan');
    const plan = await session.webview('main');
    await plan.locator('main', { hasText: 'Seq Scan' }).waitFor();
  });
});

/** WCAG 2.2's contrast ratio of two CSS colours such as `rgb(1, 2, 3)`. */
function contrast(one: string, other: string): number {
  const [bright = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
