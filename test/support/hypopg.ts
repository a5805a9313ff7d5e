import { existsSync, readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { debianFiles } from '../../scripts/lib/debian.mjs';
import { postgresFolder } from '../../scripts/lib/postgres.mjs';

/** The major version whose HypoPG the system has: Debian 12, Debian 13, Ubuntu 24.04, Ubuntu 22.04. */
const majors = [15, 17, 16, 14];

/**
 * Puts HypoPG beside an embedded PostgreSQL, from Debian's package; nothing is installed on the system. Returns the
 * server's major version, or undefined where there is none.
 */
export async function provideHypoPg(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const major of majors) {
    const files = await debianFiles(`postgresql-${major}-hypopg`);
    if (files === undefined) continue;
    const native = await postgresFolder(major);
    const libraries = path.join(native, 'lib', 'postgresql');
    const extensions = path.join(native, 'share', 'postgresql', 'extension');
    if (existsSync(path.join(libraries, 'hypopg.so'))) return major;
    const shared = path.join(files, 'usr', 'share', 'postgresql', String(major), 'extension');
    for (const name of readdirSync(shared)) await copyFile(path.join(shared, name), path.join(extensions, name));
    const library = path.join(files, 'usr', 'lib', 'postgresql', String(major), 'lib', 'hypopg.so');
    await copyFile(library, path.join(libraries, 'hypopg.so'));
    return major;
  }
  return undefined;
}
