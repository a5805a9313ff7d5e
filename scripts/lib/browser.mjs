import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installOnce } from './install.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { step } from './steps.mjs';

/** The last that runs on Node 20. */
const packagedChromium = '141.0.0';

/**
 * Chromium, driven by Playwright: the machine's own, else Debian's (where we may install it), else the one that a
 * package carries (Linux x64).
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const { chromium } = createRequire(join(root, 'package.json'))('playwright-core');
  const { executablePath, args } = await findBrowser();
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', ...args],
    timeout: 60_000,
  });
}

/** @returns {Promise<{ executablePath: string, args: string[] }>} */
async function findBrowser() {
  const chosen = process.env.PLANLIGHT_BROWSER;
  if (chosen === 'packaged') return packagedBrowser();
  if (chosen) return { executablePath: chosen, args: [] };
  const installed = installedBrowser() ?? (await installDebianBrowser());
  return installed === undefined ? packagedBrowser() : { executablePath: installed, args: [] };
}

function installedBrowser() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ].find((path) => existsSync(path));
}

async function installDebianBrowser() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  try {
    await step('Installing Chromium (Debian)', async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['update', '-q'], { env, timeoutMs: 120_000 });
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env, timeoutMs: 300_000 });
    });
  } catch (error) {
    console.log(`  Debian's Chromium cannot be installed (${error.message.split('\n')[0]}); taking the packaged one.`);
  }
  return installedBrowser();
}

async function packagedBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No browser was found: install Chromium or Google Chrome, or name one in PLANLIGHT_BROWSER.');
  }
  const folder = await installOnce(`chromium-${packagedChromium}`, { '@sparticuz/chromium': packagedChromium });
  const entry = join(folder, 'node_modules/@sparticuz/chromium/build/index.js');
  const alternative = join(folder, 'node_modules/@sparticuz/chromium/build/esm/index.js');
  // Its libraries are only unpacked, and found, where this variable names the system they are made for.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x';
  // It unpacks to fixed names in the temporary folder and runs what is there: that must be a folder of ours.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = join(folder, 'unpacked');
  await mkdir(process.env.TMPDIR, { recursive: true });
  try {
    const { default: packaged } = await import(pathToFileURL(existsSync(alternative) ? alternative : entry).href);
    return {
      executablePath: await packaged.executablePath(),
      args: packaged.args.filter((arg) => !arg.startsWith('--single-process')),
    };
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}
