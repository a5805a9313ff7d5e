import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';

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

/**
 * The folders below which the paths of files say what they are for: the repository, or the package, around what was named on
 * the command line; else the folder that was named, and for a file the current folder that it is in.
 */
export async function workspaceFolders(named: readonly string[]): Promise<string[]> {
  const current = resolve();
  return Promise.all(
    named.map(async (path) => {
      const whole = resolve(path);
      const isItself = await isFolder(whole);
      const folder = isItself ? whole : dirname(whole);
      const { repository, outermost } = await packageAround(folder);
      const isBelowHere = `${folder}${sep}`.startsWith(join(current, sep));
      return repository ?? outermost ?? (isBelowHere && !isItself ? current : folder);
    }),
  );
}

/** A file without a package around it is a program with its neighbours. */
async function programFolder(folder: string): Promise<string> {
  const { repository, outermost } = await packageAround(folder);
  return outermost === undefined ? folder : (repository ?? outermost);
}

interface Around {
  readonly repository?: string;
  /** The folder of the outermost package, in the repository if there is one. */
  readonly outermost?: string;
}

/** A package of its own, inside a package that does not count it among its workspaces, ends the search: it is a program by itself. */
async function packageAround(folder: string): Promise<Around> {
  let outermost: string | undefined;
  let at = folder;
  for (let level = 0; level <= MOST_LEVELS && at !== homedir(); level++) {
    for (const name of manifests) {
      if (!(await exists(join(at, name)))) continue;
      if (outermost !== undefined && name === 'package.json' && !(await hasWorkspaces(at))) return { outermost };
      outermost = at;
    }
    if (await exists(join(at, '.git'))) return { repository: at, outermost };
    if (at === dirname(at)) break;
    at = dirname(at);
  }
  return { outermost };
}

/** npm's and yarn's `workspaces`, and the files of the tools that have lists of their own. */
async function hasWorkspaces(folder: string): Promise<boolean> {
  const lists = ['pnpm-workspace.yaml', 'lerna.json', 'nx.json', 'turbo.json', 'rush.json'];
  for (const name of lists) if (await exists(join(folder, name))) return true;
  return /"workspaces"\s*:/.test(await readFile(join(folder, 'package.json'), 'utf8'));
}

/** Where what was read of these folders is kept for the next time. */
export function cachePathOf(folders: readonly string[]): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha1').update(folders.join('\n')).digest('hex').slice(0, 16);
  return join(cache, 'planlight', `facts-${name}`);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    // What is not there is told when its files are asked for.
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
