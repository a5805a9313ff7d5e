import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, root } from './paths.mjs';
import { startPostgres, unprivileged } from './postgres.mjs';
import { step } from './steps.mjs';

/** The sample workspace. */
export const sampleFolder = join(root, 'examples/blog');

/** Enough rows for the planner to want indexes and for reading all comments to be felt, few enough to load in two seconds. */
export const testAmounts = { users: 2_000, posts: 20_000, comments: 200_000 };

/**
 * A PostgreSQL server with the blog's tables and rows.
 * @param {{ users?: number, posts?: number, comments?: number }} amounts the loader's defaults where nothing is said
 * @param {{ keep: boolean, asUsual?: boolean }} options keep: the data folder stays, so that the next start takes a second; else
 *   it goes with the server. asUsual: set as servers are that somebody relies on, which `keep` is, too
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSampleDatabase(amounts, { keep, asUsual = keep }) {
  const dataFolder = keep ? await keptFolder(amounts) : undefined;
  const mark = dataFolder && `${dataFolder}.loaded`;
  if (dataFolder && (await isInUse(dataFolder))) {
    throw new Error(
      'The sample is in use by another "npm start". End that one first, or ask for another amount: --posts 100000.',
    );
  }
  if (dataFolder && mark && !existsSync(mark)) await rm(dataFolder, { recursive: true, force: true });
  const settings = {
    shared_buffers: '256MB',
    max_wal_size: '4GB',
    synchronous_commit: 'off',
    // The extension itself is created by whoever follows the checklist.
    shared_preload_libraries: 'pg_stat_statements',
    // What a test sees must not depend on how many processors there are, or on what cleans up behind it.
    ...(asUsual ? { fsync: 'on', autovacuum: 'on' } : { max_parallel_workers_per_gather: 0 }),
  };
  const server = await step('Starting PostgreSQL', (say) => startPostgres({ dataFolder, settings }, say));
  try {
    if (mark === undefined || !existsSync(mark)) {
      await step('Loading the sample blog', (say) => load(server, amounts, say));
      if (mark) await writeFile(mark, '');
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.connectionString('blog'), stop: () => server.stop() };
}

/** PostgreSQL writes its process's number into the first line of this file, and takes the file away when it ends. */
async function isInUse(dataFolder) {
  const file = join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function load(server, amounts, say) {
  const { Client } = createRequire(join(root, 'package.json'))('pg');
  const client = new Client({ connectionString: server.connectionString() });
  await client.connect();
  await client.query('CREATE DATABASE blog');
  await client.end();
  const { loadBlog } = await import(pathToFileURL(join(sampleFolder, 'scripts/load.mjs')).href);
  const number = (value) => value.toLocaleString('en');
  await loadBlog(server.connectionString('blog'), {
    ...amounts,
    onProgress: (progress) =>
      say(
        progress.step === 'table'
          ? `${progress.table} ${number(progress.done)} of ${number(progress.total)}`
          : progress.step,
      ),
  });
}

/** Another loader, other migrations or other amounts make other data. */
async function keptFolder(amounts) {
  const hash = createHash('sha256').update(JSON.stringify(amounts));
  for (const folder of ['migrations', 'scripts']) {
    for (const name of (await readdir(join(sampleFolder, folder))).sort()) {
      hash.update(name).update(await readFile(join(sampleFolder, folder, name)));
    }
  }
  // PostgreSQL does not run as root, and another user does not get into root's cache folder.
  const parent = unprivileged() ? join(tmpdir(), 'planlight-sample') : cacheFolder;
  await mkdir(parent, { recursive: true, mode: 0o755 });
  return join(parent, `blog-${hash.digest('hex').slice(0, 12)}`);
}

/** A copy of the sample workspace that may be changed; the folder above it is temporary. @returns {Promise<string>} */
export async function copyOfSample() {
  const folder = join(await mkdtemp(join(tmpdir(), 'planlight-workspace-')), 'blog');
  await cp(sampleFolder, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  return folder;
}
