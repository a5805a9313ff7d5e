import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { postgresFolder } from '../../scripts/lib/postgres.mjs';

/** Debian's build of HypoPG is for this major version (bookworm). */
export const hypopgMajor = 15;

/**
 * Puts HypoPG beside the embedded PostgreSQL 15, from Debian's package; nothing is installed on the system.
 * Returns why it cannot, or undefined.
 */
export async function provideHypoPg(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Debian’s HypoPG is for Linux x64';
  const native = await postgresFolder(hypopgMajor);
  const libraries = path.join(native, 'lib', 'postgresql');
  const extensions = path.join(native, 'share', 'postgresql', 'extension');
  if (existsSync(path.join(libraries, 'hypopg.so'))) return undefined;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-hypopg-'));
  try {
    chmodSync(folder, 0o755);
    const fetched = spawnSync('apt-get', ['download', `postgresql-${hypopgMajor}-hypopg`], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (fetched.status !== 0) return `apt-get cannot download postgresql-${hypopgMajor}-hypopg`;
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    if (file === undefined || spawnSync('dpkg-deb', ['-x', file, '.'], { cwd: folder }).status !== 0) {
      return 'dpkg-deb cannot unpack HypoPG';
    }
    const shared = path.join(folder, 'usr', 'share', 'postgresql', String(hypopgMajor), 'extension');
    for (const name of readdirSync(shared)) await copyFile(path.join(shared, name), path.join(extensions, name));
    const library = path.join(folder, 'usr', 'lib', 'postgresql', String(hypopgMajor), 'lib', 'hypopg.so');
    await copyFile(library, path.join(libraries, 'hypopg.so'));
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
