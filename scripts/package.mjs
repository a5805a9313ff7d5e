import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, runAsProgram } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { step } from './lib/steps.mjs';

/** Bytes. */
const packageLimit = 15_000_000;

/** Builds the VSIX. @returns {Promise<string>} its path */
export async function makePackage() {
  await build();
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const file = join(root, `${name}-${version}.vsix`);
  await step('Packaging', async () => {
    const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
    // Everything that runs is bundled in dist/, so no dependencies; the README's pictures are in the package.
    const args = [
      'package',
      '--no-dependencies',
      '--no-rewrite-relative-links',
      '--allow-missing-repository',
      '--skip-license',
    ];
    args.push('--out', file);
    await run(process.execPath, [vsce, ...args], { cwd: root, timeoutMs: 180_000 });
    const { size } = await stat(file);
    if (size >= packageLimit) {
      throw new Error(
        `${file} has ${size.toLocaleString('en')} bytes; the limit is ${packageLimit.toLocaleString('en')}.`,
      );
    }
  });
  return file;
}

await runAsProgram(import.meta.url, async () => console.log(await makePackage()));
