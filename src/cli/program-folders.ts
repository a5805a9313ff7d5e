import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A repository's folder is at most so far above its package. */
const MOST_LEVELS = 6;

/** What stands in the folder of a package. */
const manifests = ['package.json', 'Gemfile'];

/** The folders of the programs that the files belong to: the repository around a package, or the package's own folder. */
export async function programFolders(paths: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const folder = dirname(resolve(path));
    if (!found.has(folder)) found.set(folder, await programFolder(folder));
  }
  const folders = [...new Set(found.values())];
  return folders.filter((one) => !folders.some((other) => other !== one && one.startsWith(join(other, '/'))));
}

/** A file without a package around it is a program with its neighbours. */
async function programFolder(folder: string): Promise<string> {
  let inPackage: string | undefined;
  let at = folder;
  for (let level = 0; level <= MOST_LEVELS && at !== homedir(); level++) {
    for (const name of manifests) if (await exists(join(at, name))) inPackage = at;
    if (await exists(join(at, '.git'))) return inPackage === undefined ? folder : at;
    if (at === dirname(at)) break;
    at = dirname(at);
  }
  return inPackage ?? folder;
}

/** Where what was read of these folders is kept for the next time. */
export function cachePathOf(folders: readonly string[]): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha1').update(folders.join('\n')).digest('hex').slice(0, 16);
  return join(cache, 'planlight', `facts-${name}`);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
