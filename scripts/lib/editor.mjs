import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce, npmInstall } from './install.mjs';
import { freePort } from './postgres.mjs';
import { run, start, stop } from './processes.mjs';

/** code-server carries the server of VS Code 1.100.3, the oldest that we support, with a real Node extension host. */
const version = '4.100.3';
const ripgrepVersion = '1.18.0';

/** The folder of VS Code's server, installed when it is missing. */
async function installEditor() {
  const packages = { 'code-server': version, '@vscode/ripgrep': ripgrepVersion };
  const folder = await installOnce(`vscode-server-${version}`, packages, async (making) => {
    const server = join(making, serverPath);
    await npmInstall(server);
    await npmInstall(join(server, 'extensions'));
    await symlink('node_modules', join(server, 'node_modules.asar'), 'dir');
    // Searching files needs ripgrep; the version that the server asks for downloads its program, this one brings it.
    const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
    const platform = `ripgrep-${process.platform}-${process.arch}`;
    const bin = join(server, 'node_modules/@vscode/ripgrep/bin');
    await mkdir(bin, { recursive: true });
    await cp(join(making, 'node_modules/@vscode', platform, 'bin', program), join(bin, program));
  });
  return join(folder, serverPath);
}

const serverPath = 'node_modules/code-server/lib/vscode';

/**
 * VS Code's server with settings and extensions of its own, in a temporary folder that goes with it.
 * @typedef {object} EditorServer
 * @property {(page: { folder: string, payload?: readonly (readonly [string, string])[] }) => string} url the page that opens a folder
 * @property {(page: { folder: string, extension: string, tests?: string }) => string} developmentUrl the same with an extension from its source folder
 * @property {string} dataFolder logs are in data/logs below it
 * @property {() => string} output what the server printed
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} stop
 *
 * @param {object} options
 * @param {string} [options.vsix] an extension to install
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {boolean} [options.trustQuestion] true: VS Code asks whether a folder's authors are trusted. Default: no question, all is trusted.
 * @param {Record<string, string | undefined>} [options.env] for the extension host
 * @param {string} [options.dataFolder] keeps settings and state between runs
 * @param {number} [options.port]
 * @returns {Promise<EditorServer>}
 */
export async function startEditor({ vsix, settings = {}, trustQuestion = false, env = {}, dataFolder, port } = {}) {
  const server = await installEditor();
  const main = join(server, 'out/server-main.js');
  const data = dataFolder ?? (await mkdtemp(join(tmpdir(), 'planlight-editor-')));
  const remove = async () => {
    if (dataFolder === undefined) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const common = [
    '--server-data-dir',
    data,
    '--extensions-dir',
    join(data, 'extensions'),
    '--accept-server-license-terms',
  ];
  await mkdir(join(data, 'data/User'), { recursive: true });
  await writeFile(join(data, 'data/User/settings.json'), JSON.stringify({ ...quiet, ...settings }, null, 2));
  if (vsix !== undefined) {
    const { output } = await run(process.execPath, [main, ...common, '--install-extension', vsix, '--force'], {
      timeoutMs: 120_000,
    });
    if (!/successfully installed/.test(output)) throw new Error(`${vsix} was not installed:\n${output}`);
  }
  const address = port ?? (await freePort());
  // Whoever gets in can run programs as us: no other user of the machine and no other page of the browser may.
  const token = randomBytes(16).toString('hex');
  const trust = trustQuestion ? [] : ['--disable-workspace-trust'];
  const args = [
    '--host',
    '127.0.0.1',
    '--port',
    String(address),
    '--connection-token',
    token,
    '--telemetry-level',
    'off',
    ...trust,
  ];
  const child = start(process.execPath, [main, ...common, ...args], { env: { ...withoutEditor, ...env } });
  let output = '';
  const origin = `http://127.0.0.1:${address}`;
  const remote = (path) => `vscode-remote://127.0.0.1:${address}${path}`;
  const ended = new Promise((resolve) => child.once('exit', () => resolve()));
  const url = ({ folder, payload = [] }) => {
    const query = payload.length === 0 ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    return `${origin}/?tkn=${token}&folder=${encodeURIComponent(folder)}${query}`;
  };
  try {
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`VS Code's server did not start in 60 s:\n${output}`)), 60_000);
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output += chunk;
          if (/Extension host agent listening/.test(output)) {
            clearTimeout(timer);
            resolve(undefined);
          }
        });
      }
      child.once('exit', () => {
        clearTimeout(timer);
        reject(new Error(`VS Code's server ended:\n${output}`));
      });
    });
  } catch (error) {
    await stop(child);
    await remove();
    throw error;
  }
  return {
    url,
    developmentUrl: ({ folder, extension, tests }) =>
      url({
        folder,
        payload: [
          ['extensionDevelopmentPath', remote(extension)],
          ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
        ],
      }),
    dataFolder: data,
    output: () => output,
    ended,
    stop: async () => {
      await stop(child);
      await remove();
    },
  };
}

/** No question, no tip, no look at the network. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.autoSave': 'off',
  'chat.commandCenter.enabled': false,
  'typescript.tsserver.web.projectWideIntellisense.enabled': false,
};

/** A server that is started from a terminal of VS Code must not think that it is that VS Code. */
const withoutEditor = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('VSCODE_') || name === 'ELECTRON_RUN_AS_NODE' || name === 'NODE_OPTIONS')
    .map((name) => [name, undefined]),
);
