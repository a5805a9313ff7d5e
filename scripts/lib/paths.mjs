import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder as sharedCacheFolder } from './postgres.mjs';

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** What is downloaded or made once and used again: the editor, a browser, server binaries, the sample's data. */
export const cacheFolder = sharedCacheFolder();

/** Where results and logs of a run go; not under version control. */
export const outFolder = join(root, 'out');

/** Does the work when the module is the program that was started: `runAsProgram(import.meta.url, async () => { … })`. */
export async function runAsProgram(moduleUrl, work) {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(moduleUrl)) return;
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error && process.env.PLANLIGHT_DEBUG ? error.stack : `\n${error.message}`);
    process.exit(1);
  }
}
