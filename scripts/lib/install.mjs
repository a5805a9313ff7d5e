import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, root } from './paths.mjs';
import { npm } from './processes.mjs';
import { step } from './steps.mjs';

/** Brings the folder's node_modules to what its package-lock.json says; does nothing when it is there already. */
export async function installProject(folder = root) {
  const missing = await firstDifference(folder);
  if (missing !== undefined) {
    await step(`Installing packages (${missing})`, async () => {
      // No install script is needed: esbuild's program comes as a package of its own, scripts/lib/postgres.mjs makes
      // the links of PostgreSQL's libraries, and the others would download what we never use (signing, a key chain).
      await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    });
  }
}

/**
 * A folder of packages in the cache: installed once, whole or not at all (made beside it, then renamed).
 * @param {string} name the folder's name; put the versions in it, since what is there is never looked at again
 * @param {Record<string, string>} packages
 * @param {(folder: string) => Promise<void>} [finish] further work in the folder before it counts as installed
 * @returns {Promise<string>} the folder that holds node_modules
 */
export async function installOnce(name, packages, finish) {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  return step(`Installing ${basename(folder)}`, async () => {
    await mkdir(dirname(folder), { recursive: true });
    const making = await mkdtemp(`${folder}.making-`);
    try {
      await writeFile(join(making, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
      await npmInstall(making);
      await finish?.(making);
      await rename(making, folder).catch((error) => {
        // Another process was faster; its folder is as good.
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(making, { recursive: true, force: true });
    }
    return folder;
  });
}

/** `npm install` of what stands in the folder's package.json, without development packages and install scripts. */
export async function npmInstall(folder) {
  await npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    timeoutMs: 300_000,
  });
}

/** Why node_modules is not what package-lock.json says; undefined when it is. */
async function firstDifference(folder) {
  const wanted = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')).packages;
  const listFile = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(listFile)) return 'first time';
  const present = JSON.parse(await readFile(listFile, 'utf8')).packages;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '') continue;
    if (present[path] === undefined ? !optional : present[path].version !== version) {
      return `${path.slice('node_modules/'.length)} ${version}`;
    }
  }
  return undefined;
}
