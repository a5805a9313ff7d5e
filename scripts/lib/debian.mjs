import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * Files of a package of this machine's Debian or Ubuntu, unpacked in the cache. Nothing is installed on the system,
 * and nobody has to be root: apt-get works with lists of its own there.
 * @param {string} name 'pgbouncer'
 * @param {RegExp} [libraries] which of the packages that it depends on come along
 * @returns {Promise<string | undefined>} the folder that stands for /; undefined where there is no apt-get or no such package
 */
export async function debianFiles(name, libraries) {
  const folder = join(cacheFolder, 'debian', name);
  if (existsSync(folder)) return folder;
  if (!existsSync('/usr/bin/apt-get')) return undefined;
  const lists = join(cacheFolder, 'debian', 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  const making = await mkdtemp(`${folder}.making-`);
  try {
    const own = [`Dir::State::lists=${lists}`, `Dir::Cache=${join(making, 'cache')}`, 'Debug::NoLocking=1'];
    const options = [...own, 'APT::Sandbox::User='].flatMap((option) => ['-o', option]);
    const apt = (program, ...args) => run(program, [...options, ...args], { cwd: making, timeoutMs: 120_000 });
    await mkdir(join(making, 'cache/archives/partial'), { recursive: true });
    if ((await readdir(lists)).length < 3) await apt('apt-get', 'update');
    const names = [name];
    if (libraries) {
      const { output } = await apt('apt-cache', 'depends', name);
      for (const [, needed] of output.matchAll(/Depends: (\S+)/g)) if (libraries.test(needed)) names.push(needed);
    }
    await apt('apt-get', 'download', ...names);
    for (const file of (await readdir(making)).filter((one) => one.endsWith('.deb'))) {
      await run('dpkg-deb', ['-x', file, 'files'], { cwd: making });
    }
    await rename(join(making, 'files'), folder);
    return folder;
  } catch (error) {
    console.log(`  Debian's ${name} cannot be had: ${error.message.split('\n').slice(0, 3).join(' ')}`);
    return undefined;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
