import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launchBrowser } from './browser.mjs';
import { startEditor } from './editor.mjs';
import { outFolder, root } from './paths.mjs';
import { copyOfSample } from './sample.mjs';

/** Bundles each test file of test/editor, and the entry that VS Code calls. @returns {Promise<string>} the entry */
export async function bundleEditorTests() {
  const outdir = join(outFolder, 'editor');
  await rm(outdir, { recursive: true, force: true });
  const names = await readdir(join(root, 'test/editor'), { recursive: true });
  const files = names.filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await createRequire(join(root, 'package.json'))('esbuild').build({
    absWorkingDir: root,
    entryPoints: files.map((name) => `test/editor/${name}`),
    outdir,
    outbase: 'test/editor',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha', 'pg-native'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(outdir, 'index.js');
}

/**
 * Runs the Mocha suite inside the extension host of a real VS Code, whose window is a page in a browser.
 * @param {{ tests: string, reportFile: string, env?: Record<string, string | undefined>, timeoutMs: number,
 *   trustQuestion?: boolean, settings?: Record<string, unknown> }} options
 * @returns {Promise<void>} when the suite has ended or the time is over; the report file tells the result
 */
export async function runInExtensionHost({ tests, reportFile, env = {}, timeoutMs, trustQuestion, settings }) {
  const logFile = `${reportFile}.log`;
  await mkdir(outFolder, { recursive: true });
  await rm(reportFile, { force: true });
  await rm(logFile, { force: true });
  const folder = await copyOfSample();
  const editor = await startEditor({
    settings,
    trustQuestion,
    env: { ...env, PLANLIGHT_TEST_REPORT: reportFile, PLANLIGHT_TEST_LOG: logFile },
  });
  let browser;
  const messages = [];
  try {
    browser = await launchBrowser();
    const page = await browser.newPage();
    page.on('console', (message) => messages.push(message.text()));
    await page.goto(editor.developmentUrl({ folder, extension: root, tests }));
    const deadline = Date.now() + timeoutMs;
    let printed = 0;
    while (!existsSync(reportFile) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      printed = await passOn(logFile, printed);
    }
    await passOn(logFile, printed);
    if (!existsSync(reportFile)) {
      await page.screenshot({ path: `${reportFile}.png` }).catch(() => undefined);
      console.log(
        `The suite did not end. VS Code said:\n${messages.slice(-40).join('\n')}\n${editor.output().slice(-2_000)}`,
      );
    }
  } finally {
    await browser?.close();
    await editor.stop();
    await rm(join(folder, '..'), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Prints what is new in a log. @returns {Promise<number>} how much of it has been printed */
async function passOn(logFile, printed) {
  if (!existsSync(logFile)) return printed;
  const text = await readFile(logFile, 'utf8');
  process.stdout.write(text.slice(printed));
  return text.length;
}
