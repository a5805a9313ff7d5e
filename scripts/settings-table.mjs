import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runAsProgram } from './lib/paths.mjs';
import { withSettings } from './lib/settings-table.mjs';

/** Writes README.md's table of settings. */
await runAsProgram(import.meta.url, async () => {
  const file = join(root, 'README.md');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(file, withSettings(await readFile(file, 'utf8'), manifest));
});
